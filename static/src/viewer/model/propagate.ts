/** Carries the shape of a cell on to another plane, to where the same cell is there. */
import type { Mask, Raster } from "./raster.ts";

/** The cell of the next plane must lie under so much of the shape to be the same one. */
const SAME_FROM = 0.3;

/** A shape in the next plane, and the cell that gets it; null: there is none yet. */
export interface Carried {
  readonly mask: Mask;
  readonly target: number | null;
}

/** The pixels of a label. */
export function maskOf(raster: Raster, label: number): Mask {
  return { ...raster, data: Uint8Array.from(raster.data, (value) => (value === label ? 1 : 0)) };
}

/**
 * The shape where the cell of the next plane is that lies under most of it, moved by whole pixels
 * so that their middles meet; where no cell lies under it, the shape as it is.
 */
export function carryOn(mask: Mask, next: Raster): Carried {
  const shared = new Map<number, number>();
  let n_pixels = 0;
  forEachPixel(mask, (y, x) => {
    n_pixels++;
    const label = labelAt(next, y, x);
    if (label !== 0) shared.set(label, (shared.get(label) ?? 0) + 1);
  });
  const [target, n_shared] = [...shared].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [0, 0];
  if (n_shared < SAME_FROM * n_pixels || n_pixels === 0) return { mask, target: null };
  const [from, to] = [middleOf(mask), middleOf(maskOf(next, target))];
  const [dy, dx] = [Math.round(to[0] - from[0]), Math.round(to[1] - from[1])];
  return { mask: { ...mask, y0: mask.y0 + dy, x0: mask.x0 + dx }, target };
}

/** The plane in which `target` has exactly this shape, as far as no other cell is in the way. */
export function withShape(plane: Raster, mask: Mask, target: number): Raster {
  const data = plane.data.map((value) => (value === target ? 0 : value));
  forEachPixel(mask, (y, x) => {
    const [row, column] = [y - plane.y0, x - plane.x0];
    if (row < 0 || column < 0 || row >= plane.height || column >= plane.width) return;
    const at = row * plane.width + column;
    if (data[at] === 0) data[at] = target;
  });
  return { ...plane, data };
}

/** Rows of the shape: called with y and the columns [x0, x1) of each stretch. */
export function forEachStretch(
  mask: Mask,
  visit: (y: number, x0: number, x1: number) => void,
): void {
  for (let row = 0; row < mask.height; row++) {
    const line = mask.data.subarray(row * mask.width, (row + 1) * mask.width);
    let start = line.indexOf(1);
    while (start >= 0) {
      const gap = line.indexOf(0, start);
      const end = gap < 0 ? mask.width : gap;
      visit(mask.y0 + row, mask.x0 + start, mask.x0 + end);
      start = gap < 0 ? -1 : line.indexOf(1, gap);
    }
  }
}

function forEachPixel(mask: Mask, visit: (y: number, x: number) => void): void {
  forEachStretch(mask, (y, x0, x1) => {
    for (let x = x0; x < x1; x++) visit(y, x);
  });
}

function labelAt(raster: Raster, y: number, x: number): number {
  const [row, column] = [y - raster.y0, x - raster.x0];
  const isInside = row >= 0 && column >= 0 && row < raster.height && column < raster.width;
  return isInside ? raster.data[row * raster.width + column]! : 0;
}

function middleOf(mask: Mask): [y: number, x: number] {
  let [sumY, sumX, n] = [0, 0, 0];
  forEachPixel(mask, (y, x) => {
    sumY += y;
    sumX += x;
    n++;
  });
  return [sumY / n, sumX / n];
}
