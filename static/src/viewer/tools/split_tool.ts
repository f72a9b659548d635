/** Draw a line across a cell to cut it, or click each of its halves. */
import { distance, type Point } from "../model/geometry.ts";
import type { View } from "../model/view.ts";
import type { Editing } from "./editing.ts";
import { drawDots, drawPath, type PointerPlace, QuietTool } from "./tool.ts";

/** A shorter line is a click; CSS pixels. */
const LINE_LENGTH = 4;

export class SplitTool extends QuietTool {
  override readonly cursor = "crosshair";
  readonly #editing: Editing;
  #points: Point[] = [];
  /** The first of two clicks. */
  #seed: Point | null = null;

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
    const { view } = this.#editing.workspace;
    if (this.#length(view.value) >= LINE_LENGTH) {
      void this.#editing.split(this.#points);
      this.#seed = null;
    }
    this.#points = [];
  }

  override click(place: PointerPlace): void {
    const { workspace } = this.#editing;
    if (!this.#editing.mayEdit()) return;
    const [first, label] = [this.#seed, workspace.labelAt(place.image)];
    const isSecond = first !== null && label !== 0 && workspace.labelAt(first) === label;
    this.#seed = isSecond || label === 0 ? null : place.image;
    if (isSecond) void this.#editing.splitBetween(first, place.image);
    else if (label === 0)
      workspace.say("info", "Click a cell, then the part that is another cell.");
    else workspace.select([label]);
  }

  override cancel(): boolean {
    const isActive = this.#points.length > 0 || this.#seed !== null;
    this.#points = [];
    this.#seed = null;
    return isActive;
  }

  override draw(context: CanvasRenderingContext2D, view: View): void {
    if (this.#seed !== null) drawDots(context, view, [this.#seed], "rgb(55 184 171)");
    if (this.#points.length < 2) return;
    context.setLineDash([7, 5]);
    drawPath(context, view, this.#points, false);
    context.setLineDash([]);
  }

  #length(view: View): number {
    const [start] = this.#points;
    const end = this.#points.at(-1);
    if (start === undefined || end === undefined) return 0;
    return distance(view.imageToScreen(start), view.imageToScreen(end));
  }
}
