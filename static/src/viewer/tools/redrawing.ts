/** A cell takes the shape of an outline, as one edit; a new one where none lies under it. */
import {
  boxAround,
  boxHeight,
  boxWidth,
  onEighths,
  type Point,
  uniteBoxes,
} from "../model/geometry.ts";
import * as operations from "../model/operations.ts";
import { difference } from "../model/patch.ts";
import { boxOf, type Mask, type Raster } from "../model/raster.ts";
import { type Meant, meantBy, redrawn } from "../model/redrawing.ts";
import type { Editing } from "./editing.ts";
import type { Plane, Workspace } from "./workspace.ts";

const MOST_TRIES = 3;
/** As large an outline is looked at while it is drawn, in every frame. */
const MOST_PIXELS_AT_ONCE = 1_000_000;
const NOTHING_INSIDE = "Nothing lies inside this outline. Draw around a cell.";
const NO_ROOM = "Other cells are in the way. Redraw those first, or stop protecting other cells.";
const CHANGING = "The masks keep changing here. Draw the outline again.";

export class Redrawing {
  readonly #editing: Editing;

  constructor(editing: Editing) {
    this.#editing = editing;
  }

  /** What an outline would do now; null while that is not known, or takes long to find out. */
  meantBy(drawn: readonly Point[]): Meant | null {
    const { document, t, z } = this.workspace;
    const points = drawn.map(onEighths);
    const box = boxAround(points, 1);
    if (boxHeight(box) * boxWidth(box) > MOST_PIXELS_AT_ONCE) return null;
    const raster = document.store.read(box, t.value, z.value);
    return raster && this.#meant(raster, operations.polygon(points, boxOf(raster)));
  }

  /** Draw the outline: the cell under it takes its shape. */
  async draw(drawn: readonly Point[]): Promise<void> {
    if (drawn.length < 3 || !this.#editing.mayEdit()) return;
    const { document } = this.workspace;
    try {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const revision = document.objects.revision.value;
        const { raster, mask, meant } = await this.#look(drawn.map(onEighths));
        // While tiles were on their way somebody may have changed the pixels.
        if (revision !== document.objects.revision.value) continue;
        this.#commit(raster, mask, meant);
        return;
      }
      this.workspace.say("warning", CHANGING);
    } catch (error) {
      this.workspace.say("warning", error instanceof Error ? error.message : String(error));
    }
  }

  /** Make a new cell of the outline, cut out of those that are there. */
  async cutOut(drawn: readonly Point[]): Promise<void> {
    if (drawn.length < 3 || !this.#editing.mayEdit()) return;
    const points = drawn.map(onEighths);
    const { t, z } = this.#plane();
    const raster = await this.#editing.loader.read(boxAround(points, 1), t, z);
    const label = this.#editing.takeLabel();
    if (label === null) return;
    const mask = operations.polygon(points, boxOf(raster));
    const patch = difference(raster, operations.paint(raster, mask, label, false), t, z);
    if (patch) {
      this.#editing.commit("redraw", [patch]);
      this.workspace.select([label]);
    } else this.#giveBack(label, NOTHING_INSIDE);
  }

  get workspace(): Workspace {
    return this.#editing.workspace;
  }

  /** The outline with all cells that it changes, whole. */
  async #look(points: readonly Point[]): Promise<{ raster: Raster; mask: Mask; meant: Meant }> {
    const { t, z } = this.#plane();
    const { loader } = this.#editing;
    const box = boxAround(points, 1);
    const inside = await loader.read(box, t, z);
    const meant = this.#meant(inside, operations.polygon(points, boxOf(inside)));
    const cells = [meant.target, ...meant.absorbed].map((label) => this.#cell(label));
    const boxes = cells.filter((cell) => cell !== null).map((cell) => cell.box);
    const raster = await loader.read(boxes.reduce(uniteBoxes, box), t, z);
    return { raster, mask: operations.polygon(points, boxOf(raster)), meant };
  }

  #commit(raster: Raster, mask: Mask, meant: Meant): void {
    const { workspace } = this;
    if (!mask.data.includes(1)) {
      workspace.say("info", NOTHING_INSIDE);
      return;
    }
    const label = meant.target || this.#editing.takeLabel();
    if (label === null) return;
    const after = redrawn(raster, mask, label, meant, workspace.isProtecting.value);
    if (!after.data.includes(label)) {
      if (meant.target === 0) this.#giveBack(label, NO_ROOM);
      else workspace.say("info", NO_ROOM);
      return;
    }
    const { t, z } = this.#plane();
    const patch = difference(raster, after, t, z);
    if (patch) this.#editing.commit("redraw", [patch]);
    workspace.select([label]);
  }

  #meant(raster: Raster, mask: Mask): Meant {
    const areaOf = (label: number) => this.#cell(label)?.area ?? 0;
    return meantBy(raster, mask, this.workspace.selected.value, areaOf);
  }

  #cell(label: number) {
    const { t, z } = this.#plane();
    return this.workspace.document.objects.get(label, t, z);
  }

  #giveBack(label: number, text: string): void {
    this.#editing.pool.giveBack(label);
    this.workspace.say("info", text);
  }

  #plane(): Plane {
    const { t, z } = this.workspace;
    return { t: t.value, z: z.value };
  }
}
