/** Click one cell, then those that belong to it; or drag a lasso over all of them. */
import type { Point } from "../model/geometry.ts";
import type { View } from "../model/view.ts";
import type { Editing } from "./editing.ts";
import { drawPath, type PointerPlace, QuietTool } from "./tool.ts";

export class MergeTool extends QuietTool {
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
    if (this.#points.length > 0) this.#points.push(...places.map(({ image }) => image));
  }

  override up(): void {
    const points = this.#points;
    this.#points = [];
    if (points.length > 2) void this.#mergeInside(points);
  }

  override click(place: PointerPlace): void {
    const { workspace } = this.#editing;
    const label = workspace.labelAt(place.image);
    const [first] = workspace.selected.value;
    if (label === 0) workspace.select([]);
    else if (first === undefined || first === label) workspace.select([label]);
    else void this.#editing.mergeCells([first, label]);
  }

  override cancel(): boolean {
    const isActive = this.#points.length > 0;
    this.#points = [];
    return isActive;
  }

  override draw(context: CanvasRenderingContext2D, view: View): void {
    if (this.#points.length > 1) drawPath(context, view, this.#points, true);
  }

  /** The largest cell keeps its label. */
  async #mergeInside(points: readonly Point[]): Promise<void> {
    const { workspace } = this.#editing;
    const areaOf = (label: number) => workspace.objectHere(label)?.area ?? 0;
    const labels = await this.#editing.cellsIn(points);
    if (labels.length < 2) workspace.say("info", "Drag over two or more cells to merge them.");
    await this.#editing.mergeCells(labels.sort((a, b) => areaOf(b) - areaOf(a)));
  }
}
