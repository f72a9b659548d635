/** Regions to ignore: which of them a point lies in, and their sides. */
import { type Box, onEighths, type Point } from "./geometry.ts";
import type { Region } from "./marks.ts";

/** The id of the region of this plane that holds the point, the newest first; null for none. */
export function regionAt(
  regions: ReadonlyMap<string, Region>,
  t: number,
  z: number,
  point: Point,
): string | null {
  const here = [...regions].filter(([, region]) => region.t === t && region.z === z).reverse();
  return here.find(([, { points }]) => holdsPoint(points, point))?.[0] ?? null;
}

/**
 * The even-odd rule of annotations/labels/regions.py, exact for multiples of 1/8: a side counts
 * for a point between its ends (the upper one included) that lies strictly to the left of it.
 */
export function holdsPoint(points: readonly Point[], [y, x]: Point): boolean {
  let isInside = false;
  points.forEach((start, index) => {
    const end = points[(index + 1) % points.length]!;
    const [[ay, ax], [by, bx]] = start[0] <= end[0] ? [start, end] : [end, start];
    const isBeside = ay <= y && y < by && (x - ax) * (by - ay) < (y - ay) * (bx - ax);
    if (isBeside) isInside = !isInside;
  });
  return isInside;
}

/** The corners of a box, clockwise from the top left. */
export function cornersOf([y0, x0, y1, x1]: Box): Point[] {
  return [
    [y0, x0],
    [y0, x1],
    [y1, x1],
    [y1, x0],
  ];
}

/** The smallest box around the points, exact. */
export function edgesOf(points: readonly Point[]): Box {
  const [ys, xs] = [points.map(([y]) => y), points.map(([, x]) => x)];
  return [Math.min(...ys), Math.min(...xs), Math.max(...ys), Math.max(...xs)];
}

/** The points moved and stretched so that the box is the smallest around them. */
export function fittedTo(points: readonly Point[], box: Box): Point[] {
  const edges = edgesOf(points);
  const moved = (value: number, axis: 0 | 1) => {
    const [from, to] = [edges[axis], edges[axis + 2]!];
    const part = to > from ? (value - from) / (to - from) : 0.5;
    return box[axis] + part * (box[axis + 2]! - box[axis]);
  };
  return points.map(([y, x]) => onEighths([moved(y, 0), moved(x, 1)]));
}
