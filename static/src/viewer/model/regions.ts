/** Regions to ignore: which of them a point lies in. */
import type { Point } from "./geometry.ts";
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
