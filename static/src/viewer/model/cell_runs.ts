/** The pixels of every cell of a plane as runs, gathered tile by tile; shapes are measured when asked. */
import { type CellShape, shapeOf } from "./cell_shape.ts";
import { forEachStretch } from "./stretches.ts";

export class CellRuns {
  readonly #size: readonly [y: number, x: number];
  readonly #ofTile = new Map<string, ReadonlyMap<number, number[]>>();
  readonly #tilesOf = new Map<number, Set<string>>();
  readonly #known = new Map<number, CellShape>();

  /** `size`: that of a texel. */
  constructor(size: readonly [y: number, x: number]) {
    this.#size = size;
  }

  /** The shape of a cell; null where it has no pixel that was gathered. */
  of(label: number): CellShape | null {
    const known = this.#known.get(label);
    if (known) return known;
    const tiles = [...(this.#tilesOf.get(label) ?? [])];
    if (tiles.length === 0) return null;
    const shape = shapeOf(
      tiles.flatMap((key) => this.#ofTile.get(key)!.get(label)!),
      this.#size,
    );
    this.#known.set(label, shape);
    return shape;
  }

  /** Gather a tile whose first texel is at `corner`, in place of what was gathered of it before. */
  gather(
    key: string,
    labels: Uint32Array,
    [top, left]: readonly [y: number, x: number],
    filled: readonly [rows: number, columns: number],
    stride: number,
  ): void {
    for (const label of this.#ofTile.get(key)?.keys() ?? []) {
      this.#tilesOf.get(label)?.delete(key);
      this.#known.delete(label);
    }
    const runs = new Map<number, number[]>();
    forEachStretch(labels, filled, stride, (label, from, to) => {
      const [row, column] = [Math.floor(from / stride), from % stride];
      const run = [top + row, left + column, left + column + to - from] as const;
      const own = runs.get(label);
      if (own) own.push(...run);
      else runs.set(label, [...run]);
    });
    this.#ofTile.set(key, runs);
    for (const label of runs.keys()) {
      const tiles = this.#tilesOf.get(label);
      if (tiles) tiles.add(key);
      else this.#tilesOf.set(label, new Set([key]));
      this.#known.delete(label);
    }
  }
}
