/** Which tiles a view needs, and in which order they should come. */
import { type Box, boxesTouch, growBox } from "../model/geometry.ts";
import type { TileAddress, TileGrid } from "../model/tile_grid.ts";
import type { View } from "../model/view.ts";

/** The tiles that fill the screen at the right level, the ones nearest to its middle first. */
export function tilesOnScreen(grid: TileGrid, view: View, t: number, z: number): TileAddress[] {
  return byDistance(grid, view, grid.tilesOf(view.box, grid.levelFor(view.detail), t, z));
}

/** Tiles just outside the screen, fetched when nothing else is wanted. */
export function tilesAround(grid: TileGrid, view: View, t: number, z: number): TileAddress[] {
  const level = grid.levelFor(view.detail);
  const tiles = grid.tilesOf(growBox(view.box, marginAround(grid, level)), level, t, z);
  const isOnScreen = (tile: TileAddress) => boxesTouch(grid.boxOf(tile), view.box);
  return byDistance(
    grid,
    view,
    tiles.filter((tile) => !isOnScreen(tile)),
  );
}

/** How far outside the screen tiles are fetched ahead, in pixels of the full plane. */
export function marginAround(grid: TileGrid, level: number): number {
  return grid.tileSize * 2 ** level * 0.5;
}

/** The tiles of the coarsest level: the first picture, and what shows until a sharp one is there. */
export function coarsestTiles(grid: TileGrid, t: number, z: number): TileAddress[] {
  const { height, width } = grid.levels[0]!;
  return grid.tilesOf([0, 0, height, width], grid.coarsest, t, z);
}

/** The tile itself or the finest coarser one that is ready; null when nothing is. */
export function readyTile(
  grid: TileGrid,
  tile: TileAddress,
  isReady: (tile: TileAddress) => boolean,
): TileAddress | null {
  for (let level = tile.level; level <= grid.coarsest; level++) {
    const shift = level - tile.level;
    const candidate = { ...tile, level, row: tile.row >> shift, col: tile.col >> shift };
    if (isReady(candidate)) return candidate;
  }
  return null;
}

/** A part of the picture, named by the tile that belongs there, and the tile that is drawn there. */
export interface DrawnTile {
  readonly place: TileAddress;
  readonly source: TileAddress;
}

/** The tile itself; while it is not ready a coarser one, and the next finer ones on top of that. */
export function drawnTiles(
  grid: TileGrid,
  tile: TileAddress,
  isReady: (tile: TileAddress) => boolean,
): DrawnTile[] {
  if (isReady(tile)) return [{ place: tile, source: tile }];
  const coarser = readyTile(grid, tile, isReady);
  const finer = tile.level === 0 ? [] : finerTiles(grid, tile).filter(isReady);
  const below = coarser ? [{ place: tile, source: coarser }] : [];
  return [...below, ...finer.map((one) => ({ place: one, source: one }))];
}

/** The tiles of the next finer level that lie in a tile. */
function finerTiles(grid: TileGrid, tile: TileAddress): TileAddress[] {
  return grid.tilesOf(grid.boxOf(tile), tile.level - 1, tile.t, tile.z);
}

function byDistance(grid: TileGrid, view: View, tiles: TileAddress[]): TileAddress[] {
  const distanceOf = (tile: TileAddress) => distanceToBox(view.center, grid.boxOf(tile));
  return tiles.sort((a, b) => distanceOf(a) - distanceOf(b));
}

function distanceToBox([y, x]: readonly [number, number], box: Box): number {
  return Math.hypot((box[0] + box[2]) / 2 - y, (box[1] + box[3]) / 2 - x);
}
