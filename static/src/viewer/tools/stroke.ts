/**
 * A brush or eraser stroke in progress. Every movement is drawn at once as a capsule; when the
 * button goes up the whole stroke becomes one patch. Places whose tiles are still on their way
 * wait in line, nothing of the stroke is lost.
 */
import { boxAround, onEighths, type Point, uniteBoxes } from "../model/geometry.ts";
import type { LabelStore } from "../model/label_store.ts";
import * as operations from "../model/operations.ts";
import { applyToRaster, difference, type Patch, reversePatch } from "../model/patch.ts";
import { boxOf, copyRaster, type Mask, type Raster } from "../model/raster.ts";
import type { TileLoader } from "./tile_loader.ts";

/** What the brush does to the labels of a box under its footprint. */
export type Footprint = (raster: Raster, mask: Mask) => Raster;

export class Stroke {
  readonly t: number;
  readonly z: number;
  readonly #loader: TileLoader;
  readonly #store: LabelStore;
  readonly #radius: number;
  readonly #footprint: Footprint;
  readonly #drawn: Patch[] = [];
  #waiting: Point[] = [];
  #last: Point | null = null;
  #isWaitingForTiles = false;
  #onDone: (() => void) | null = null;

  constructor(
    loader: TileLoader,
    store: LabelStore,
    place: { t: number; z: number },
    radius: number,
    footprint: Footprint,
  ) {
    this.t = place.t;
    this.z = place.z;
    this.#loader = loader;
    this.#store = store;
    this.#radius = radius;
    this.#footprint = footprint;
  }

  /** Go on to the points; drawn before the call returns when the tiles are there. */
  extend(points: readonly Point[]): void {
    this.#waiting.push(...points.map(onEighths));
    if (!this.#isWaitingForTiles) this.#drawWaiting();
  }

  /** The patch of the whole stroke, once all of it is drawn; null when nothing has changed. */
  async finish(): Promise<Patch | null> {
    if (this.#isWaitingForTiles) {
      await new Promise<void>((resolve) => {
        this.#onDone = resolve;
      });
    }
    const [first, ...others] = this.#drawn;
    if (first === undefined) return null;
    const box = others.reduce((all, patch) => uniteBoxes(all, patch.bbox), first.bbox);
    const after = await this.#loader.read(box, this.t, this.z);
    const before = copyRaster(after);
    for (const patch of [...this.#drawn].reverse()) applyToRaster(before, reversePatch(patch));
    return difference(before, after, this.t, this.z);
  }

  /** Take back what was drawn. */
  undo(): void {
    this.#waiting = [];
    for (const patch of this.#drawn.reverse()) this.#store.apply(reversePatch(patch));
    this.#drawn.length = 0;
  }

  #drawWaiting(): void {
    while (this.#waiting.length > 0) {
      const start = this.#last ?? this.#waiting[0]!;
      const segment = [start, this.#waiting[0]!];
      const box = boxAround(segment, this.#radius);
      const raster = this.#store.read(box, this.t, this.z);
      if (raster === null) {
        void this.#fetch(box);
        return;
      }
      this.#last = this.#waiting.shift()!;
      if (raster.data.length > 0) this.#drawSegment(raster, segment);
    }
    this.#onDone?.();
  }

  async #fetch(box: readonly [number, number, number, number]): Promise<void> {
    this.#isWaitingForTiles = true;
    try {
      await this.#loader.read(box, this.t, this.z);
    } catch {
      // The loader has told the person; what cannot be read cannot be painted.
      this.#waiting = [];
    }
    this.#isWaitingForTiles = false;
    this.#drawWaiting();
  }

  #drawSegment(raster: Raster, segment: readonly Point[]): void {
    const mask = operations.stroke(segment, this.#radius, boxOf(raster));
    const patch = difference(raster, this.#footprint(raster, mask), this.t, this.z);
    if (patch === null) return;
    this.#drawn.push(patch);
    this.#store.apply(patch);
  }
}
