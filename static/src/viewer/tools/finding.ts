/** Cells found by the model where a person points: asked of the server, drawn as edits. */
import { askForCells, type Row } from "../data/prompt_api.ts";
import { type Box, growBox, type Point, uniteBoxes } from "../model/geometry.ts";
import * as operations from "../model/operations.ts";
import { difference } from "../model/patch.ts";
import { boxOf, emptyMask, type Mask, type Raster } from "../model/raster.ts";
import { deepestPixel } from "../model/seeded_split.ts";
import type { Editing } from "./editing.ts";

const NOTHING = "Nothing here looks like a cell. Draw it with the brush or the lasso.";
const SEES_NOTHING = "The model sees no cell here; this one stays as it is.";
const SEES_ANOTHER = "The model sees a cell that is there already; this one stays as it is.";
/** Of a cell found in a box so much must be free, or it is one that is there already. */
const LEAST_FREE = 0.5;
/** More points of a stroke than these tell nothing more. */
const MOST_STROKE_POINTS = 200;

/** What a person has pointed at for one cell. */
interface Pointed {
  readonly added: readonly Point[];
  readonly removed: readonly Point[];
  readonly scribble: readonly Point[];
}

/** The cell that the clicks since it was found are about. */
interface Current extends Pointed {
  readonly label: number;
  readonly t: number;
  readonly z: number;
}

const NO_POINTS: Pointed = { added: [], removed: [], scribble: [] };

export class Finding {
  readonly #editing: Editing;
  #current: Current | null = null;
  #isAsking = false;

  constructor(editing: Editing) {
    this.#editing = editing;
  }

  /** The clicks and strokes on the last cell, for the picture. */
  get points(): Pointed {
    return this.#current ?? NO_POINTS;
  }

  forget(): boolean {
    const isActive = this.#current !== null;
    this.#current = null;
    return isActive;
  }

  /** Let the model look at the middle of the view before the first click; may fail in silence. */
  async look(): Promise<void> {
    const { workspace } = this.#editing;
    if (!workspace.canEdit) return;
    const look = this.#inside(workspace.view.value.center);
    try {
      await askForCells(workspace.image.id, { ...this.#plane(), look });
    } catch {
      // The click itself will say what is wrong.
    }
  }

  /** A new cell at a point. */
  async find(point: Point): Promise<void> {
    await this.#begin(point, { ...NO_POINTS, added: [point] });
  }

  /** A stroke along one cell: the last one if it begins there, else a new one. */
  async scribble(drawn: readonly Point[]): Promise<void> {
    const [first] = drawn;
    if (first === undefined) return;
    const stroke = thinned(drawn.map((point) => this.#inside(point)));
    const under = this.#editing.workspace.labelAt(first);
    const current = this.#currentHere();
    if (current === null || under !== current.label) {
      await this.#begin(first, { ...NO_POINTS, scribble: stroke });
    } else {
      const scribble = thinned([...current.scribble, ...stroke]);
      await this.#improve(current, { ...current, scribble });
    }
  }

  /** One more point that belongs to the last cell, or that does not. */
  async refine(point: Point, isRemoving: boolean): Promise<void> {
    if (!this.#editing.mayEdit()) return;
    const current = this.#currentHere();
    if (current === null) {
      const text = "Click a cell first; then Alt adds to it and Shift takes away.";
      return this.#editing.workspace.say("info", text);
    }
    const added = isRemoving ? current.added : [...current.added, point];
    const removed = isRemoving ? [...current.removed, point] : current.removed;
    await this.#improve(current, { ...current, added, removed });
  }

  /** Draw a cell anew, as the model sees it from a click in its middle; undone like any edit. */
  async again(label: number): Promise<void> {
    const { workspace, loader } = this.#editing;
    const cell = workspace.objectHere(label);
    if (cell === null || !this.#editing.mayEdit()) return;
    await this.#alone(async () => {
      const point = deepestPixel(await loader.read(cell.box, cell.t, cell.z), label);
      if (point !== null) await this.#drawAnew(label, { ...NO_POINTS, added: [point] });
    });
  }

  /** All cells inside a box that are not there yet. */
  async findInside(drawn: Box): Promise<void> {
    const { workspace } = this.#editing;
    const [y0, x0, y1, x1] = drawn;
    const { height, width } = workspace;
    const box: Box = [Math.max(0, y0), Math.max(0, x0), Math.min(height, y1), Math.min(width, x1)];
    if (!this.#editing.mayEdit() || box[2] <= box[0] || box[3] <= box[1]) return;
    const { t, z } = this.#plane();
    await this.#alone(async () => {
      const cells = await this.#ask({ t, z, box });
      const found: number[] = [];
      for (const rows of cells) {
        if (!(await this.#isNew(rows, t, z))) continue;
        const label = this.#editing.takeLabel();
        if (label === null) break;
        if (await this.#draw(rows, label, t, z)) found.push(label);
        else this.#editing.pool.giveBack(label);
      }
      if (found.length > 0) workspace.select(found);
      else workspace.say("info", cells.length > 0 ? "No new cell in this box." : NOTHING);
    });
  }

  /** Ask for the cell here, anew where there is one, and remember it as the last one. */
  async #begin(point: Point, pointed: Pointed): Promise<void> {
    const { workspace } = this.#editing;
    if (!this.#editing.mayEdit()) return;
    const under = workspace.labelAt(point);
    const { t, z } = this.#plane();
    if (under !== 0 && workspace.isProtecting.value) {
      workspace.select([under]);
      // What Alt and Shift have made of the last one is not thrown away by one more click.
      if (under === this.#currentHere()?.label) return;
      await this.#alone(() => this.#drawAnew(under, pointed));
      return;
    }
    await this.#alone(async () => {
      const [rows] = await this.#ask({ t, z, ...pointed });
      if (rows === undefined) return workspace.say("info", NOTHING);
      const label = this.#editing.takeLabel();
      if (label === null) return;
      if (await this.#draw(rows, label, t, z)) {
        this.#current = { label, t, z, ...pointed };
        workspace.select([label]);
      } else this.#editing.pool.giveBack(label);
    });
  }

  /** Give a cell the shape that the model sees; others keep their pixels. */
  async #drawAnew(label: number, pointed: Pointed): Promise<void> {
    const { workspace, loader } = this.#editing;
    const { t, z } = this.#plane();
    const [rows] = await this.#ask({ t, z, ...pointed });
    const box = rows && boxOfRows(rows);
    if (rows === undefined || box === undefined) return workspace.say("info", SEES_NOTHING);
    const there = operations.remove(await loader.read(box, t, z), new Set([label]));
    if (freeShare(there, maskOfRows(rows, box)) < LEAST_FREE) {
      return workspace.say("info", SEES_ANOTHER);
    }
    const isChanged = await this.#draw(rows, label, t, z);
    if (!isChanged) workspace.say("info", "The model draws this cell just as it is.");
    this.#current = { label, t, z, ...pointed };
    workspace.select([label]);
  }

  /** Ask for the last cell again, with more points. */
  async #improve(current: Current, { added, removed, scribble }: Pointed): Promise<void> {
    const { label, t, z } = current;
    await this.#alone(async () => {
      const [rows = []] = await this.#ask({ t, z, added, removed, scribble });
      await this.#draw(rows, label, t, z);
      this.#current = { label, t, z, added, removed, scribble };
    });
  }

  /** The last cell, if it lies in the plane that is shown. */
  #currentHere(): Current | null {
    const { t, z } = this.#plane();
    return this.#current?.t === t && this.#current.z === z ? this.#current : null;
  }

  /** The point of the image that is nearest: a stroke may leave it. */
  #inside([y, x]: Point): Point {
    const { height, width } = this.#editing.workspace;
    return [Math.min(Math.max(y, 0), height - 0.001), Math.min(Math.max(x, 0), width - 0.001)];
  }

  async #ask(question: Parameters<typeof askForCells>[1]): ReturnType<typeof askForCells> {
    return askForCells(this.#editing.workspace.image.id, question);
  }

  /** One question at a time; what goes wrong is said. */
  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      await work();
    } catch (error) {
      this.#editing.workspace.say(
        "warning",
        error instanceof Error ? error.message : String(error),
      );
    } finally {
      this.#isAsking = false;
    }
  }

  /** Make the pixels of a cell be these rows; false when nothing of them was free. */
  async #draw(rows: readonly Row[], label: number, t: number, z: number): Promise<boolean> {
    const { workspace, loader } = this.#editing;
    const before = workspace.document.objects.get(label, t, z);
    const boxes = [before?.box, boxOfRows(rows)].filter((box) => box !== undefined);
    const [first, ...others] = boxes;
    if (first === undefined) return false;
    const raster = await loader.read(growBox(others.reduce(uniteBoxes, first), 1), t, z);
    const cleared = operations.remove(raster, new Set([label]));
    const mask = maskOfRows(rows, boxOf(raster));
    const painted = operations.paint(cleared, mask, label, workspace.isProtecting.value);
    const patch = difference(raster, painted, t, z);
    if (patch) this.#editing.commit("click", [patch]);
    return patch !== null && painted.data.includes(label);
  }

  async #isNew(rows: readonly Row[], t: number, z: number): Promise<boolean> {
    const box = boxOfRows(rows);
    if (box === undefined) return false;
    const raster = await this.#editing.loader.read(box, t, z);
    return freeShare(raster, maskOfRows(rows, box)) >= LEAST_FREE;
  }

  #plane(): { t: number; z: number } {
    const { t, z } = this.#editing.workspace;
    return { t: t.value, z: z.value };
  }
}

/** As many points of a line as tell something, its ends among them. */
function thinned(line: readonly Point[]): readonly Point[] {
  if (line.length <= MOST_STROKE_POINTS) return line;
  const step = (line.length - 1) / (MOST_STROKE_POINTS - 1);
  return Array.from({ length: MOST_STROKE_POINTS }, (_, i) => line[Math.round(i * step)]!);
}

function boxOfRows(rows: readonly Row[]): Box | undefined {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const starts = rows.map(([, start]) => start);
  const stops = rows.map(([, , stop]) => stop);
  return [first[0], Math.min(...starts), last[0] + 1, Math.max(...stops)];
}

function maskOfRows(rows: readonly Row[], box: Box): Mask {
  const mask = emptyMask(box);
  for (const [y, start, stop] of rows) {
    const row = (y - mask.y0) * mask.width - mask.x0;
    mask.data.fill(1, row + start, row + stop);
  }
  return mask;
}

/** The share of a mask that is background. */
function freeShare(raster: Raster, mask: Mask): number {
  let [nFree, nAll] = [0, 0];
  mask.data.forEach((isInside, at) => {
    if (isInside === 0) return;
    nAll += 1;
    if (raster.data[at] === 0) nFree += 1;
  });
  return nAll === 0 ? 0 : nFree / nAll;
}
