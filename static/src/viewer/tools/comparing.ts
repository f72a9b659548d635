/** Compares the masks with another result, over each other or side by side, and copies from it. */

import { fetchSegmentations, type SegmentationJson } from "../data/segmentation_api.ts";
import { type Differences, unitedDifferences } from "../model/comparison.ts";
import { boxAround, onEighths, type Point } from "../model/geometry.ts";
import type { LabelSource } from "../model/label_source.ts";
import { cellsInLasso } from "../model/lasso_choice.ts";
import { Overlaps } from "../model/matching.ts";
import { originOfBase } from "../model/object_index.ts";
import { polygon } from "../model/operations.ts";
import { boxOf } from "../model/raster.ts";
import { Signal } from "../model/signal.ts";
import { planeKey } from "../model/tile_grid.ts";
import { VersionSource } from "../model/version_source.ts";
import type { Copying } from "./copying.ts";
import { openSegmentation } from "./segmentation_source.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Beside, Plane, Workspace } from "./workspace.ts";

export type Layout = "over" | "beside";

/** So many pixels are compared at once; a larger plane is compared at a coarser level. */
const MOST_PIXELS = 2 ** 22;
const BUDGET_BYTES = 64 * 2 ** 20;
const RECOUNT_AFTER_MS = 400;

export class Comparing {
  readonly compared = new Signal<Beside | null>(null);
  readonly layout = new Signal<Layout>("beside");
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  readonly #copying: Copying;
  /** What differs in the planes that are counted, for the present masks. */
  readonly #counted = new Map<string, Differences>();
  #countedVersion = 0;
  #timer = 0;
  #run = 0;

  constructor(workspace: Workspace, loader: TileLoader, copying: Copying) {
    this.#workspace = workspace;
    this.#loader = loader;
    this.#copying = copying;
    const later = () => this.#countLater();
    for (const plane of [workspace.t, workspace.z]) plane.listen(later);
    workspace.document.objects.revision.listen(() => {
      this.#forgetChanged();
      later();
    });
    this.layout.listen(() => this.#place());
    workspace.comparison.listen((comparison) => {
      if (comparison === null && this.compared.value === null) this.picked.set([]);
    });
  }

  /** The cells of the other one that are chosen for copying. */
  get picked(): Signal<readonly number[]> {
    return this.#workspace.picked;
  }

  segmentations(): Promise<readonly SegmentationJson[]> {
    return fetchSegmentations(this.#workspace.image.id);
  }

  async withSegmentation(segmentation: SegmentationJson): Promise<void> {
    const { grid } = this.#workspace.document.store;
    const source = await openSegmentation(segmentation, grid);
    this.#open({ source, title: `${segmentation.method}, ${segmentation.model}`, channels: null });
  }

  withVersion(version: number): void {
    const { document, current, baseRows, annotation } = this.#workspace;
    const base = {
      atFirst: originOfBase(annotation.value.base?.method),
      ...{ grid: document.store.grid, rows: baseRows, tileUrl: current.tileUrl },
      ...{ log: document.log, budgetBytes: BUDGET_BYTES },
    };
    const source = new VersionSource(`beside-${version}`, base, version);
    this.#open({ source, title: `Version ${version}`, channels: null });
  }

  /** Other masks beside these. */
  withMasks(source: LabelSource, title: string): void {
    this.layout.set("beside");
    this.#open({ source, title, channels: null });
  }

  /** The same masks in both pictures, one channel alone in the second. */
  withChannel(index: number): void {
    const { channels, current, image } = this.#workspace;
    const displays = channels.value.map((display, c) => ({ ...display, isVisible: c === index }));
    this.layout.set("beside");
    this.#open({ source: current, title: image.channels[index]!.name, channels: displays });
  }

  close(): void {
    this.compared.set(null);
    this.picked.set([]);
    this.#place();
  }

  /** Choose a cell of the other one, or several. */
  pick(label: number, isAdding: boolean): void {
    const { value } = this.picked;
    if (label === 0) this.picked.set(isAdding ? value : []);
    else if (!isAdding) this.picked.set([label]);
    else if (value.includes(label)) this.picked.set(value.filter((other) => other !== label));
    else this.picked.set([...value, label]);
  }

  /** Choose all cells of the other one that a lasso holds. */
  async pickInside(drawn: readonly Point[]): Promise<void> {
    const { compared } = this;
    if (compared.value === null) return;
    const { t, z } = this.#workspace;
    const points = drawn.map(onEighths);
    const { source } = compared.value;
    const raster = await this.#loader.readFrom(source, boxAround(points, 1), t.value, z.value);
    const mask = polygon(points, boxOf(raster));
    this.picked.set(
      [...new Set(raster.data.filter((_, at) => mask.data[at] === 1))].filter(Boolean),
    );
  }

  /** Where the differences are shown: choose a cell that is only there; false when there is none. */
  pickMissing(point: Point, isAdding: boolean): boolean {
    const other = this.#overlaid();
    if (other === null) return false;
    const [y, x] = point.map(Math.round) as [number, number];
    const { t, z } = this.#workspace;
    const label = other.store.labelAt(y, x, t.value, z.value) ?? 0;
    this.pick(label, isAdding);
    return label !== 0;
  }

  /** A cell of the masks themselves is chosen, in place of those that are only there. */
  pickNone(): void {
    if (this.#overlaid() !== null) this.picked.set([]);
  }

  /** The same with a lasso: those that are only there. */
  pickMissingInside(points: readonly Point[]): boolean {
    const other = this.#overlaid();
    const { t, z, comparison } = this.#workspace;
    if (other === null) return false;
    const missing = other.objects.list(t.value, z.value).filter(({ label }) => {
      return comparison.value?.differences.removed.has(label);
    });
    const labelAt = ([y, x]: Point) => other.store.labelAt(y, x, t.value, z.value) ?? 0;
    const found = cellsInLasso(points, missing, labelAt);
    this.picked.set(found);
    return found.length > 0;
  }

  /** Take the chosen cells over as one edit. */
  async copyPicked(): Promise<void> {
    const source = this.compared.value?.source;
    if (source === undefined) return;
    const isSameMasks = source.id.startsWith("beside-");
    if (await this.#copying.copy(source, this.picked.value, isSameMasks)) this.picked.set([]);
  }

  /** What is laid over the masks: another result, or how they were in an earlier version. */
  #overlaid(): LabelSource | null {
    return this.#workspace.comparison.value?.other ?? null;
  }

  #open(compared: Beside): void {
    this.#counted.clear();
    this.picked.set([]);
    this.compared.set(compared);
    this.#place();
    this.#countLater();
  }

  /** Only what is laid over each other is a comparison of the picture. */
  #place(): void {
    const { comparison, beside } = this.#workspace;
    const isBeside = this.layout.value === "beside";
    beside.set(isBeside ? this.compared.value : null);
    if (this.compared.value === null || isBeside) comparison.set(null);
    else void this.#count();
  }

  #countLater(): void {
    if (this.compared.value === null || this.layout.value === "beside") return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#count(), RECOUNT_AFTER_MS);
  }

  /** The planes that an edit has touched since they were counted are to be counted again. */
  #forgetChanged(): void {
    const { log, pending, version } = this.#workspace.document;
    const { t, z } = this.#workspace;
    this.#counted.delete(planeKey(t.value, z.value));
    const edits = [...log.slice(this.#countedVersion), ...pending.value];
    for (const patch of edits.flatMap(({ patches }) => patches)) {
      this.#counted.delete(planeKey(patch.t, patch.z));
    }
    this.#countedVersion = version.value;
  }

  /** Match the cells of the plane that is shown, then those of all others. */
  async #count(): Promise<void> {
    const compared = this.compared.value;
    if (compared === null) return;
    const run = ++this.#run;
    const isOver = () => run !== this.#run || this.layout.value === "beside";
    try {
      for (const { t, z } of this.#planesFromHere()) {
        const key = planeKey(t, z);
        if (!this.#counted.has(key)) {
          const differences = await this.#countPlane(compared.source, t, z);
          if (isOver()) return;
          this.#counted.set(key, differences);
        } else if (key !== this.#shownKey) continue;
        this.#tell(compared);
      }
      this.#tell(compared);
    } catch {
      if (isOver()) return;
      const text = "Not all planes could be compared. Close the comparison and open it again.";
      this.#workspace.say("warning", text);
    }
  }

  async #countPlane(other: LabelSource, t: number, z: number): Promise<Differences> {
    const level = this.#levelToCompare();
    const shown = await this.#loader.readLevel(this.#workspace.current, level, t, z);
    const there = await this.#loader.readLevel(other, level, t, z);
    return new Overlaps(shown, there).differences();
  }

  /** Say what is known until now. */
  #tell({ source, title }: Beside): void {
    const { comparison, nFrames, nSlices } = this.#workspace;
    const level = this.#levelToCompare();
    const caveat = level === 0 ? null : `estimated from every ${2 ** level}th row and column`;
    const differences = unitedDifferences([...this.#counted.values()]);
    const here = this.#counted.get(this.#shownKey);
    const n_planes = nFrames * nSlices;
    const planes = { n_counted: this.#counted.size, n_planes, here: here ?? differences };
    const more = n_planes > 1 ? { planes } : {};
    comparison.set({ other: source, title, differences, caveat, ...more });
  }

  get #shownKey(): string {
    const { t, z } = this.#workspace;
    return planeKey(t.value, z.value);
  }

  #planesFromHere(): Plane[] {
    const { t, z, nFrames, nSlices } = this.#workspace;
    const planes = Array.from({ length: nFrames * nSlices }, (_, at) => {
      return { t: Math.floor(at / nSlices), z: at % nSlices };
    });
    const farness = (plane: Plane) => Math.abs(plane.t - t.value) + Math.abs(plane.z - z.value);
    return planes.sort((a, b) => farness(a) - farness(b));
  }

  #levelToCompare(): number {
    const { levels } = this.#workspace.document.store.grid;
    const level = levels.findIndex(({ height, width }) => height * width <= MOST_PIXELS);
    return level < 0 ? levels.length - 1 : level;
  }
}
