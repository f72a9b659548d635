/** What the pointer does in the second picture: choose cells to copy, one by one or with a lasso. */
import { distance, type Point } from "../model/geometry.ts";
import type { View } from "../model/view.ts";
import type { Comparing } from "./comparing.ts";
import { drawPath, type PointerPlace, QuietTool } from "./tool.ts";
import type { Workspace } from "./workspace.ts";

const CLICK_DISTANCE = 4;

/** Dragging draws a lasso; space, the wheel or two fingers move both pictures. */
export class SideTool extends QuietTool {
  override readonly cursor = "default";
  readonly #workspace: Workspace;
  readonly #comparing: Comparing;
  #lasso: Point[] = [];
  #start: Point | null = null;

  constructor(workspace: Workspace, comparing: Comparing) {
    super();
    this.#workspace = workspace;
    this.#comparing = comparing;
  }

  override down(place: PointerPlace): void {
    this.#start = place.screen;
    this.#lasso = [place.image];
  }

  override drag(places: readonly PointerPlace[]): void {
    this.#lasso.push(...places.map(({ image }) => image));
  }

  override up(place: PointerPlace): void {
    const drawn = this.#lasso;
    const isDrawn = this.#start !== null && distance(this.#start, place.screen) >= CLICK_DISTANCE;
    this.cancel();
    if (isDrawn && drawn.length > 2) void this.#comparing.pickInside(drawn);
  }

  override click(place: PointerPlace): void {
    const source = this.#comparing.compared.value?.source;
    if (source === undefined) return;
    const [y, x] = place.image.map(Math.round) as [number, number];
    const { t, z } = this.#workspace;
    this.#comparing.pick(source.store.labelAt(y, x, t.value, z.value) ?? 0, place.isShift);
  }

  override cancel(): boolean {
    const isActive = this.#lasso.length > 0;
    this.#lasso = [];
    this.#start = null;
    return isActive;
  }

  override draw(context: CanvasRenderingContext2D, view: View): void {
    drawPath(context, view, this.#lasso, this.#lasso.length > 2);
  }
}
