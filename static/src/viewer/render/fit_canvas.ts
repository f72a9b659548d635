import type { Surface } from "../model/view.ts";

/** Give a canvas a size. It is empty afterwards, so this is done only just before it is drawn. */
export function fitCanvas(canvas: HTMLCanvasElement, { height, width }: Surface): void {
  if (canvas.height !== height) canvas.height = height;
  if (canvas.width !== width) canvas.width = width;
}
