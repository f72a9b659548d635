/** Keeps the tiles of the screen loaded, and gets those that a tool needs. */
import { TileFetcher, tileUrl, type WantedTile } from "../data/tile_fetcher.ts";
import { type Box, growBox } from "../model/geometry.ts";
import { type ImageTileAddress, imageTileKey, type PixelArray } from "../model/image_tiles.ts";
import type { LabelSource } from "../model/label_source.ts";
import { emptyRaster, type Raster } from "../model/raster.ts";
import { Happening } from "../model/signal.ts";
import { type TileAddress, type TileGrid, tileKey } from "../model/tile_grid.ts";
import { coarsestTiles, marginAround, tilesAround, tilesOnScreen } from "../render/tile_plan.ts";
import { Projecting } from "./projecting.ts";
import type { Plane, Workspace } from "./workspace.ts";

/** Of the level-0 label tiles under a zoomed-out view, as many are fetched ahead for the brush. */
const MOST_TILES_AHEAD = 24;

/** A picture of so few tiles comes as quickly sharp as it would coarse. */
const MOST_TILES_AT_ONCE = 16;

/** Tiles that could not be loaded are asked for again. */
const ASK_AGAIN_AFTER_MS = 250;

/** Of the channels that are hidden so many are loaded too. */
const MOST_HIDDEN_CHANNELS = 6;

export interface LoadedTile {
  readonly kind: "image" | "labels";
  readonly address: TileAddress;
}

export class TileLoader {
  readonly loaded = new Happening<LoadedTile>();
  readonly projecting: Projecting;
  readonly #workspace: Workspace;
  readonly #fetcher: TileFetcher;
  #lastWish = "";
  #askedAt = 0;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.projecting = new Projecting(workspace, (address) => {
      this.loaded.tell({ kind: "image", address });
    });
    this.#fetcher = new TileFetcher((text) => workspace.say("warning", text));
  }

  /**
   * Ask for what the present view needs: first a coarse picture, then the sharp one, then more. Not
   * again within the pause, as long as other views come quickly.
   */
  refresh(pauseMs = 0): void {
    const now = performance.now();
    if (now - this.#askedAt < pauseMs) return;
    const wish = this.#wish();
    // While the view moves over the same tiles there is nothing new to ask for.
    if (wish === this.#lastWish && now - this.#askedAt < ASK_AGAIN_AFTER_MS) return;
    [this.#lastWish, this.#askedAt] = [wish, now];
    this.#ask();
  }

  /** All that decides which tiles are wanted. */
  #wish(): string {
    const { view, t, z } = this.#place();
    const { images, document, imageZ, canEdit, upcoming } = this.#workspace;
    const ranges = [images.grid, document.store.grid].flatMap((grid) => {
      const level = grid.levelFor(view.detail);
      const around = growBox(view.box, marginAround(grid, level));
      return [level, grid.range(view.box, level), grid.range(around, level)];
    });
    const fine = canEdit ? document.store.grid.range(view.box, 0) : null;
    const sources = this.#sources().map(({ id }) => id);
    const planes = [t, z, imageZ, upcoming.value];
    return JSON.stringify([planes, ranges, fine, sources, this.#channelsByVisibility()]);
  }

  #ask(): void {
    const { view, t, z } = this.#place();
    const { images, document, imageZ } = this.#workspace;
    const [visible, hidden] = this.#channelsByVisibility();
    const image = (tiles: readonly TileAddress[], cs = visible) =>
      tiles.flatMap((tile) => cs.flatMap((c) => this.#imageTiles({ ...tile, c })));
    // A projection takes all slices of a tile, so only what is on the screen is worth that.
    const more = imageZ < 0 ? () => [] : image;
    const sources = this.#sources();
    const labels = (tiles: readonly TileAddress[]) =>
      sources.flatMap((source) => tiles.map((tile) => this.#labelTile(tile, source)));
    const labelGrid = document.store.grid;
    const onScreen = tilesOnScreen(images.grid, view, t, imageZ);
    const labelsOnScreen = tilesOnScreen(labelGrid, view, t, z);
    const fine = labelGrid.tilesOf(view.box, 0, t, z).slice(0, MOST_TILES_AHEAD);
    const coarse = [
      ...more(coarsestTiles(images.grid, t, imageZ)),
      ...labels(coarsestTiles(labelGrid, t, z)),
    ];
    const sharp = [...image(onScreen), ...labels(labelsOnScreen)];
    const areFew = sharp.length <= MOST_TILES_AT_ONCE;
    const wanted = [
      ...(areFew ? [...sharp, ...coarse] : [...coarse, ...sharp]),
      ...(this.#workspace.canEdit ? labels(fine) : []),
      ...this.#planesAhead().flatMap((plane) => [
        ...more(tilesOnScreen(images.grid, view, plane.t, plane.imageZ)),
        ...labels(tilesOnScreen(labelGrid, view, plane.t, plane.z)),
      ]),
      ...more(tilesAround(images.grid, view, t, imageZ)),
      ...labels(tilesAround(labelGrid, view, t, z)),
      // For their values under the pointer.
      ...more(onScreen, hidden.slice(0, MOST_HIDDEN_CHANNELS)),
    ];
    this.#keepProjections(onScreen, visible);
    this.#keepOnly(wanted);
    this.#fetcher.want(wanted.filter((tile) => tile !== null));
  }

  /** The labels of a box at full resolution, fetched if need be; rejects when that fails. */
  async read(box: Box, t: number, z: number): Promise<Raster> {
    return this.readFrom(this.#workspace.current, box, t, z);
  }

  /** The same of any label image. */
  async readFrom(source: LabelSource, box: Box, t: number, z: number): Promise<Raster> {
    for (let tries = 0; tries < 3; tries++) {
      const raster = source.store.read(box, t, z);
      if (raster !== null) return raster;
      const missing = source.store.missing(box, t, z).map((tile) => this.#labelTile(tile, source));
      const wanted = missing.filter((tile) => tile !== null);
      await Promise.all(wanted.map((tile) => this.#fetcher.fetchNow(tile)));
    }
    throw new Error("The masks of this place could not be loaded.");
  }

  /** A tile of the masks and of one channel at the same place; rejects when one is missing. */
  async readTile(
    tile: TileAddress,
    c: number,
  ): Promise<{ labels: Uint32Array; pixels: PixelArray }> {
    const { images, current } = this.#workspace;
    const address = { ...tile, c };
    const wanted = [this.#labelTile(tile, current), ...this.#imageTiles(address)];
    await Promise.all(wanted.flatMap((one) => (one ? [this.#fetcher.fetchNow(one)] : [])));
    const labels = current.store.get(tile)?.data;
    const pixels = images.get(address);
    if (!labels || !pixels) throw new Error("A part of the image could not be loaded.");
    return { labels, pixels };
  }

  /** A tile of the masks; rejects when it is missing. */
  async readLabels(tile: TileAddress): Promise<Uint32Array> {
    const { current } = this.#workspace;
    const wanted = this.#labelTile(tile, current);
    if (wanted) await this.#fetcher.fetchNow(wanted);
    const labels = current.store.get(tile)?.data;
    if (!labels) throw new Error("A part of the masks could not be loaded.");
    return labels;
  }

  /** Let go of tiles beyond the budget that are not on the screen. */
  forget(): void {
    this.#keepOnly([]);
  }

  /** A whole plane at a coarser level, every texel a label; fetched if need be. */
  async readLevel(source: LabelSource, level: number, t: number, z: number): Promise<Raster> {
    const { store } = source;
    const { height, width } = store.grid.levels[level]!;
    const plane = store.grid.levels[0]!;
    const raster = emptyRaster([0, 0, height, width]);
    for (const address of store.grid.tilesOf([0, 0, plane.height, plane.width], level, t, z)) {
      const wanted = this.#labelTile(address, source);
      if (wanted) await this.#fetcher.fetchNow(wanted);
      const tile = store.get(address);
      if (tile === undefined) throw new Error("The masks of this plane could not be loaded.");
      copyTexels(raster, tile.data, address, store.grid);
    }
    return raster;
  }

  /** Whether every tile that the present view shows is there. */
  isPictureComplete(): boolean {
    const { t, z } = this.#place();
    return this.isPlaneComplete({ t, z });
  }

  /** The same for another plane in the same view. */
  isPlaneComplete({ t, z }: Plane): boolean {
    const { images, document } = this.#workspace;
    const { view } = this.#place();
    const [visible] = this.#channelsByVisibility();
    const hasImage = (tile: TileAddress) => visible.every((c) => images.has({ ...tile, c }));
    const sources = this.#sources();
    const hasLabels = (tile: TileAddress) => sources.every(({ store }) => store.has(tile));
    return (
      tilesOnScreen(images.grid, view, t, this.#imageZOf(z)).every(hasImage) &&
      tilesOnScreen(document.store.grid, view, t, z).every(hasLabels)
    );
  }

  #channelsByVisibility(): [visible: number[], hidden: number[]] {
    const [visible, hidden]: [number[], number[]] = [[], []];
    const { channels, beside } = this.#workspace;
    channels.value.forEach(({ isVisible }, c) => {
      const isShown = isVisible || beside.value?.channels?.[c]?.isVisible === true;
      (isShown ? visible : hidden).push(c);
    });
    return [visible, hidden];
  }

  /** What is fetched before it is asked for: the planes that will play, else the neighbours. */
  #planesAhead(): { t: number; z: number; imageZ: number }[] {
    const { upcoming, t, z, nFrames, nSlices } = this.#workspace;
    const neighbors: Plane[] = [];
    if (nFrames > 1) neighbors.push({ t: (t.value + 1) % nFrames, z: z.value });
    if (nSlices > 1) neighbors.push({ t: t.value, z: (z.value + 1) % nSlices });
    const planes = upcoming.value.length > 0 ? upcoming.value : neighbors;
    return planes.map((plane) => ({ ...plane, imageZ: this.#imageZOf(plane.z) }));
  }

  #imageZOf(z: number): number {
    const { projection, imageZ } = this.#workspace;
    return projection.value === "none" ? z : imageZ;
  }

  #keepProjections(onScreen: readonly TileAddress[], channels: readonly number[]): void {
    const { images } = this.#workspace;
    const projected = onScreen.filter(({ z }) => z < 0);
    const tiles = projected.flatMap((tile) => channels.map((c) => ({ ...tile, c })));
    this.projecting.keepOnly(tiles.filter((tile) => !images.has(tile)));
  }

  /** The label images on the screen. */
  #sources(): LabelSource[] {
    const { shown, comparison, beside } = this.#workspace;
    const sources = [shown.value, comparison.value?.other, beside.value?.source];
    return [...new Set(sources.filter((source) => source !== undefined))];
  }

  #place() {
    const { view, t, z } = this.#workspace;
    return { view: view.value, t: t.value, z: z.value };
  }

  /** What is to be fetched for a tile: nothing when it is there, all slices for a projection. */
  #imageTiles(address: ImageTileAddress): WantedTile[] {
    const { images, image } = this.#workspace;
    if (images.has(address)) return [];
    const { level, t, c, z, row, col } = address;
    if (z < 0) return this.projecting.wantedFor(address);
    const wanted = {
      key: imageTileKey(address),
      url: tileUrl(image.tile_url, { level, t, c, z, row, col }),
      bytes: images.bytesOfTile,
      deliver: (data: ArrayBuffer) => {
        images.put(address, data);
        this.loaded.tell({ kind: "image", address });
      },
    };
    return [wanted];
  }

  #labelTile(address: TileAddress, source: LabelSource): WantedTile | null {
    const { store, tileUrl: template } = source;
    if (store.has(address)) return null;
    const bytes = store.grid.tileSize ** 2 * Uint32Array.BYTES_PER_ELEMENT;
    const deliver = (data: ArrayBuffer) => {
      source.putTile(address, new Uint32Array(data));
      this.loaded.tell({ kind: "labels", address });
    };
    if (template === null) {
      deliver(new ArrayBuffer(bytes));
      return null;
    }
    const { level, t, z, row, col } = address;
    const url = tileUrl(template, { level, t, z, row, col });
    return { key: `labels:${source.id}:${tileKey(address)}`, url, bytes, deliver };
  }

  #keepOnly(wanted: readonly (WantedTile | null)[]): void {
    const { images, document } = this.#workspace;
    const { view, t, z } = this.#place();
    const keep = new Set(wanted.flatMap((tile) => (tile ? [tile.key] : [])));
    for (const tile of tilesOnScreen(images.grid, view, t, this.#workspace.imageZ)) {
      this.#workspace.channels.value.forEach((_, c) => {
        keep.add(imageTileKey({ ...tile, c }));
      });
    }
    for (const tile of tilesOnScreen(document.store.grid, view, t, z)) keep.add(tileKey(tile));
    for (const tile of coarsestTiles(document.store.grid, t, z)) keep.add(tileKey(tile));
    images.trim((key) => keep.has(key));
    for (const { store } of this.#sources()) store.trim((key) => keep.has(key));
  }
}

/** Write a tile of some level into a raster of that level. */
function copyTexels(target: Raster, tile: Uint32Array, place: TileAddress, grid: TileGrid): void {
  const { tileSize } = grid;
  const [rows, columns] = grid.filledOf(place);
  for (let row = 0; row < rows; row++) {
    const line = tile.subarray(row * tileSize, row * tileSize + columns);
    const top = place.row * tileSize + row;
    target.data.set(line, top * target.width + place.col * tileSize);
  }
}
