/** Draw a line across a cell to cut it. */
import type { Point } from "../model/geometry.ts";
import type { View } from "../model/view.ts";
import type { Editing } from "./editing.ts";
import { drawPath, type PointerPlace, QuietTool } from "./tool.ts";

export class SplitTool extends QuietTool {
  override readonly cursor = "crosshair";
  readonly #editing: Editing;
  #points: Point[] = [];

  constructor(editing: Editing) {
    super();
    this.#editing = editing;
  }

  override down(place: PointerPlace): void {
    if (this.#editing.mayEdit()) this.#points = [place.image];
  }

  override drag(places: readonly PointerPlace[]): void {
    const last = places.at(-1);
    if (this.#points.length === 0 || last === undefined) return;
    // Shift draws a straight line from the start.
    if (last.isShift) this.#points = [this.#points[0]!, last.image];
    else this.#points.push(...places.map(({ image }) => image));
  }

  override up(): void {
    if (this.#points.length > 1) void this.#editing.split(this.#points);
    this.#points = [];
  }

  override cancel(): boolean {
    const isActive = this.#points.length > 0;
    this.#points = [];
    return isActive;
  }

  override draw(context: CanvasRenderingContext2D, view: View): void {
    if (this.#points.length < 2) return;
    context.setLineDash([7, 5]);
    drawPath(context, view, this.#points, false);
    context.setLineDash([]);
  }
}
