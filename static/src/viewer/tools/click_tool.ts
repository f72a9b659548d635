/**
 * Click a cell that is missing, draw a stroke along one with Alt, or drag a box over several: the
 * model finds their outlines.
 */
import { type Box, distance, type Point } from "../model/geometry.ts";
import type { View } from "../model/view.ts";
import type { Editing } from "./editing.ts";
import type { Finding } from "./finding.ts";
import { drawDots, drawPath, type PointerPlace, QuietTool } from "./tool.ts";

/** A box begins where the pointer has gone this far; CSS pixels. */
const BOX_DISTANCE = 4;

export class ClickTool extends QuietTool {
  override readonly cursor = "crosshair";
  override readonly takesRightButton = true;
  readonly #editing: Editing;
  readonly #finding: Finding;
  #start: PointerPlace | null = null;
  #opposite: Point | null = null;
  #stroke: Point[] | null = null;

  constructor(editing: Editing, finding: Finding) {
    super();
    this.#editing = editing;
    this.#finding = finding;
  }

  override chosen(): void {
    void this.#finding.look();
  }

  override down(place: PointerPlace): void {
    if (!this.#editing.mayEdit() || place.isShift) return;
    this.#start = place;
    this.#stroke = place.isAlt ? [place.image] : null;
  }

  override drag(places: readonly PointerPlace[]): void {
    const last = places.at(-1);
    if (!this.#start || !last) return;
    const isFar = distance(this.#start.screen, last.screen) >= BOX_DISTANCE;
    if (isFar || this.#opposite) this.#opposite = last.image;
    this.#stroke?.push(...places.map(({ image }) => image));
  }

  override up(place: PointerPlace): void {
    const isClick = this.#start && distance(this.#start.screen, place.screen) < BOX_DISTANCE;
    const [box, stroke] = [this.#box(), this.#stroke];
    this.#forgetDrag();
    if (isClick || !box) return;
    if (stroke) void this.#finding.scribble(stroke);
    else void this.#finding.findInside(box);
  }

  override click(place: PointerPlace): void {
    if (place.isShift || place.isAlt) void this.#finding.refine(place.image, place.isShift);
    else void this.#finding.find(place.image);
  }

  override cancel(): boolean {
    const isDragging = this.#opposite !== null;
    this.#forgetDrag();
    return this.#finding.forget() || isDragging;
  }

  override draw(context: CanvasRenderingContext2D, view: View): void {
    const box = this.#box();
    if (this.#stroke) drawPath(context, view, this.#stroke, false);
    else if (box) {
      const [y0, x0, y1, x1] = box;
      const corners: Point[] = [
        [y0, x0],
        [y0, x1],
        [y1, x1],
        [y1, x0],
      ];
      drawPath(context, view, corners, true);
    }
    const { added, removed, scribble } = this.#finding.points;
    if (scribble.length > 1) drawPath(context, view, scribble, false);
    drawDots(context, view, added, "rgb(55 184 171)");
    drawDots(context, view, removed, "rgb(240 138 128)");
  }

  /** The box that is being dragged, once it is more than a click. */
  #box(): Box | null {
    if (!this.#start || !this.#opposite) return null;
    const [[ay, ax], [by, bx]] = [this.#start.image, this.#opposite];
    return [Math.min(ay, by), Math.min(ax, bx), Math.max(ay, by), Math.max(ax, bx)];
  }

  #forgetDrag(): void {
    this.#start = null;
    this.#opposite = null;
    this.#stroke = null;
  }
}
