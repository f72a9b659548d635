/**
 * Cells in batches of neighbours, so that a change of thousands of cells all over a large plane
 * never needs the whole plane at once: every batch is read, changed and becomes one patch.
 */
import { type Box, boxesTouch, uniteBoxes } from "./geometry.ts";
import type { CellObject } from "./object_index.ts";
import { difference, forEachSpan, type Patch } from "./patch.ts";
import { boxOf, type Raster } from "./raster.ts";

/** As many patches as the server takes in one edit (annotations/actions/edit.py). */
export const MOST_PATCHES = 256;
const SMALLEST_BLOCK = 512;

type PlacedCell = Pick<CellObject, "label" | "box">;

export interface Batch {
  readonly labels: ReadonlySet<number>;
  /** Holds every pixel of the cells. */
  readonly box: Box;
}

/** The cells by the block of the plane in which their middle lies; at most MOST_PATCHES batches. */
export function batchesOf(cells: readonly PlacedCell[]): Batch[] {
  for (let side = SMALLEST_BLOCK; ; side *= 2) {
    const batches = batchesOfSide(cells, side);
    if (batches.length <= MOST_PATCHES) return batches;
  }
}

/**
 * What a change does to the cells of a batch, without what it does to others that happen to lie
 * beside them: those have their turn in their own batch. No pixel that one of the earlier patches
 * has changed is changed again, so the order of the patches does not matter.
 */
export function patchOf(
  batch: Batch,
  before: Raster,
  changed: Raster,
  place: { readonly t: number; readonly z: number },
  earlier: readonly Patch[],
): Patch | null {
  const { labels } = batch;
  const after = { ...changed, data: changed.data.slice() };
  keepOthers(after.data, before.data, labels);
  const box = boxOf(after);
  for (const patch of earlier) {
    if (boxesTouch(patch.bbox, box)) keepAsBefore(after, before, patch);
  }
  return difference(before, after, place.t, place.z);
}

function batchesOfSide(cells: readonly PlacedCell[], side: number): Batch[] {
  const batches = new Map<string, { labels: Set<number>; box: Box }>();
  for (const { label, box } of cells) {
    const [row, column] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    const key = `${Math.floor(row / side)}/${Math.floor(column / side)}`;
    const batch = batches.get(key);
    if (batch === undefined) batches.set(key, { labels: new Set([label]), box });
    else {
      batch.labels.add(label);
      batch.box = uniteBoxes(batch.box, box);
    }
  }
  return [...batches.values()];
}

/** Take back every change in which none of the labels has a part. */
function keepOthers(after: Uint32Array, before: Uint32Array, labels: ReadonlySet<number>): void {
  for (let at = 0; at < after.length; at++) {
    const [old, now] = [before[at]!, after[at]!];
    if (old !== now && !labels.has(old) && !labels.has(now)) after[at] = old;
  }
}

function keepAsBefore(after: Raster, before: Raster, patch: Patch): void {
  forEachSpan(patch, (y, x0, x1) => {
    const row = y - after.y0;
    if (row < 0 || row >= after.height) return;
    const first = Math.max(x0, after.x0) - after.x0;
    const last = Math.min(x1, after.x0 + after.width) - after.x0;
    if (first >= last) return;
    const start = row * after.width;
    after.data.set(before.data.subarray(start + first, start + last), start + first);
  });
}
