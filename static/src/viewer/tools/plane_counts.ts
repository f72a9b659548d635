/**
 * What is counted of every cell from the tiles of a plane: when somebody first asks for it, and
 * again where masks change. A very large plane is counted at a coarser level; the report measures
 * every pixel.
 */
import type { CellObject } from "../model/object_index.ts";
import type { Signal } from "../model/signal.ts";
import { planeKey, type TileAddress, type TileGrid, tileKey } from "../model/tile_grid.ts";
import type { Workspace } from "./workspace.ts";

/** A plane is counted at the finest level with no more tiles than these. */
const MOST_TILES = 36;
const RECOUNT_AFTER_MS = 150;

export interface Counting<Counter> {
  make(): Counter;
  /** Count a tile, in place of what was counted of it before; rejects when it is missing. */
  count(counter: Counter, tile: TileAddress, variant: number): Promise<void>;
}

interface Counted<Counter> {
  readonly counter: Counter;
  readonly variant: number;
  /** Tiles that are to be counted, by their keys. */
  readonly waiting: Map<string, TileAddress>;
}

export class PlaneCounts<Counter> {
  readonly #workspace: Workspace;
  readonly #counting: Counting<Counter>;
  /** Grows whenever new numbers are there. */
  readonly #revision: Signal<number>;
  /** By variant, such as a channel, and plane. */
  readonly #counted = new Map<string, Counted<Counter>>();
  #isCounting = false;
  #timer = 0;

  constructor(workspace: Workspace, revision: Signal<number>, counting: Counting<Counter>) {
    this.#workspace = workspace;
    this.#revision = revision;
    this.#counting = counting;
    workspace.document.store.tileChanged.listen(({ tile }) => this.#recount(tile.address));
  }

  get level(): number {
    const { levels, tileSize } = this.#grid;
    const nTiles = ({ height, width }: (typeof levels)[number]) =>
      Math.ceil(height / tileSize) * Math.ceil(width / tileSize);
    const level = levels.findIndex((candidate) => nTiles(candidate) <= MOST_TILES);
    return level === -1 ? this.#grid.coarsest : level;
  }

  /** What is counted of the plane of a cell; null until there is something. */
  of({ t, z }: CellObject, variant: number): Counter | null {
    // Old versions and other results have cells of the same numbers.
    if (!this.#workspace.isCurrent) return null;
    const key = `${variant}:${planeKey(t, z)}`;
    const counted = this.#counted.get(key);
    if (counted) return counted.counter;
    // Of other planes nothing is counted before somebody looks at them.
    const isShown = t === this.#workspace.t.value && z === this.#workspace.z.value;
    if (isShown) this.#begin(key, variant, t, z);
    return null;
  }

  get #grid(): TileGrid {
    return this.#workspace.document.store.grid;
  }

  #begin(key: string, variant: number, t: number, z: number): void {
    const { height, width } = this.#grid.levels[0]!;
    const tiles = this.#grid.tilesOf([0, 0, height, width], this.level, t, z);
    const waiting = new Map(tiles.map((tile) => [tileKey(tile), tile]));
    this.#counted.set(key, { counter: this.#counting.make(), variant, waiting });
    this.#countSoon();
  }

  #recount(tile: TileAddress): void {
    if (tile.level !== this.level) return;
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
      for (const counted of this.#counted.values()) await this.#countWaiting(counted);
    } catch {
      // The loader has said that tiles are missing; a later change or look asks again.
      this.#forgetUnfinished();
    } finally {
      this.#isCounting = false;
    }
    this.#revision.update((value) => value + 1);
    if ([...this.#counted.values()].some(({ waiting }) => waiting.size > 0)) this.#countSoon();
  }

  async #countWaiting({ counter, variant, waiting }: Counted<Counter>): Promise<void> {
    for (const [key, tile] of [...waiting]) {
      // A change that comes while it is counted puts the tile into line again.
      waiting.delete(key);
      try {
        await this.#counting.count(counter, tile, variant);
      } catch (error) {
        waiting.set(key, tile);
        throw error;
      }
    }
  }

  #forgetUnfinished(): void {
    for (const [key, { waiting }] of this.#counted) {
      if (waiting.size > 0) this.#counted.delete(key);
    }
  }
}
