/** Makes the tiles of a projection from those of its slices, and tells how far it is. */
import { tileUrl, type WantedTile } from "../data/tile_fetcher.ts";
import { type ImageTileAddress, imageTileKey, type PixelArray } from "../model/image_tiles.ts";
import { ProjectedTile, projectionOf } from "../model/projection.ts";
import { Signal } from "../model/signal.ts";
import type { Workspace } from "./workspace.ts";

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export class Projecting {
  /** Of the tiles on the screen: slices that are in, of all; null when nothing is in work. */
  readonly progress = new Signal<Progress | null>(null);
  readonly #workspace: Workspace;
  readonly #onReady: (address: ImageTileAddress) => void;
  readonly #inWork = new Map<string, ProjectedTile>();

  constructor(workspace: Workspace, onReady: (address: ImageTileAddress) => void) {
    this.#workspace = workspace;
    this.#onReady = onReady;
  }

  /** The slices that a projected tile still needs; what is loaded already is taken at once. */
  wantedFor(address: ImageTileAddress): WantedTile[] {
    const { images, image, nSlices } = this.#workspace;
    const tile = this.#tileFor(address);
    const wanted: WantedTile[] = [];
    for (let z = 0; z < nSlices; z++) {
      if (tile.has(z)) continue;
      const slice = { ...address, z };
      const loaded = images.peek(slice);
      if (loaded) {
        this.#add(address, z, loaded);
        continue;
      }
      const { level, t, c, row, col } = address;
      wanted.push({
        key: `${imageTileKey(address)}/${z}`,
        url: tileUrl(image.tile_url, { level, t, c, z, row, col }),
        bytes: images.bytesOfTile,
        deliver: (data) => this.#add(address, z, images.pixelsOf(data)),
      });
    }
    return images.has(address) ? [] : wanted;
  }

  /** Only these tiles are still wanted; what was begun of others is forgotten. */
  keepOnly(addresses: readonly ImageTileAddress[]): void {
    const keys = new Set(addresses.map(imageTileKey));
    for (const key of this.#inWork.keys()) if (!keys.has(key)) this.#inWork.delete(key);
    this.#tellProgress();
  }

  #tileFor(address: ImageTileAddress): ProjectedTile {
    const key = imageTileKey(address);
    let tile = this.#inWork.get(key);
    if (tile === undefined) {
      const kind = projectionOf(address.z) === "mean" ? "mean" : "max";
      tile = new ProjectedTile(kind, this.#workspace.nSlices);
      this.#inWork.set(key, tile);
    }
    return tile;
  }

  #add(address: ImageTileAddress, z: number, slice: PixelArray): void {
    const key = imageTileKey(address);
    const tile = this.#inWork.get(key);
    if (tile === undefined) return;
    tile.add(z, slice);
    if (tile.isComplete) {
      this.#inWork.delete(key);
      this.#workspace.images.putPixels(address, tile.result(slice));
      this.#onReady(address);
    }
    this.#tellProgress();
  }

  #tellProgress(): void {
    const total = this.#inWork.size * this.#workspace.nSlices;
    const done = [...this.#inWork.values()].reduce((sum, { nDone }) => sum + nDone, 0);
    this.progress.set(total === 0 ? null : { done, total });
  }
}
