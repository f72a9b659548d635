/**
 * The label tiles that are loaded, of every level. Level l is labels[::2^l, ::2^l], so a patch
 * changes at level l exactly its pixels whose y and x are multiples of 2^l.
 */
import { type Box, boxesTouch, intersectBoxes, isEmptyBox } from "./geometry.ts";
import { LeastRecentlyUsed } from "./least_recently_used.ts";
import { forEachSpan, type Patch } from "./patch.ts";
import { emptyRaster, type Raster } from "./raster.ts";
import { Happening } from "./signal.ts";
import { type TileAddress, type TileGrid, tileKey } from "./tile_grid.ts";
import { TilesUnder } from "./tiles_under.ts";

export interface LabelTile {
  readonly address: TileAddress;
  readonly data: Uint32Array;
}

/** Texels [row0, row1) x [col0, col1) of a tile that were rewritten. */
export interface TileChange {
  readonly tile: LabelTile;
  readonly row0: number;
  readonly col0: number;
  readonly row1: number;
  readonly col1: number;
}

/** The image pixels that a change covers, whatever the level of its tile. */
export function boxOfChange({ tile, row0, col0, row1, col1 }: TileChange, grid: TileGrid): Box {
  const { level, row, col } = tile.address;
  const step = 2 ** level;
  const [top, left] = [row * grid.tileSize, col * grid.tileSize];
  return [(row0 + top) * step, (col0 + left) * step, (row1 + top) * step, (col1 + left) * step];
}

export class LabelStore {
  readonly grid: TileGrid;
  readonly tileChanged = new Happening<TileChange>();
  readonly #tiles: LeastRecentlyUsed<LabelTile>;

  constructor(grid: TileGrid, budgetBytes: number) {
    this.grid = grid;
    this.#tiles = new LeastRecentlyUsed(budgetBytes);
  }

  /** Take in a tile as the server has it at version 0, and bring it up to date. */
  put(address: TileAddress, base: Uint32Array, patches: Iterable<Patch>): LabelTile {
    const tile = { address, data: base };
    for (const patch of patches) this.#applyToTile(tile, patch);
    this.#tiles.set(tileKey(address), tile, base.byteLength);
    return tile;
  }

  get(address: TileAddress): LabelTile | undefined {
    return this.#tiles.get(tileKey(address));
  }

  has(address: TileAddress): boolean {
    return this.#tiles.has(tileKey(address));
  }

  trim(keep: (key: string) => boolean): void {
    this.#tiles.trim(keep);
  }

  /** Write the patch into every loaded tile that it touches. */
  apply(patch: Patch): void {
    const tiles = new TilesUnder(this.grid, patch, (address) => this.#peek(address));
    tiles.write();
    for (const tile of tiles.loaded) {
      const change = this.#changeOf(tile, patch.bbox);
      if (change) this.tileChanged.tell(change);
    }
  }

  /** The level-0 tiles that the box needs and that are not loaded. */
  missing(box: Box, t: number, z: number): TileAddress[] {
    return this.grid.tilesOf(box, 0, t, z).filter((address) => !this.has(address));
  }

  /** Labels of the box (cut to the plane) at full resolution; null while a tile is missing. */
  read(box: Box, t: number, z: number): Raster | null {
    const { height, width } = this.grid.levels[0]!;
    const raster = emptyRaster(intersectBoxes(box, [0, 0, height, width]));
    const wanted: Box = [raster.y0, raster.x0, raster.y0 + raster.height, raster.x0 + raster.width];
    if (isEmptyBox(wanted)) return raster;
    for (const address of this.grid.tilesOf(wanted, 0, t, z)) {
      const tile = this.get(address);
      if (tile === undefined) return null;
      copyTile(raster, tile, this.grid);
    }
    return raster;
  }

  /** Whether the patch finds what stood there before; null while a tile is missing. */
  matches(patch: Patch): boolean | null {
    const { bbox, t, z } = patch;
    if (this.missing(bbox, t, z).length > 0) return null;
    return new TilesUnder(this.grid, patch, (address) => this.#peek(address), 1).hasBefore();
  }

  /** The label of one pixel, from the finest tile that is loaded; null when there is none. */
  labelAt(y: number, x: number, t: number, z: number): number | null {
    const { height, width } = this.grid.levels[0]!;
    if (y < 0 || x < 0 || y >= height || x >= width) return 0;
    const size = this.grid.tileSize;
    for (let level = 0; level < this.grid.levels.length; level++) {
      const [row, col] = [y >> level, x >> level];
      const [tileRow, tileCol] = [Math.floor(row / size), Math.floor(col / size)];
      const tile = this.#tiles.peek(tileKey({ t, z, level, row: tileRow, col: tileCol }));
      if (tile) return tile.data[(row - tileRow * size) * size + col - tileCol * size]!;
    }
    return null;
  }

  /** A tile, without counting it as used. */
  #peek(address: TileAddress): LabelTile | undefined {
    return this.#tiles.peek(tileKey(address));
  }

  #applyToTile(tile: LabelTile, patch: Patch): void {
    const { t, z, level, row, col } = tile.address;
    if (patch.t !== t || patch.z !== z) return;
    if (!boxesTouch(patch.bbox, this.grid.boxOf(tile.address))) return;
    const size = this.grid.tileSize;
    const step = 2 ** level;
    const [top, left] = [row * size, col * size];
    forEachSpan(patch, (y, x0, x1, _before, after) => {
      if (y % step !== 0) return;
      const line = y / step - top;
      if (line < 0 || line >= size) return;
      const first = Math.max(0, Math.ceil(x0 / step) - left);
      const last = Math.min(size, Math.ceil(x1 / step) - left);
      if (first < last) tile.data.fill(after, line * size + first, line * size + last);
    });
  }

  #changeOf(tile: LabelTile, box: Box): TileChange | null {
    const { level, row, col } = tile.address;
    const size = this.grid.tileSize;
    const step = 2 ** level;
    const texels = [box[0], box[1], box[2], box[3]].map((value) => Math.ceil(value / step));
    const [row0, col0, row1, col1] = intersectBoxes(
      [
        texels[0]! - row * size,
        texels[1]! - col * size,
        texels[2]! - row * size,
        texels[3]! - col * size,
      ],
      [0, 0, size, size],
    );
    return row0 < row1 && col0 < col1 ? { tile, row0, col0, row1, col1 } : null;
  }
}

function copyTile(target: Raster, tile: LabelTile, grid: TileGrid): void {
  const [top, left] = grid.boxOf(tile.address);
  const common = intersectBoxes(grid.boxOf(tile.address), [
    target.y0,
    target.x0,
    target.y0 + target.height,
    target.x0 + target.width,
  ]);
  for (let y = common[0]; y < common[2]; y++) {
    const from = (y - top) * grid.tileSize + common[1] - left;
    const line = tile.data.subarray(from, from + common[3] - common[1]);
    target.data.set(line, (y - target.y0) * target.width + common[1] - target.x0);
  }
}
