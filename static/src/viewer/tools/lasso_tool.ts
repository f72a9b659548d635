/** Drag around an area, or click its corners; shift takes the area away from the cell. */
import { distance, type Point } from "../model/geometry.ts";
import type { View } from "../model/view.ts";
import type { Editing } from "./editing.ts";
import { drawPath, type PointerPlace, QuietTool } from "./tool.ts";

/** A click this near to the first corner closes the polygon; CSS pixels. */
const CLOSING_DISTANCE = 9;

export class LassoTool extends QuietTool {
  override readonly cursor = "crosshair";
  override readonly takesRightButton = true;
  readonly #editing: Editing;
  #points: Point[] = [];
  #isSubtracting = false;
  /** Corners are being clicked, rather than a line drawn. */
  #isPolygon = false;

  constructor(editing: Editing) {
    super();
    this.#editing = editing;
  }

  override down(place: PointerPlace): void {
    if (this.#isPolygon || !this.#editing.mayEdit()) return;
    this.#points = [place.image];
    this.#isSubtracting = place.isShift;
  }

  override drag(places: readonly PointerPlace[]): void {
    if (this.#points.length > 0) this.#points.push(...places.map(({ image }) => image));
  }

  override up(): void {
    if (!this.#isPolygon && this.#points.length > 2) this.finish();
  }

  override click(place: PointerPlace): void {
    if (this.#points.length === 0) return;
    if (!this.#isPolygon) {
      this.#isPolygon = true;
      this.#points = [place.image];
      return;
    }
    const view = this.#editing.workspace.view.value;
    const isAtStart =
      distance(view.imageToScreen(this.#points[0]!), place.screen) < CLOSING_DISTANCE;
    if (isAtStart && this.#points.length > 2) this.finish();
    else this.#points.push(place.image);
  }

  override doubleClick(): void {
    this.finish();
  }

  override finish(): boolean {
    if (this.#points.length === 0) return false;
    this.use(this.#points, this.#isSubtracting);
    this.#reset();
    return true;
  }

  /** What is done with the closed line. */
  protected use(points: readonly Point[], isSubtracting: boolean): void {
    void this.#editing.lasso(points, isSubtracting);
  }

  override cancel(): boolean {
    const isActive = this.#points.length > 0;
    this.#reset();
    return isActive;
  }

  override draw(context: CanvasRenderingContext2D, view: View): void {
    if (this.#points.length === 0) return;
    const pointer = this.#editing.workspace.pointer.value;
    const open = this.#isPolygon && pointer ? [...this.#points, pointer] : this.#points;
    drawPath(context, view, open, open.length > 2);
    context.fillStyle = this.#isSubtracting ? "rgb(240 138 128 / .25)" : "rgb(55 184 171 / .25)";
    context.fill();
    if (!this.#isPolygon) return;
    const [y, x] = view.imageToScreen(this.#points[0]!);
    context.beginPath();
    context.arc(x, y, 4, 0, 2 * Math.PI);
    context.fillStyle = "#fff";
    context.fill();
  }

  #reset(): void {
    this.#points = [];
    this.#isPolygon = false;
  }
}
