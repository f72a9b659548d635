/** Lengths in the image, in words. */
import { distance, type Point } from "./geometry.ts";

/** "12.4 µm · 19.1 px", or only pixels where their size is not known; sizes are (y, x). */
export function lengthBetween(
  from: Point,
  to: Point,
  pixelSizeUm: readonly [number, number] | null,
): string {
  const pixels = `${shortNumber(distance(from, to))} px`;
  if (pixelSizeUm === null) return pixels;
  const [dy, dx] = [(to[0] - from[0]) * pixelSizeUm[0], (to[1] - from[1]) * pixelSizeUm[1]];
  return `${shortNumber(Math.hypot(dy, dx))} µm · ${pixels}`;
}

/** Three digits, or all of a larger whole part. */
function shortNumber(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
