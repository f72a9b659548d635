/**
 * Projections over all slices, tile by tile: the brightest value of every pixel, exactly, or the
 * mean, rounded to the type of the image. Slices come in any order.
 */
import type { PixelArray } from "./image_tiles.ts";

export type Projection = "none" | "max" | "mean";

/** Where projected tiles stand among those of the slices. */
export const PROJECTED_Z: Readonly<Record<Exclude<Projection, "none">, number>> = {
  max: -1,
  mean: -2,
};

export function projectionOf(z: number): Projection {
  return z === PROJECTED_Z.max ? "max" : z === PROJECTED_Z.mean ? "mean" : "none";
}

export class ProjectedTile {
  readonly #kind: "max" | "mean";
  readonly #nSlices: number;
  readonly #seen = new Set<number>();
  #brightest: PixelArray | null = null;
  #sum: Float64Array | null = null;

  constructor(kind: "max" | "mean", nSlices: number) {
    this.#kind = kind;
    this.#nSlices = nSlices;
  }

  get nDone(): number {
    return this.#seen.size;
  }

  get isComplete(): boolean {
    return this.#seen.size === this.#nSlices;
  }

  has(z: number): boolean {
    return this.#seen.has(z);
  }

  add(z: number, slice: PixelArray): void {
    if (this.#seen.has(z)) return;
    this.#seen.add(z);
    if (this.#kind === "max") this.#addToMax(slice);
    else this.#addToSum(slice);
  }

  /** The finished tile, in the type of its slices `Type`. */
  result(like: PixelArray): PixelArray {
    if (this.#brightest !== null) return this.#brightest;
    const data = like.slice();
    const isFloat = data instanceof Float32Array;
    this.#sum?.forEach((sum, at) => {
      const mean = sum / this.#nSlices;
      data[at] = isFloat ? mean : Math.round(mean);
    });
    return data;
  }

  #addToMax(slice: PixelArray): void {
    const most = this.#brightest;
    if (most === null) {
      this.#brightest = slice.slice();
      return;
    }
    for (let at = 0; at < most.length; at++) if (slice[at]! > most[at]!) most[at] = slice[at]!;
  }

  #addToSum(slice: PixelArray): void {
    this.#sum ??= new Float64Array(slice.length);
    const sum = this.#sum;
    for (let at = 0; at < sum.length; at++) sum[at]! += slice[at]!;
  }
}
