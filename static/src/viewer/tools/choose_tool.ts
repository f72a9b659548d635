/** Draw around cells to select them: shift adds to the selection, alt takes away. */
import { onEighths, type Point } from "../model/geometry.ts";
import { cellsInLasso } from "../model/lasso_choice.ts";
import type { View } from "../model/view.ts";
import type { Comparing } from "./comparing.ts";
import { drawPath, type PointerPlace, QuietTool } from "./tool.ts";
import type { Workspace } from "./workspace.ts";

type Mode = "replace" | "add" | "remove";

export class ChooseTool extends QuietTool {
  override readonly cursor = "crosshair";
  readonly #workspace: Workspace;
  readonly #comparing: Comparing;
  #points: Point[] = [];
  #mode: Mode = "replace";

  constructor(workspace: Workspace, comparing: Comparing) {
    super();
    this.#workspace = workspace;
    this.#comparing = comparing;
  }

  override down(place: PointerPlace): void {
    this.#points = [place.image];
    this.#mode = place.isShift ? "add" : place.isAlt ? "remove" : "replace";
  }

  override drag(places: readonly PointerPlace[]): void {
    if (this.#points.length > 0) this.#points.push(...places.map(({ image }) => image));
  }

  override up(): void {
    const points = this.#points.map(onEighths);
    this.#points = [];
    if (points.length < 3 || this.#comparing.pickMissingInside(points)) return;
    const workspace = this.#workspace;
    const found = cellsInLasso(points, workspace.objectsHere(), (place) =>
      workspace.labelAt(place),
    );
    this.#choose(found);
    const n = workspace.selected.value.length;
    if (found.length === 0) workspace.say("info", "No cell lies inside. Draw around whole cells.");
    else workspace.say("info", n === 1 ? "1 cell is selected." : `${n} cells are selected.`);
  }

  override click(place: PointerPlace): void {
    this.#points = [];
    const label = this.#workspace.labelAt(place.image);
    if (label === 0 && this.#mode === "replace") this.#workspace.select([]);
    else if (label !== 0) this.#toggle(label);
  }

  override cancel(): boolean {
    const isActive = this.#points.length > 0;
    this.#points = [];
    return isActive;
  }

  override draw(context: CanvasRenderingContext2D, view: View): void {
    if (this.#points.length < 2) return;
    drawPath(context, view, this.#points, true);
    context.fillStyle = this.#mode === "remove" ? "rgb(240 138 128 / .2)" : "rgb(55 184 171 / .2)";
    context.fill();
  }

  #choose(found: readonly number[]): void {
    const { selected } = this.#workspace;
    const known = this.#mode === "replace" ? [] : selected.value;
    const meant = new Set(found);
    const others = known.filter((label) => !meant.has(label));
    this.#workspace.select(this.#mode === "remove" ? others : [...others, ...found]);
  }

  #toggle(label: number): void {
    const selected = this.#workspace.selected.value;
    const isSelected = selected.includes(label);
    if (this.#mode === "replace") this.#workspace.select([label]);
    else if (isSelected) this.#workspace.select(selected.filter((other) => other !== label));
    else if (this.#mode === "add") this.#workspace.select([...selected, label]);
  }
}
