/**
 * What the values of one channel are under every cell of a plane, gathered tile by tile: when the
 * masks of a tile change, only that tile is gathered again. The statistics are those of the report
 * (annotations/labels/intensity.py), and are computed when somebody asks for them.
 */
import type { PixelArray } from "./image_tiles.ts";
import { forEachStretch } from "./stretches.ts";

export const STATISTICS = ["mean", "median", "sd", "min", "max", "sum"] as const;
export type Statistic = (typeof STATISTICS)[number];

/** The values of a tile, cell by cell, and where those of each cell begin and end. */
interface TileValues {
  readonly values: PixelArray;
  readonly places: ReadonlyMap<number, readonly [from: number, to: number]>;
}

export class IntensityValues {
  readonly #ofTile = new Map<string, TileValues>();
  readonly #tilesOf = new Map<number, Set<string>>();
  readonly #known = new Map<number, Partial<Record<Statistic, number>>>();

  /** A statistic of the values under a cell; null where it has no pixel that was gathered. */
  of(label: number, statistic: Statistic): number | null {
    if (!this.#tilesOf.get(label)?.size) return null;
    let known = this.#known.get(label);
    if (known === undefined) {
      known = {};
      this.#known.set(label, known);
    }
    if (known[statistic] === undefined) {
      Object.assign(known, statistic === "median" ? this.#median(label) : this.#summary(label));
    }
    return known[statistic]!;
  }

  /** Gather a tile, in place of what was gathered of it before; both arrays are rows of `stride`. */
  gather(
    key: string,
    labels: Uint32Array,
    pixels: PixelArray,
    filled: readonly [rows: number, columns: number],
    stride: number,
  ): void {
    for (const label of this.#ofTile.get(key)?.places.keys() ?? []) {
      this.#tilesOf.get(label)?.delete(key);
      this.#known.delete(label);
    }
    const tile = sortedByCell(labels, pixels, filled, stride);
    this.#ofTile.set(key, tile);
    for (const label of tile.places.keys()) {
      const tiles = this.#tilesOf.get(label);
      if (tiles) tiles.add(key);
      else this.#tilesOf.set(label, new Set([key]));
      this.#known.delete(label);
    }
  }

  #parts(label: number): PixelArray[] {
    return [...(this.#tilesOf.get(label) ?? [])].map((key) => {
      const { values, places } = this.#ofTile.get(key)!;
      return values.subarray(...places.get(label)!);
    });
  }

  #summary(label: number): Partial<Record<Statistic, number>> {
    const parts = this.#parts(label);
    let [sum, min, max, count] = [0, Infinity, -Infinity, 0];
    for (const part of parts) {
      count += part.length;
      for (const value of part) {
        sum += value;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
    const mean = sum / count;
    let squares = 0;
    for (const part of parts) for (const value of part) squares += (value - mean) ** 2;
    return { mean, sd: Math.sqrt(squares / count), min, max, sum };
  }

  #median(label: number): { median: number } {
    const all = this.#parts(label).flatMap((part) => [...part]);
    const sorted = Float64Array.from(all).sort();
    const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
    return { median: (sorted[low]! + sorted[high]!) / 2 };
  }
}

/** Two passes: how many values every cell has, then each to its place. */
function sortedByCell(
  labels: Uint32Array,
  pixels: PixelArray,
  filled: readonly [rows: number, columns: number],
  stride: number,
): TileValues {
  const counts = new Map<number, number>();
  forEachStretch(labels, filled, stride, (label, from, to) => {
    counts.set(label, (counts.get(label) ?? 0) + to - from);
  });
  let total = 0;
  const places = new Map<number, [from: number, to: number]>();
  for (const [label, count] of counts) {
    places.set(label, [total, total]);
    total += count;
  }
  const values = pixels instanceof Float32Array ? new Float32Array(total) : new Uint16Array(total);
  forEachStretch(labels, filled, stride, (label, from, to) => {
    const place = places.get(label)!;
    values.set(pixels.subarray(from, to), place[1]);
    place[1] += to - from;
  });
  return { values, places };
}
