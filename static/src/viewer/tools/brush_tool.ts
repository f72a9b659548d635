/** Paint cells, and erase them. */
import type { Point } from "../model/geometry.ts";
import * as operations from "../model/operations.ts";
import type { Patch } from "../model/patch.ts";
import type { Mask, Raster } from "../model/raster.ts";
import type { View } from "../model/view.ts";
import type { Editing } from "./editing.ts";
import { type Footprint, Stroke } from "./stroke.ts";
import { type PointerPlace, QuietTool } from "./tool.ts";

abstract class RoundTool extends QuietTool {
  override readonly cursor = "none";
  protected readonly editing: Editing;
  #stroke: Stroke | null = null;

  constructor(editing: Editing) {
    super();
    this.editing = editing;
  }

  /** Begin at a place; null when it cannot begin there. */
  protected abstract begin(place: PointerPlace): Footprint | null;
  protected abstract end(patch: Patch | null): void;

  override down(place: PointerPlace): void {
    if (!this.editing.mayEdit()) return;
    const footprint = this.begin(place);
    if (footprint === null) return;
    const { workspace, loader } = this.editing;
    const plane = { t: workspace.t.value, z: workspace.z.value };
    const { store } = workspace.document;
    this.#stroke = new Stroke(loader, store, plane, workspace.brushRadius.value, footprint);
    workspace.isDrawing.set(true);
    this.#stroke.extend([place.image]);
  }

  override drag(places: readonly PointerPlace[]): void {
    this.#stroke?.extend(places.map(({ image }) => image));
  }

  override up(): void {
    const stroke = this.#stroke;
    this.#stroke = null;
    if (stroke) void this.#finish(stroke);
  }

  override cancel(): boolean {
    const stroke = this.#stroke;
    this.#stroke = null;
    if (stroke === null) return false;
    stroke.undo();
    this.end(null);
    this.editing.workspace.isDrawing.set(false);
    return true;
  }

  override draw(context: CanvasRenderingContext2D, view: View): void {
    const { pointer, brushRadius } = this.editing.workspace;
    if (pointer.value !== null) drawRing(context, view, pointer.value, brushRadius.value);
  }

  async #finish(stroke: Stroke): Promise<void> {
    try {
      this.end(await stroke.finish());
    } finally {
      this.editing.workspace.isDrawing.set(false);
    }
  }
}

export class BrushTool extends RoundTool {
  #label = 0;
  #isNew = false;

  protected override begin(place: PointerPlace): Footprint | null {
    const { workspace } = this.editing;
    const under = workspace.labelAt(place.image);
    if (place.isAlt) {
      workspace.select(under === 0 ? [] : [under]);
      return null;
    }
    const [selected] = workspace.selected.value;
    const known = place.isShift && selected !== undefined ? selected : under;
    this.#isNew = known === 0;
    const label = known === 0 ? this.editing.takeLabel() : known;
    if (label === null) return null;
    this.#label = label;
    workspace.select([label]);
    const isProtecting = workspace.isProtecting.value;
    return (raster, mask) => operations.paint(raster, mask, label, isProtecting);
  }

  protected override end(patch: Patch | null): void {
    if (patch) this.editing.commit("brush", [patch]);
    else if (this.#isNew) this.editing.pool.giveBack(this.#label);
  }
}

export class EraserTool extends RoundTool {
  protected override begin(place: PointerPlace): Footprint {
    const { workspace } = this.editing;
    if (!workspace.isProtecting.value)
      return (raster, mask) => operations.erase(raster, mask, null);
    // Others are protected: only the first cell that the stroke meets is erased.
    let target = workspace.labelAt(place.image);
    return (raster, mask) => {
      if (target === 0) target = firstUnder(raster, mask);
      return operations.erase(raster, mask, target);
    };
  }

  protected override end(patch: Patch | null): void {
    if (patch) this.editing.commit("erase", [patch]);
  }
}

function firstUnder(raster: Raster, mask: Mask): number {
  return raster.data.find((label, at) => label !== 0 && mask.data[at] === 1) ?? 0;
}

function drawRing(
  context: CanvasRenderingContext2D,
  view: View,
  center: Point,
  radius: number,
): void {
  const [y, x] = view.imageToScreen(center);
  context.beginPath();
  context.arc(x, y, Math.max(1.5, radius * view.zoom), 0, 2 * Math.PI);
  context.strokeStyle = "rgb(0 0 0 / .6)";
  context.lineWidth = 3;
  context.stroke();
  context.strokeStyle = "#fff";
  context.lineWidth = 1.25;
  context.stroke();
}
