/** Draws the regions that are set aside: hatched, with a dashed edge and a word. */
import type { Point } from "../model/geometry.ts";
import type { View } from "../model/view.ts";

const INK = "rgb(232 237 242 / .5)";
const SHADE = "rgb(5 7 10 / .38)";
/** CSS pixels from line to line. */
const HATCH_STEP = 9;

export function drawRegion(
  context: CanvasRenderingContext2D,
  view: View,
  points: readonly Point[],
): void {
  const corners = points.map((point) => view.imageToScreen(point));
  const path = new Path2D();
  for (const [y, x] of corners) path.lineTo(x, y);
  path.closePath();
  context.save();
  context.clip(path, "evenodd");
  context.fillStyle = SHADE;
  context.fill(path, "evenodd");
  hatch(context, view, corners);
  context.restore();
  context.setLineDash([7, 4]);
  context.lineWidth = 1.5;
  context.strokeStyle = "rgb(232 237 242 / .9)";
  context.stroke(path);
  context.setLineDash([]);
}

/** Lines through the part of the box that is on the screen; they stand still in the image. */
function hatch(
  context: CanvasRenderingContext2D,
  view: View,
  corners: readonly (readonly [y: number, x: number])[],
): void {
  const [ys, xs] = [corners.map(([y]) => y), corners.map(([, x]) => x)];
  const top = Math.max(0, Math.min(...ys));
  const bottom = Math.min(view.size.height, Math.max(...ys));
  const left = Math.max(0, Math.min(...xs));
  const right = Math.min(view.size.width, Math.max(...xs));
  if (top >= bottom || left >= right) return;
  const [originY, originX] = view.imageToScreen([0, 0]);
  const offset = (originY + originX) % HATCH_STEP;
  const first = Math.floor((top + left - offset) / HATCH_STEP) * HATCH_STEP + offset;
  context.beginPath();
  for (let sum = first; sum < bottom + right; sum += HATCH_STEP) {
    context.moveTo(sum - top, top);
    context.lineTo(sum - bottom, bottom);
  }
  context.lineWidth = 1;
  context.strokeStyle = INK;
  context.stroke();
}
