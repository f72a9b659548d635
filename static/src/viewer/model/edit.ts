/** An edit: patches and marks with who, what and in which place of the log. */
import type { EditJson, EditKind } from "./contract.ts";
import { type Mark, markedLabels, marksFromJson, marksOverlap, reverseMark } from "./marks.ts";
import { type Patch, patchesOverlap, patchFromJson, reversePatch, touchedLabels } from "./patch.ts";

/** What an edit does: pixels, and what is said of cells and regions. */
export interface Change {
  readonly patches: readonly Patch[];
  readonly marks: readonly Mark[];
}

/** An edit that the server has; `version` is its place in the log. */
export interface Edit extends Change {
  readonly version: number;
  readonly client_id: string;
  readonly kind: EditKind;
  readonly author: { readonly id: string; readonly name: string };
  readonly created_at: string;
  readonly undoes: number | null;
}

/** An edit of this browser that the server has not confirmed yet. */
export interface PendingEdit extends Change {
  readonly client_id: string;
  /** The version of the log when it was drawn. */
  readonly base_version: number;
  readonly kind: EditKind;
  /** The client_id of the edit that it takes back; its version may not be known yet. */
  readonly undoes: string | null;
}

export function editFromJson(json: EditJson): Edit {
  return {
    ...json,
    patches: json.patches.map(patchFromJson),
    marks: marksFromJson(json.marks),
  };
}

/** The change that takes this one back, its last patch first. */
export function reversed({ patches, marks }: Change): Change {
  return { patches: patches.map(reversePatch).reverse(), marks: marks.map(reverseMark).reverse() };
}

/** Whether both change a common pixel, or one says something of a cell that the other touches. */
export function editsOverlap(a: Change, b: Change): boolean {
  return (
    a.patches.some((first) => b.patches.some((second) => patchesOverlap(first, second))) ||
    marksOverlap(a.marks, b.marks) ||
    saysOfDrawn(a, b) ||
    saysOfDrawn(b, a)
  );
}

function saysOfDrawn({ marks }: Change, { patches }: Change): boolean {
  const said = markedLabels(marks);
  if (said.size === 0) return false;
  return patches.some((patch) => [...touchedLabels(patch)].some((label) => said.has(label)));
}
