/**
 * The state of a cell, derived from the base, the log and the state of the image; never stored.
 * annotations/labels/cell_state.py says the same for the tables of a report. A list that filters by
 * class and state reads `object.facts.class`, `stateOf` and the counts below.
 */
import type { CellObject } from "./object_index.ts";

/** In the order in which they are listed. */
export const CELL_STATES = [
  "model",
  "imported",
  "edited",
  "manual",
  "ambiguous",
  "approved",
] as const;
export type CellState = (typeof CELL_STATES)[number];

export const STATE_WORDS: Readonly<Record<CellState, string>> = {
  model: "as the model made it",
  imported: "as it was imported",
  edited: "changed by a person",
  manual: "drawn by a person",
  ambiguous: "ambiguous",
  approved: "approved",
};

/** `isApproved`: whether the image is; what a person called ambiguous stays so. */
export function stateOf(object: CellObject, isApproved: boolean): CellState {
  if (object.facts.is_ambiguous) return "ambiguous";
  return isApproved ? "approved" : object.origin;
}

/** How many cells there are of each kind, the kinds in the order given; unknown kinds come last. */
export function countBy<Kind>(
  objects: readonly CellObject[],
  kinds: readonly Kind[],
  kindOf: (object: CellObject) => Kind,
): Map<Kind, number> {
  const counts = new Map<Kind, number>(kinds.map((kind) => [kind, 0]));
  for (const object of objects) {
    const kind = kindOf(object);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
