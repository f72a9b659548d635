/** How many pixels a canvas has. */
import type { Surface, ViewSize } from "../model/view.ts";

/** Finer screens are drawn at this many device pixels for a CSS pixel. */
const MOST_DEVICE_PIXELS = 2;

/** Device pixels that are drawn for one CSS pixel. */
export function drawnDensity(): number {
  return Math.min(MOST_DEVICE_PIXELS, devicePixelRatio);
}

/** The device pixels that are drawn for a part of the page, at least one. */
export function surfaceOf({ height, width }: Pick<ViewSize, "height" | "width">): Surface {
  const pixels = (size: number) => Math.max(1, Math.round(size * drawnDensity()));
  return { height: pixels(height), width: pixels(width) };
}

/** Give a canvas a size. It is empty afterwards, so this is done only just before it is drawn. */
export function fitCanvas(canvas: HTMLCanvasElement, { height, width }: Surface): void {
  if (canvas.height !== height) canvas.height = height;
  if (canvas.width !== width) canvas.width = width;
}
