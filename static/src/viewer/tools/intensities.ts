/**
 * Mean intensities of the cells, for the list and the colours: counted from the tiles when somebody
 * first asks for them, and again where masks change. A very large plane is counted at a coarser
 * level; the report measures every pixel.
 */

import { IntensitySums } from "../model/intensity_sums.ts";
import type { Measure } from "../model/measures.ts";
import type { CellObject } from "../model/object_index.ts";
import { Signal } from "../model/signal.ts";
import { planeKey, type TileAddress, type TileGrid, tileKey } from "../model/tile_grid.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Workspace } from "./workspace.ts";

/** A plane is counted at the finest level with no more tiles than these. */
const MOST_TILES = 36;
const RECOUNT_AFTER_MS = 150;

interface Counted {
  readonly sums: IntensitySums;
  /** Tiles that are to be counted, by their keys. */
  readonly waiting: Map<string, TileAddress>;
}

export class Intensities {
  /** Grows whenever new numbers are there. */
  readonly revision = new Signal(0);
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  /** By channel and plane. */
  readonly #counted = new Map<string, Counted>();
  #isCounting = false;
  #timer = 0;

  constructor(workspace: Workspace, loader: TileLoader) {
    this.#workspace = workspace;
    this.#loader = loader;
    workspace.document.store.tileChanged.listen(({ tile }) => this.#recount(tile.address));
  }

  /** A measure for every channel. */
  get measures(): Measure[] {
    const { channels } = this.#workspace.image;
    const about = this.#level === 0 ? "" : ", about";
    return channels.map(({ name }, c) => ({
      id: `mean:${c}`,
      name: `Mean of ${name}${about}`,
      unit: "",
      valueOf: (object) => this.#meanOf(object, c),
      revision: () => this.revision.value,
    }));
  }

  get #grid(): TileGrid {
    return this.#workspace.document.store.grid;
  }

  get #level(): number {
    const { levels, tileSize } = this.#grid;
    const nTiles = ({ height, width }: (typeof levels)[number]) =>
      Math.ceil(height / tileSize) * Math.ceil(width / tileSize);
    const level = levels.findIndex((candidate) => nTiles(candidate) <= MOST_TILES);
    return level === -1 ? this.#grid.coarsest : level;
  }

  #meanOf({ label, t, z }: CellObject, c: number): number | null {
    // Old versions and other results have cells of the same numbers.
    if (!this.#workspace.isCurrent) return null;
    const key = `${c}:${planeKey(t, z)}`;
    const counted = this.#counted.get(key);
    if (counted) return counted.sums.meanOf(label);
    // Of other planes nothing is counted before somebody looks at them.
    const isShown = t === this.#workspace.t.value && z === this.#workspace.z.value;
    if (isShown) this.#begin(key, t, z);
    return null;
  }

  #begin(key: string, t: number, z: number): void {
    const { height, width } = this.#grid.levels[0]!;
    const tiles = this.#grid.tilesOf([0, 0, height, width], this.#level, t, z);
    const waiting = new Map(tiles.map((tile) => [tileKey(tile), tile]));
    this.#counted.set(key, { sums: new IntensitySums(), waiting });
    this.#countSoon();
  }

  #recount(tile: TileAddress): void {
    if (tile.level !== this.#level) return;
    for (const [key, { waiting }] of this.#counted) {
      if (!key.endsWith(`:${planeKey(tile.t, tile.z)}`)) continue;
      waiting.set(tileKey(tile), tile);
      this.#countSoon();
    }
  }

  #countSoon(): void {
    if (this.#timer !== 0 || this.#isCounting) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      void this.#countAll();
    }, RECOUNT_AFTER_MS);
  }

  async #countAll(): Promise<void> {
    this.#isCounting = true;
    try {
      for (const [key, counted] of this.#counted) await this.#countWaiting(key, counted);
    } catch {
      // The loader has said that tiles are missing; a later change or look asks again.
      this.#forgetUnfinished();
    } finally {
      this.#isCounting = false;
    }
    this.revision.update((value) => value + 1);
    if ([...this.#counted.values()].some(({ waiting }) => waiting.size > 0)) this.#countSoon();
  }

  async #countWaiting(key: string, { sums, waiting }: Counted): Promise<void> {
    const c = Number(key.split(":")[0]);
    for (const [name, tile] of [...waiting]) {
      const { labels, pixels } = await this.#loader.readTile(tile, c);
      waiting.delete(name);
      sums.count(name, labels, pixels, this.#grid.filledOf(tile), this.#grid.tileSize);
    }
  }

  #forgetUnfinished(): void {
    for (const [key, { waiting }] of this.#counted) {
      if (waiting.size > 0) this.#counted.delete(key);
    }
  }
}
