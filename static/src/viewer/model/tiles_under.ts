/**
 * The loaded label tiles under a patch, of all levels, found by row and column instead of by key:
 * one pass over the patch writes all levels, so that ten thousand cells come back at once.
 */
import type { LabelTile } from "./label_store.ts";
import { forEachSpan, type Patch } from "./patch.ts";
import type { TileAddress, TileGrid } from "./tile_grid.ts";

interface Level {
  readonly row0: number;
  readonly col0: number;
  readonly nCols: number;
  /** Row by row; undefined where a tile is not loaded. */
  readonly tiles: readonly (LabelTile | undefined)[];
}

/** Called with the texels [from, to) of a tile that are pixels of the patch. */
type StretchVisitor = (data: Uint32Array, from: number, to: number) => void;

export class TilesUnder {
  readonly #patch: Patch;
  readonly #size: number;
  readonly #levels: readonly Level[];

  /** `nLevels`: how many levels, from the finest on, are looked at. */
  constructor(
    grid: TileGrid,
    patch: Patch,
    find: (address: TileAddress) => LabelTile | undefined,
    nLevels = grid.levels.length,
  ) {
    this.#patch = patch;
    this.#size = grid.tileSize;
    this.#levels = grid.levels.slice(0, nLevels).map((_, level) => {
      const { rows, cols } = grid.range(patch.bbox, level);
      const tiles = grid.tilesOf(patch.bbox, level, patch.t, patch.z).map(find);
      return { row0: rows[0], col0: cols[0], nCols: cols[1] - cols[0], tiles };
    });
  }

  /** The tiles that are loaded. */
  get loaded(): LabelTile[] {
    return this.#levels.flatMap(({ tiles }) => tiles.filter((tile) => tile !== undefined));
  }

  /** Write the patch into all of them: at level l its pixels at multiples of 2^l. */
  write(): void {
    let label = 0;
    const fill: StretchVisitor = (data, from, to) => {
      for (let at = from; at < to; at++) data[at] = label;
    };
    forEachSpan(this.#patch, (y, x0, x1, _before, after) => {
      label = after;
      for (let level = 0; level < this.#levels.length; level++) {
        const last = (1 << level) - 1;
        // What is no multiple here is none at any coarser level.
        if ((y & last) !== 0) return;
        this.#visit(level, y >> level, (x0 + last) >> level, (x1 + last) >> level, fill);
      }
    });
  }

  /** Whether the finest tiles, which must all be loaded, hold what stood there before. */
  hasBefore(): boolean {
    let [label, isSame] = [0, true];
    const compare: StretchVisitor = (data, from, to) => {
      for (let at = from; isSame && at < to; at++) isSame = data[at] === label;
    };
    forEachSpan(this.#patch, (y, x0, x1, before) => {
      label = before;
      if (isSame) this.#visit(0, y, x0, x1, compare);
    });
    return isSame;
  }

  /** The texels [first, last) of a row of a level, tile by tile. */
  #visit(level: number, line: number, first: number, last: number, visit: StretchVisitor): void {
    const { row0, col0, nCols, tiles } = this.#levels[level]!;
    const size = this.#size;
    const row = Math.floor(line / size);
    const start = (line - row * size) * size;
    for (let x = first; x < last; ) {
      const col = Math.floor(x / size);
      const end = Math.min(last, (col + 1) * size);
      const tile = tiles[(row - row0) * nCols + col - col0];
      if (tile) visit(tile.data, start + x - col * size, start + end - col * size);
      x = end;
    }
  }
}
