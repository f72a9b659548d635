/**
 * Grow, shrink and smooth cells by their outline; exactly what annotations/labels/reshape.py does,
 * held to it by tests/golden/operations.json.
 *
 * On a crop the answer for a cell is that of the whole plane when the crop holds the cell with
 * RESHAPE_MARGIN pixels to spare wherever the plane goes on.
 */
import type { Raster } from "./raster.ts";

/** A pixel that smoothing gives to a cell lies within 2 px of it, and looks 2 px around itself. */
export const RESHAPE_MARGIN = 4;

/** The raster afterwards, and the cells that would have vanished or fallen apart: they stay. */
export interface Reshaped {
  readonly raster: Raster;
  readonly spared: readonly number[];
}

const FOUR_NEIGHBORS = [
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, 0],
] as const;
/** 5 x 5 pixels without the corners. */
const WINDOW = Array.from({ length: 25 }, (_, at) => {
  return [Math.floor(at / 5) - 2, (at % 5) - 2] as const;
}).filter(([dy, dx]) => Math.abs(dy) + Math.abs(dx) < 4);

type Offsets = readonly (readonly [dy: number, dx: number])[];

/** One pixel more to all four sides; the smallest label wins, others are protected or taken over. */
export function grow(plane: Raster, labels: ReadonlySet<number>, protectOthers: boolean): Raster {
  return rewrite(plane, FOUR_NEIGHBORS, (value, around) => {
    if (protectOthers ? value !== 0 : labels.has(value)) return value;
    let nearest = Infinity;
    for (const label of around) if (label < nearest && labels.has(label)) nearest = label;
    return nearest === Infinity ? value : nearest;
  });
}

/** Without the pixels that have something else at one of their four sides. */
export function shrink(plane: Raster, labels: ReadonlySet<number>): Reshaped {
  const after = rewrite(plane, FOUR_NEIGHBORS, (value, around) => {
    if (value === 0 || !labels.has(value)) return value;
    return around.some((label) => label !== value) ? 0 : value;
  });
  return withoutBroken(plane, after, labels);
}

/** A median filter of 21 pixels between the cells and the background; other cells are left alone. */
export function smooth(plane: Raster, labels: ReadonlySet<number>): Reshaped {
  const after = rewrite(plane, WINDOW, (value, around) => {
    if (value !== 0 && !labels.has(value)) return value;
    const most = majority(around);
    if (value === 0) return most !== null && labels.has(most) ? most : 0;
    return most === 0 ? 0 : value;
  });
  return withoutBroken(plane, after, labels);
}

/** The value of more than half, if there is one (Boyer and Moore, 1981). */
function majority(values: readonly number[]): number | null {
  let [candidate, lead] = [-1, 0];
  for (const value of values) {
    if (lead === 0) candidate = value;
    lead += value === candidate ? 1 : -1;
  }
  let count = 0;
  for (const value of values) if (value === candidate) count++;
  return 2 * count > values.length ? candidate : null;
}

/** Give the cells that an operation would break their pixels back. */
function withoutBroken(before: Raster, after: Raster, labels: ReadonlySet<number>): Reshaped {
  const [had, has] = [nPieces(before, labels), nPieces(after, labels)];
  const lost = new Set<number>();
  for (const [label, n] of had) {
    const now = has.get(label) ?? 0;
    if (now === 0 || now > n) lost.add(label);
  }
  if (lost.size === 0) return { raster: after, spared: [] };
  const data = after.data.map((value, at) => {
    const old = before.data[at]!;
    return lost.has(old) || lost.has(value) ? old : value;
  });
  return { raster: { ...after, data }, spared: [...lost].sort((a, b) => a - b) };
}

/** How many 4-connected pieces each of the labels has. */
function nPieces({ data, width }: Raster, labels: ReadonlySet<number>): Map<number, number> {
  const counts = new Map<number, number>();
  const isSeen = new Uint8Array(data.length);
  const stack: number[] = [];
  for (let first = 0; first < data.length; first++) {
    const label = data[first]!;
    if (label === 0 || isSeen[first] === 1 || !labels.has(label)) continue;
    counts.set(label, (counts.get(label) ?? 0) + 1);
    const enter = (at: number) => {
      if (data[at] !== label || isSeen[at] === 1) return;
      isSeen[at] = 1;
      stack.push(at);
    };
    enter(first);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      enter(at - width);
      enter(at + width);
      if (x > 0) enter(at - 1);
      if (x < width - 1) enter(at + 1);
    }
  }
  return counts;
}

/** A new raster from every value and those around it that lie inside. */
function rewrite(
  plane: Raster,
  offsets: Offsets,
  value: (old: number, around: readonly number[]) => number,
): Raster {
  const { height, width, data } = plane;
  const result = new Uint32Array(data.length);
  const around: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      around.length = 0;
      for (const [dy, dx] of offsets) {
        const [row, column] = [y + dy, x + dx];
        if (row < 0 || column < 0 || row >= height || column >= width) continue;
        around.push(data[row * width + column]!);
      }
      result[y * width + x] = value(data[y * width + x]!, around);
    }
  }
  return { ...plane, data: result };
}
