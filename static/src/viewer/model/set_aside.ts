/**
 * Own edits that the server does not have and cannot simply get: somebody else changed the same
 * place in between, or the image is closed to edits. They are kept until the person has decided.
 */
import { type Change, type Edit, editsOverlap, type PendingEdit } from "./edit.ts";
import { markedLabels } from "./marks.ts";
import { touchedLabels } from "./patch.ts";

export interface SetAside {
  /** In the order in which they were drawn; later ones build on earlier ones. */
  readonly edits: readonly PendingEdit[];
  /** What others did to the same place; none when something else stands in the way. */
  readonly cause: readonly Edit[];
  /** Why the server does not take them, in its words; null when others stand in the way. */
  readonly reason: string | null;
  /** The annotation that they were drawn on, if the image was segmented anew since. */
  readonly replaced?: string;
}

/** What of the log came between an edit and the server: of others, or else of another own window. */
export function causesOf(edit: PendingEdit, log: readonly Edit[], me: string): Edit[] {
  const touched = labelsOf(edit);
  const meets = (other: Edit) =>
    editsOverlap(other, edit) || [...labelsOf(other)].some((label) => touched.has(label));
  const between = log.slice(edit.base_version).filter(meets);
  const ofOthers = between.filter(({ author }) => author.id !== me);
  return ofOthers.length > 0 ? ofOthers : between;
}

/** With the entry that it builds on, or as one of its own. */
export function withSetAside(list: readonly SetAside[], added: SetAside): SetAside[] {
  const same = list.find(({ edits, replaced }) => {
    // On other masks the same place tells nothing.
    if (replaced !== added.replaced) return false;
    return edits.some((first) => added.edits.some((second) => editsOverlap(first, second)));
  });
  if (same === undefined) return [...list, added];
  const cause = [...new Set([...same.cause, ...added.cause])];
  const merged = { ...same, edits: [...same.edits, ...added.edits], cause };
  return list.map((entry) => (entry === same ? merged : entry));
}

function labelsOf({ patches, marks }: Change): Set<number> {
  const labels = markedLabels(marks);
  for (const patch of patches) for (const label of touchedLabels(patch)) labels.add(label);
  return labels;
}
