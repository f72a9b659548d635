/** The image tiles that are loaded, of all channels and levels, up to a budget of bytes. */
import type { ImageJson } from "./contract.ts";
import { LeastRecentlyUsed } from "./least_recently_used.ts";
import { type TileAddress, type TileGrid, tileKey } from "./tile_grid.ts";

export type PixelArray = Uint8Array | Uint16Array | Float32Array;

export interface ImageTileAddress extends TileAddress {
  readonly c: number;
}

const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array } as const;

export function imageTileKey(address: ImageTileAddress): string {
  return `${address.c}:${tileKey(address)}`;
}

export class ImageTiles {
  readonly grid: TileGrid;
  readonly dtype: ImageJson["dtype"];
  readonly #tiles: LeastRecentlyUsed<PixelArray>;

  constructor(grid: TileGrid, dtype: ImageJson["dtype"], budgetBytes: number) {
    this.grid = grid;
    this.dtype = dtype;
    this.#tiles = new LeastRecentlyUsed(budgetBytes);
  }

  get bytesOfTile(): number {
    return this.grid.tileSize ** 2 * ARRAYS[this.dtype].BYTES_PER_ELEMENT;
  }

  put(address: ImageTileAddress, data: ArrayBuffer): void {
    this.putPixels(address, this.pixelsOf(data));
  }

  putPixels(address: ImageTileAddress, pixels: PixelArray): void {
    this.#tiles.set(imageTileKey(address), pixels, pixels.byteLength);
  }

  /** The bytes of a tile as numbers. */
  pixelsOf(data: ArrayBuffer): PixelArray {
    return new ARRAYS[this.dtype](data);
  }

  /** A tile that is loaded, without calling it used. */
  peek(address: ImageTileAddress): PixelArray | undefined {
    return this.#tiles.peek(imageTileKey(address));
  }

  get(address: ImageTileAddress): PixelArray | undefined {
    return this.#tiles.get(imageTileKey(address));
  }

  has(address: ImageTileAddress): boolean {
    return this.#tiles.has(imageTileKey(address));
  }

  trim(keep: (key: string) => boolean): void {
    this.#tiles.trim(keep);
  }

  /** The value of a pixel from the finest tile that is loaded; null when there is none. */
  valueAt(y: number, x: number, c: number, t: number, z: number): number | null {
    const size = this.grid.tileSize;
    for (let level = 0; level < this.grid.levels.length; level++) {
      const { height, width } = this.grid.levels[level]!;
      const [line, column] = [Math.min(y >> level, height - 1), Math.min(x >> level, width - 1)];
      const [row, col] = [Math.floor(line / size), Math.floor(column / size)];
      const data = this.#tiles.peek(imageTileKey({ t, z, c, level, row, col }));
      if (data) return data[(line - row * size) * size + column - col * size]!;
    }
    return null;
  }
}
