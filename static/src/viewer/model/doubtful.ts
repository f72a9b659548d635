/** The cells that should be looked at: the least sure first. */
import type { CellObject } from "./object_index.ts";

/** A cell that is more probably wrong than right is worth a look. */
export const DOUBTFUL_BELOW = 0.5;

export function isDoubtful(object: CellObject): boolean {
  return object.confidence !== null && object.confidence < DOUBTFUL_BELOW;
}

/** The doubtful objects that nobody has dealt with, the least sure first. */
export function doubtfulQueue(
  objects: readonly CellObject[],
  dealtWith: ReadonlySet<number>,
): CellObject[] {
  return objects
    .filter((object) => isDoubtful(object) && !dealtWith.has(object.label))
    .sort((a, b) => a.confidence! - b.confidence! || a.label - b.label);
}

/** The one to look at after `current`: the next in the order, around to the first. */
export function nextInQueue(
  queue: readonly CellObject[],
  current: CellObject | null,
  step: 1 | -1,
): CellObject | null {
  if (queue.length === 0) return null;
  if (current === null || current.confidence === null) return queue.at(step === 1 ? 0 : -1)!;
  const isBefore = (object: CellObject) =>
    object.confidence! < current.confidence! ||
    (object.confidence === current.confidence && object.label < current.label);
  const n_before = queue.filter(isBefore).length;
  const isInQueue = queue[n_before]?.label === current.label;
  const index = step === 1 ? n_before + (isInQueue ? 1 : 0) : n_before - 1;
  return queue[(index + queue.length) % queue.length]!;
}
