/** The verbs of the editor: each makes one edit, draws it at once and leaves it to the outbox. */
import type { EditKind } from "../model/contract.ts";
import { boxAround, growBox, onEighths, type Point, uniteBoxes } from "../model/geometry.ts";
import type { LabelPool } from "../model/label_pool.ts";
import { inheritMarks, type Mark } from "../model/marks.ts";
import * as operations from "../model/operations.ts";
import { difference, type Patch } from "../model/patch.ts";
import { boxOf, type Raster } from "../model/raster.ts";
import { randomUuid } from "../model/uuid.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Workspace } from "./workspace.ts";

const NO_LABELS =
  "A new cell needs a number from the server, which cannot be reached. Extending cells still works.";

export class Editing {
  readonly workspace: Workspace;
const NOT_CURRENT =
  "This is an earlier version. Go back to the newest one (Esc), or restore this one, to change cells.";

  readonly loader: TileLoader;
  readonly pool: LabelPool;

  constructor(workspace: Workspace, loader: TileLoader, pool: LabelPool) {
    this.workspace = workspace;
    this.loader = loader;
    this.pool = pool;
  }

  /** Whether edits are allowed now; says why not if they are not. */
  mayEdit(): boolean {
    if (this.workspace.canEdit) return true;
    const { reasons } = this.workspace.annotation.value;
    this.workspace.say("warning", reasons.edit ?? "This image cannot be changed now.");
    if (!this.workspace.isCurrent) {
      this.workspace.say("warning", NOT_CURRENT);
      return false;
    }
    return false;
  }

  /** A fresh label for a new cell; null (and a sentence) when there is none. */
  takeLabel(): number | null {
    const label = this.pool.take();
    if (label === null) this.workspace.say("warning", NO_LABELS);
    return label;
  }

  /** Make patches that are drawn already, or not yet, one edit. */
  commit(kind: EditKind, patches: readonly Patch[], marks: readonly Mark[] = []): void {
    if (patches.length === 0 && marks.length === 0) return;
    const { document } = this.workspace;
    const base = { client_id: randomUuid(), base_version: document.version.value, undoes: null };
    document.addOwn({ ...base, kind, patches, marks });
  }

  async undo(kind: "undo" | "redo"): Promise<void> {
    if (!this.mayEdit()) return;
    const { document } = this.workspace;
    const prepared = document.prepareUndo(kind, randomUuid());
    if (prepared === null) {
      this.workspace.say("info", `There is nothing to ${kind}.`);
      return;
    }
    const { edit, isBlocked } = prepared;
    if (isBlocked) {
      const text = `This cannot be ${kind === "undo" ? "undone" : "redone"}: somebody else has changed the same cells since.`;
      this.workspace.say("warning", text);
      return;
    }
    document.addOwn(edit);
    this.#showChange(edit.patches);
  }

  /** Turn cells into background. */
  async deleteCells(labels: readonly number[]): Promise<void> {
    if (labels.length === 0 || !this.mayEdit()) return;
    await this.#rewrite("delete", labels, (raster) => operations.remove(raster, new Set(labels)));
    this.workspace.select(this.workspace.selected.value.filter((label) => !labels.includes(label)));
  }

  /** Make several cells one; the first keeps its label. */
  async mergeCells(labels: readonly number[]): Promise<void> {
    const [target, ...others] = labels;
    if (target === undefined || others.length === 0 || !this.mayEdit()) return;
    await this.#rewrite("merge", labels, (raster) => {
      return operations.merge(raster, new Set(others), target);
    });
    this.workspace.select([target]);
  }

  /** Fill the holes of cells. */
  async fillHoles(labels: readonly number[]): Promise<void> {
    if (labels.length === 0 || !this.mayEdit()) return;
    const isChanged = await this.#rewrite("fill", labels, (raster) => {
      return labels.reduce((plane, label) => operations.fillHoles(plane, label), raster);
    });
    if (!isChanged) this.workspace.say("info", "There is no hole in this cell.");
  }

  /** Cut a cell along a drawn line: the selected one, or the one that the line crosses most. */
  async split(drawn: readonly Point[]): Promise<void> {
    if (drawn.length < 2 || !this.mayEdit()) return;
    const { t, z } = this.#plane();
    const points = drawn.map(onEighths);
    for (const label of await this.#crossedBy(points, t, z)) {
      const object = this.workspace.objectHere(label);
      if (object === null) continue;
      const raster = await this.loader.read(growBox(object.box, 1), t, z);
      const nParts = operations.countParts(raster, label, points);
      if (nParts < 2) continue;
      const fresh = await this.#takeLabels(nParts - 1);
      if (fresh === null) return;
      // While the labels were on their way somebody may have changed the pixels.
      const now = await this.loader.read(growBox(object.box, 1), t, z);
      const patch = difference(now, operations.splitByLine(now, label, points, fresh), t, z);
      // The pieces are what the whole was.
      if (patch) this.commit("split", [patch], inheritMarks(object.facts, fresh));
      this.workspace.select([label, ...fresh]);
      return;
    }
    this.workspace.say("info", "The line must cross a cell from side to side to split it.");
  }

  /** Add the inside of a lasso to a cell (or make a new one of it), or take it away. */
  async lasso(drawn: readonly Point[], isSubtracting: boolean): Promise<void> {
    if (drawn.length < 3 || !this.mayEdit()) return;
    const { t, z } = this.#plane();
    const points = drawn.map(onEighths);
    const raster = await this.loader.read(boxAround(points, 1), t, z);
    const mask = operations.polygon(points, boxOf(raster));
    const [selected = null] = this.workspace.selected.value;
    if (isSubtracting) {
      const patch = difference(raster, operations.erase(raster, mask, selected), t, z);
      if (patch) this.commit("lasso", [patch]);
      return;
    }
    const under = this.workspace.labelAt(points[0]!);
    const label = under === 0 ? this.takeLabel() : under;
    if (label === null) return;
    const painted = operations.paint(raster, mask, label, this.workspace.isProtecting.value);
    const patch = difference(raster, painted, t, z);
    if (patch) this.commit("lasso", [patch]);
    else if (under === 0) this.pool.giveBack(label);
    if (patch) this.workspace.select([label]);
  }

  /** The cells that a lasso touches. */
  async cellsIn(drawn: readonly Point[]): Promise<number[]> {
    const { t, z } = this.#plane();
    const points = drawn.map(onEighths);
    const raster = await this.loader.read(boxAround(points, 1), t, z);
    const mask = operations.polygon(points, boxOf(raster));
    return [...countUnder(raster, mask.data).keys()];
  }

  async #rewrite(
    kind: EditKind,
    labels: readonly number[],
    change: (raster: Raster) => Raster,
  ): Promise<boolean> {
    const { t, z } = this.#plane();
    const objects = labels.map((label) => this.workspace.objectHere(label));
    const boxes = objects.filter((object) => object !== null).map(({ box }) => box);
    const [first, ...others] = boxes;
    if (first === undefined) return false;
    const raster = await this.loader.read(growBox(others.reduce(uniteBoxes, first), 1), t, z);
    const patch = difference(raster, change(raster), t, z);
    if (patch) this.commit(kind, [patch]);
    return patch !== null;
  }

  async #crossedBy(points: readonly Point[], t: number, z: number): Promise<number[]> {
    const raster = await this.loader.read(boxAround(points, 1), t, z);
    const counts = countUnder(raster, operations.line(points, boxOf(raster)).data);
    const { selected } = this.workspace;
    const rank = (label: number) =>
      selected.value.includes(label) ? Infinity : counts.get(label)!;
    return [...counts.keys()].sort((a, b) => rank(b) - rank(a));
  }

  async #takeLabels(count: number): Promise<number[] | null> {
    try {
      await this.pool.ensure(count);
    } catch {
      this.workspace.say("warning", NO_LABELS);
      return null;
    }
    return Array.from({ length: count }, () => this.pool.take()!);
  }

  #plane(): { t: number; z: number } {
    return { t: this.workspace.t.value, z: this.workspace.z.value };
  }

  /** Bring what undo changed onto the screen. */
  #showChange(patches: readonly Patch[]): void {
    const [patch] = patches;
    if (patch === undefined) return;
    this.workspace.goToPlane(patch.t, patch.z);
    const view = this.workspace.view.value;
    if (view.shows(patch.bbox)) return;
    const [y0, x0, y1, x1] = patch.bbox;
    this.workspace.view.set(view.centeredOn([(y0 + y1 - 1) / 2, (x0 + x1 - 1) / 2]));
  }
}

/** How many pixels of each cell lie under a mask. */
function countUnder(raster: Raster, mask: Uint8Array): Map<number, number> {
  const counts = new Map<number, number>();
  mask.forEach((isInside, at) => {
    const label = raster.data[at]!;
    if (isInside === 1 && label !== 0) counts.set(label, (counts.get(label) ?? 0) + 1);
  });
  return counts;
}
