/** Where the tiles of a pyramid lie. Level l is the plane sampled every 2^l pixels. */
import type { LevelJson } from "./contract.ts";
import type { Box } from "./geometry.ts";

export interface TileAddress {
  readonly t: number;
  readonly z: number;
  readonly level: number;
  readonly row: number;
  readonly col: number;
}

export function tileKey({ t, z, level, row, col }: TileAddress): string {
  return `${t}/${z}/${level}/${row}/${col}`;
}

export function planeKey(t: number, z: number): string {
  return `${t}/${z}`;
}

export class TileGrid {
  readonly levels: readonly LevelJson[];
  readonly tileSize: number;

  constructor(levels: readonly LevelJson[], tileSize: number) {
    this.levels = levels;
    this.tileSize = tileSize;
  }

  get coarsest(): number {
    return this.levels.length - 1;
  }

  /** The box of a tile in pixels of the full plane; may reach past its right and bottom side. */
  boxOf({ level, row, col }: TileAddress): Box {
    const size = this.tileSize * 2 ** level;
    return [row * size, col * size, (row + 1) * size, (col + 1) * size];
  }

  /** How many texels of the tile hold image, the rest is padding: [rows, columns]. */
  filledOf({ level, row, col }: TileAddress): [rows: number, columns: number] {
    const { height, width } = this.levels[level]!;
    const size = this.tileSize;
    return [Math.min(size, height - row * size), Math.min(size, width - col * size)];
  }

  /** Rows and columns of the tiles of a level that touch the box of full-plane pixels. */
  range(box: Box, level: number): { rows: [number, number]; cols: [number, number] } {
    const size = this.tileSize * 2 ** level;
    const { height, width } = this.levels[level]!;
    const n_rows = Math.ceil(height / this.tileSize);
    const n_cols = Math.ceil(width / this.tileSize);
    return {
      rows: [Math.max(0, Math.floor(box[0] / size)), Math.min(n_rows, Math.ceil(box[2] / size))],
      cols: [Math.max(0, Math.floor(box[1] / size)), Math.min(n_cols, Math.ceil(box[3] / size))],
    };
  }

  /** The tiles of a level that touch the box of full-plane pixels. */
  tilesOf(box: Box, level: number, t: number, z: number): TileAddress[] {
    const { rows, cols } = this.range(box, level);
    const tiles: TileAddress[] = [];
    for (let row = rows[0]; row < rows[1]; row++) {
      for (let col = cols[0]; col < cols[1]; col++) tiles.push({ t, z, level, row, col });
    }
    return tiles;
  }

  /**
   * The level to show at `zoom` (screen pixels per image pixel): the coarsest one that still has
   * at least one texel for every screen pixel.
   */
  levelFor(zoom: number): number {
    const level = Math.floor(Math.log2(1 / zoom) + 1e-6);
    return Math.max(0, Math.min(this.coarsest, level));
  }
}
