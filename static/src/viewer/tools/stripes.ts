/** What stands above the picture: shapes in stripes, and tags with words. */
import { forEachStretch } from "../model/propagate.ts";
import type { Mask } from "../model/raster.ts";
import type { View } from "../model/view.ts";

const FONT = '600 12px "Inter", system-ui, sans-serif';
/** CSS pixels from stripe to stripe. */
const STEP = 8;

/** Stripes rise to the right (1) or fall (-1), so that two kinds differ by more than color. */
export interface Stripes {
  readonly fill: string;
  readonly line: string;
  readonly slope: number;
}

/** Fill a shape with stripes; where its top left corner is on the screen. */
export function fillStripes(
  context: CanvasRenderingContext2D,
  view: View,
  mask: Mask,
  { fill, line, slope }: Stripes,
): { readonly top: number; readonly left: number } {
  let [top, left] = [Infinity, Infinity];
  context.save();
  context.beginPath();
  forEachStretch(mask, (y, x0, x1) => {
    const [y0, xStart] = view.imageToScreen([y - 0.5, x0 - 0.5]);
    const [y1, xEnd] = view.imageToScreen([y + 0.5, x1 - 0.5]);
    context.rect(xStart, y0, xEnd - xStart, y1 - y0);
    top = Math.min(top, y0);
    left = Math.min(left, xStart);
  });
  context.clip();
  context.fillStyle = fill;
  const { width, height } = view.size;
  context.fillRect(0, 0, width, height);
  context.strokeStyle = line;
  context.lineWidth = 1.5;
  context.beginPath();
  const [from, to] = slope > 0 ? [height, 0] : [0, height];
  for (let x = -height; x < width; x += STEP) {
    context.moveTo(x, from);
    context.lineTo(x + height, to);
  }
  context.stroke();
  context.restore();
  return { top, left };
}

/** A few words on a small plate. */
export function drawTag(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  text: string,
  background = "#fff",
  color = "#14191f",
): void {
  context.font = FONT;
  context.textBaseline = "middle";
  const width = context.measureText(text).width;
  context.beginPath();
  context.roundRect(left, top, width + 14, 22, 5);
  context.fillStyle = background;
  context.fill();
  context.fillStyle = color;
  context.fillText(text, left + 7, top + 11.5);
}
