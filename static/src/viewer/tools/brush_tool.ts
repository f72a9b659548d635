/** Paint cells, and erase them. */
import { type Box, growBox, type Point } from "../model/geometry.ts";
import * as operations from "../model/operations.ts";
import type { Patch } from "../model/patch.ts";
import type { Mask, Raster } from "../model/raster.ts";
import { snapped, suggestedAt } from "../model/snapping.ts";
import type { View } from "../model/view.ts";
import type { Editing } from "./editing.ts";
import type { Snapping } from "./snapping.ts";
import { type Footprint, Stroke } from "./stroke.ts";
import { type PointerPlace, QuietTool } from "./tool.ts";

/** CSS pixels. */
const SMALL_RING = 4;
/** Its line, or the lines around a small one. */
const AROUND_RING = 12;
const NOT_SEEN_YET = "The model is still looking at this place; this stroke is not snapped.";
const NO_CELL_SEEN = "The model sees no cell here; this stroke is not snapped.";
type Snap = (mask: Mask) => Mask;
const ALL: Snap = (mask) => mask;

abstract class RoundTool extends QuietTool {
  override readonly cursor = "none";
  /** The right button erases. */
  override readonly takesRightButton = true;
  protected readonly editing: Editing;
  readonly #snapping: Snapping;
  #stroke: Stroke | null = null;

  constructor(editing: Editing, snapping: Snapping) {
    super();
    this.editing = editing;
    this.#snapping = snapping;
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
    this.#stroke = new Stroke(loader, store, plane, workspace.brushRadius, footprint);
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
    if (pointer.value !== null) drawRing(context, view, pointer.value, brushRadius);
  }

  override reach(view: View): Box | null {
    const { pointer, brushRadius } = this.editing.workspace;
    if (pointer.value === null) return null;
    const [y, x] = view.imageToScreen(pointer.value);
    return growBox([y, x, y, x], brushRadius * view.zoom + AROUND_RING);
  }

  /** Others are protected: only the first cell that the stroke meets is erased. */
  protected erasing(place: PointerPlace): Footprint {
    const { workspace } = this.editing;
    // Beside the cell that the model sees there is as much to erase as in one.
    const snap = this.snapAt(place, () => true);
    if (!workspace.isProtecting.value) {
      return (raster, mask) => operations.erase(raster, snap(mask), null);
    }
    let target = workspace.labelAt(place.image);
    return (raster, mask) => {
      const left = snap(mask);
      if (target === 0) target = firstUnder(raster, left);
      return operations.erase(raster, left, target);
    };
  }

  /**
   * What is left of a stroke: what lies in the same part as its beginning, a cell that the model
   * sees or what is beside all of them. All of it without snapping; Ctrl says the opposite of the
   * switch.
   */
  protected snapAt({ image, isCtrl }: PointerPlace, isMeant: (cell: number) => boolean): Snap {
    const { workspace } = this.editing;
    if (workspace.isSnapping.value === isCtrl) return ALL;
    const suggestion = this.#snapping.at(image);
    const cell = suggestion === null ? 0 : suggestedAt(suggestion, image);
    if (suggestion !== null && isMeant(cell)) return (mask) => snapped(mask, suggestion, cell);
    this.#snapping.look(image);
    workspace.say("info", suggestion === null ? NOT_SEEN_YET : NO_CELL_SEEN);
    return ALL;
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
  #isErasing = false;

  protected override begin(place: PointerPlace): Footprint | null {
    const { workspace } = this.editing;
    const under = workspace.labelAt(place.image);
    this.#isErasing = place.isRight;
    if (place.isRight) return this.erasing(place);
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
    const snap = this.snapAt(place, (cell) => cell !== 0);
    return (raster, mask) => operations.paint(raster, snap(mask), label, isProtecting);
  }

  protected override end(patch: Patch | null): void {
    if (patch) this.editing.commit(this.#isErasing ? "erase" : "brush", [patch]);
    else if (this.#isNew && !this.#isErasing) this.editing.pool.giveBack(this.#label);
  }
}

export class EraserTool extends RoundTool {
  protected override begin(place: PointerPlace): Footprint {
    return this.erasing(place);
  }

  protected override end(patch: Patch | null): void {
    if (patch) this.editing.commit("erase", [patch]);
  }
}

function firstUnder(raster: Raster, mask: Mask): number {
  return raster.data.find((label, at) => label !== 0 && mask.data[at] === 1) ?? 0;
}

/** A ring too small to be seen is found by the lines around it. */
function crossHair(context: CanvasRenderingContext2D, y: number, x: number): void {
  for (const [dy, dx] of [
    [0, 1],
    [0, -1],
    [1, 0],
    [-1, 0],
  ] as const) {
    context.moveTo(x + 5 * dx, y + 5 * dy);
    context.lineTo(x + 10 * dx, y + 10 * dy);
  }
}

/** As large as what is painted, at every zoom. */
function drawRing(
  context: CanvasRenderingContext2D,
  view: View,
  center: Point,
  radius: number,
): void {
  const [y, x] = view.imageToScreen(center);
  context.beginPath();
  context.arc(x, y, radius * view.zoom, 0, 2 * Math.PI);
  if (radius * view.zoom < SMALL_RING) crossHair(context, y, x);
  context.strokeStyle = "rgb(0 0 0 / .6)";
  context.lineWidth = 3;
  context.stroke();
  context.strokeStyle = "#fff";
  context.lineWidth = 1.25;
  context.stroke();
}
