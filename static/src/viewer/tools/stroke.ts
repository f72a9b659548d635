/**
 * A brush or eraser stroke in progress. Every movement is drawn at once, straight on to the
 * pointer; as soon as it is known how the line goes on, a curve takes the place of the straight
 * tail. When the button goes up the whole stroke becomes one patch. Places whose tiles are still
 * on their way wait in line, nothing of the stroke is lost.
 */
import { boxAround, onEighths, type Point, uniteBoxes } from "../model/geometry.ts";
import type { LabelStore } from "../model/label_store.ts";
import * as operations from "../model/operations.ts";
import { applyToRaster, difference, type Patch, reversePatch } from "../model/patch.ts";
import { boxOf, copyRaster, type Mask, type Raster } from "../model/raster.ts";
import { type LinePiece, SmoothLine } from "../model/smooth_line.ts";
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
  readonly #line = new SmoothLine();
  readonly #drawn: Patch[] = [];
  #tail: Patch | null = null;
  #waiting: LinePiece[] = [];
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
    for (const point of points) {
      const piece = this.#line.next(point);
      if (piece) this.#waiting.push(piece);
    }
    if (!this.#isWaitingForTiles) this.#drawWaiting();
  }

  /** The patch of the whole stroke, once all of it is drawn; null when nothing has changed. */
  async finish(): Promise<Patch | null> {
    this.#waiting.push(this.#line.end());
    if (!this.#isWaitingForTiles) this.#drawWaiting();
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
    this.#removeTail();
    for (const patch of this.#drawn.reverse()) this.#store.apply(reversePatch(patch));
    this.#drawn.length = 0;
  }

  #drawWaiting(): void {
    for (let piece = this.#waiting[0]; piece !== undefined; piece = this.#waiting[0]) {
      const points = [...piece.sure, ...piece.tail];
      const box = boxAround(points, this.#radius);
      if (points.length > 0 && this.#store.missing(box, this.t, this.z).length > 0) {
        void this.#fetch(box);
        return;
      }
      this.#waiting.shift();
      this.#removeTail();
      const patch = this.#draw(piece.sure);
      if (patch) this.#drawn.push(patch);
      this.#tail = this.#draw(piece.tail);
    }
    this.#onDone?.();
  }

  #removeTail(): void {
    if (this.#tail) this.#store.apply(reversePatch(this.#tail));
    this.#tail = null;
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

  #draw(line: readonly Point[]): Patch | null {
    if (line.length === 0) return null;
    const points = line.map(onEighths);
    const raster = this.#store.read(boxAround(points, this.#radius), this.t, this.z);
    if (raster === null || raster.data.length === 0) return null;
    const mask = operations.stroke(points, this.#radius, boxOf(raster));
    const patch = difference(raster, this.#footprint(raster, mask), this.t, this.z);
    if (patch) this.#store.apply(patch);
    return patch;
  }
}
