/** From places on the screen to those of the graphics card, which counts from -1 to 1, upwards. */
import type { Point } from "../model/geometry.ts";
import type { ViewSize } from "../model/view.ts";
import type { ClipSpaceBox } from "./projector.ts";

/** Left, bottom, width and height of the box between two corners, given in CSS pixels. */
export function clipSpaceOf(
  [top, left]: Point,
  [bottom, right]: Point,
  { height, width }: ViewSize,
): ClipSpaceBox {
  const [sx, sy] = [2 / width, 2 / height];
  return [left * sx - 1, 1 - bottom * sy, (right - left) * sx, (bottom - top) * sy];
}
