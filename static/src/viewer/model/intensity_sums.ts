/**
 * The mean of one channel under every cell of a plane, summed tile by tile: when the masks of a
 * tile change, only that tile is counted again.
 */
import type { PixelArray } from "./image_tiles.ts";

interface Sum {
  total: number;
  count: number;
}

export class IntensitySums {
  readonly #ofTile = new Map<string, ReadonlyMap<number, Sum>>();
  readonly #ofLabel = new Map<number, Sum>();

  /** The mean value under a cell; null where it has no pixel that was counted. */
  meanOf(label: number): number | null {
    const sum = this.#ofLabel.get(label);
    return sum === undefined || sum.count === 0 ? null : sum.total / sum.count;
  }

  /** Count a tile, in place of what was counted of it before; both arrays are rows of `stride`. */
  count(
    key: string,
    labels: Uint32Array,
    pixels: PixelArray,
    [rows, columns]: readonly [rows: number, columns: number],
    stride: number,
  ): void {
    const fresh = sumsOf(labels, pixels, rows, columns, stride);
    for (const [label, { total, count }] of this.#ofTile.get(key) ?? []) {
      this.#add(label, -total, -count);
    }
    for (const [label, { total, count }] of fresh) this.#add(label, total, count);
    this.#ofTile.set(key, fresh);
  }

  #add(label: number, total: number, count: number): void {
    const sum = this.#ofLabel.get(label);
    if (sum === undefined) this.#ofLabel.set(label, { total, count });
    else {
      sum.total += total;
      sum.count += count;
    }
  }
}

function sumsOf(
  labels: Uint32Array,
  pixels: PixelArray,
  rows: number,
  columns: number,
  stride: number,
): Map<number, Sum> {
  const sums = new Map<number, Sum>();
  for (let row = 0; row < rows; row++) {
    // Neighbours mostly show the same cell, so the map is asked once for a run of them.
    let [last, sum]: [number, Sum | null] = [0, null];
    for (let at = row * stride; at < row * stride + columns; at++) {
      const label = labels[at]!;
      if (label !== last) {
        last = label;
        sum = label === 0 ? null : entryOf(sums, label);
      }
      if (sum !== null) {
        sum.total += pixels[at]!;
        sum.count++;
      }
    }
  }
  return sums;
}

function entryOf(sums: Map<number, Sum>, label: number): Sum {
  let sum = sums.get(label);
  if (sum === undefined) {
    sum = { total: 0, count: 0 };
    sums.set(label, sum);
  }
  return sum;
}
