/** The verbs of the editor: each makes one edit, draws it at once and leaves it to the outbox. */
import type { EditKind } from "../model/contract.ts";
import type { Change as EditChange } from "../model/edit.ts";
import { boxAround, boxesTouch, growBox, onEighths, type Point } from "../model/geometry.ts";
import type { LabelPool } from "../model/label_pool.ts";
import { inheritMarks, type Mark } from "../model/marks.ts";
import * as operations from "../model/operations.ts";
import { difference, type Patch } from "../model/patch.ts";
import { placesOfChange } from "../model/place_of_change.ts";
import { boxOf, type Raster } from "../model/raster.ts";
import * as reshape from "../model/reshape.ts";
import { type Pixel, splitBySeeds } from "../model/seeded_split.ts";
import { randomUuid } from "../model/uuid.ts";
import { type Change, rewrite } from "./rewriting.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Workspace } from "./workspace.ts";

const NO_LABELS =
  "A new cell needs a number from the server, which cannot be reached. Extending cells still works.";

const NOT_CURRENT =
  "This is an earlier version. Go back to the newest one (Esc), or restore this one, to change cells.";

export class Editing {
  readonly workspace: Workspace;
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
    if (!this.workspace.isCurrent) {
      this.workspace.say("warning", NOT_CURRENT);
      return false;
    }
    const { reasons } = this.workspace.annotation.value;
    this.workspace.say("warning", reasons.edit ?? "This image cannot be changed now.");
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
    this.#showChange(edit);
  }

  /** Turn cells into background. */
  async deleteCells(labels: readonly number[]): Promise<void> {
    if (labels.length === 0 || !this.mayEdit()) return;
    const all = new Set(labels);
    await this.#rewrite("delete", labels, (part) => operations.remove(part, all));
    this.workspace.select(this.workspace.selected.value.filter((label) => !all.has(label)));
  }

  /** Make several cells one; the first keeps its label. */
  async mergeCells(labels: readonly number[]): Promise<void> {
    const [target, ...others] = labels;
    if (target === undefined || others.length === 0 || !this.mayEdit()) return;
    const all = new Set(others);
    await this.#rewrite("merge", labels, (part) => operations.merge(part, all, target));
    this.workspace.select([target]);
  }

  /** Fill the holes of cells. */
  async fillHoles(labels: readonly number[]): Promise<void> {
    if (labels.length === 0 || !this.mayEdit()) return;
    const isChanged = await this.#rewrite("fill", labels, (part) => {
      return labels.reduce((plane, label) => operations.fillHoles(plane, label), part);
    });
    if (!isChanged) this.workspace.say("info", "There is no hole in this cell.");
  }

  /** Make cells larger by one pixel; others are protected or not, as with the brush. */
  async growCells(labels: readonly number[]): Promise<void> {
    if (!this.#mayReshape(labels, "grow")) return;
    const [all, isProtecting] = [new Set(labels), this.workspace.isProtecting.value];
    const change = (part: Raster) => reshape.grow(part, all, isProtecting);
    const isChanged = await this.#rewrite("grow", labels, change);
    if (!isChanged) this.workspace.say("info", "There is no room to grow: other cells are beside.");
  }

  /** Make cells smaller by one pixel. */
  async shrinkCells(labels: readonly number[]): Promise<void> {
    await this.#reshape("shrink", labels, reshape.shrink);
  }

  /** Smooth the outlines of cells. */
  async smoothCells(labels: readonly number[]): Promise<void> {
    await this.#reshape("smooth", labels, reshape.smooth);
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

  /** Cut a cell in two where it is narrowest between two places inside it. */
  async splitBetween(first: Point, second: Point): Promise<void> {
    if (!this.mayEdit()) return;
    const { t, z } = this.#plane();
    const label = this.workspace.labelAt(first);
    const object = this.workspace.objectHere(label);
    const fresh = object === null ? null : await this.#takeLabels(1);
    if (object === null || fresh === null) return;
    const now = await this.loader.read(growBox(object.box, 1), t, z);
    const seeds = [first, second].map(([y, x]): Pixel => [Math.round(y), Math.round(x)]);
    const split = splitBySeeds(now, label, seeds[0]!, seeds[1]!, fresh[0]!);
    const patch = difference(now, split, t, z);
    if (patch) {
      this.commit("split", [patch], inheritMarks(object.facts, fresh));
      this.workspace.select([label, ...fresh]);
    } else {
      this.pool.giveBack(fresh[0]!);
      this.workspace.say("info", "Click two different places of the same cell to split it.");
    }
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

  async #reshape(
    kind: "shrink" | "smooth",
    labels: readonly number[],
    change: (part: Raster, labels: ReadonlySet<number>) => reshape.Reshaped,
  ): Promise<void> {
    if (!this.#mayReshape(labels, kind)) return;
    const all = new Set(labels);
    const spared = new Set<number>();
    const isChanged = await this.#rewrite(kind, labels, (part) => {
      const reshaped = change(part, all);
      for (const label of reshaped.spared) spared.add(label);
      return reshaped.raster;
    });
    if (spared.size > 0) this.workspace.say("warning", sparedText([...spared], kind));
    else if (!isChanged) this.workspace.say("info", "The outline is as smooth as it gets.");
  }

  #mayReshape(labels: readonly number[], verb: string): boolean {
    if (labels.length === 0)
      this.workspace.say("info", `Point at the cell to ${verb}, or select it.`);
    return labels.length > 0 && this.mayEdit();
  }

  async #rewrite(kind: EditKind, labels: readonly number[], change: Change): Promise<boolean> {
    try {
      const patches = await rewrite(this.workspace, this.loader, labels, change);
      this.commit(kind, patches);
      return patches.length > 0;
    } catch (error) {
      this.workspace.say("warning", error instanceof Error ? error.message : String(error));
      return true;
    }
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
  #showChange(change: EditChange): void {
    const places = placesOfChange(change, this.workspace.document.objects);
    const [first] = places;
    if (first === undefined) return;
    this.workspace.goToPlane(first.t, first.z);
    const view = this.workspace.view.value;
    // Of a change all over the plane some part is enough.
    const isSeen =
      places.length > 1
        ? places.some(({ box }) => boxesTouch(box, view.box))
        : view.shows(first.box);
    if (isSeen) return;
    const [y0, x0, y1, x1] = first.box;
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

function sparedText(spared: readonly number[], verb: string): string {
  const reason = "vanish or fall apart";
  if (spared.length === 1) {
    return `Cell ${spared[0]} would ${reason} if it ${verb === "shrink" ? "shrank" : "were smoothed"}, so it stays as it is.`;
  }
  return `${spared.length} cells would ${reason}, so they stay as they are.`;
}
