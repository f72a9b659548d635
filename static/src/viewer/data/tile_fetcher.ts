/**
 * Fetches tiles, the most wanted first. The viewer says again and again what it wants now; what
 * is no longer wanted is aborted, so a fast flight over the image leaves no queue behind.
 */

export interface WantedTile {
  readonly key: string;
  readonly url: string;
  /** Exactly this many bytes are in a tile. */
  readonly bytes: number;
  readonly deliver: (data: ArrayBuffer) => void;
}

interface Flight {
  readonly abort: AbortController;
  /** Somebody waits for this tile; it is not aborted. */
  isAwaited: boolean;
  readonly landed: Promise<void>;
}

/** As many as a small picture needs: none of them waits until the page has time to ask. */
const MOST_AT_ONCE = 20;
const RETRY_AFTER_MS = 3000;

export class TileFetcher {
  readonly #onFailure: (message: string) => void;
  readonly #flights = new Map<string, Flight>();
  readonly #retryAt = new Map<string, number>();
  #wanted: readonly WantedTile[] = [];

  /** `onFailure` is told in one sentence when tiles cannot be loaded. */
  constructor(onFailure: (message: string) => void) {
    this.#onFailure = onFailure;
  }

  /** From now on these tiles are wanted, the most wanted first. */
  want(tiles: readonly WantedTile[]): void {
    this.#wanted = tiles;
    const keys = new Set(tiles.map(({ key }) => key));
    for (const [key, flight] of this.#flights) {
      if (!flight.isAwaited && !keys.has(key)) flight.abort.abort();
    }
    this.#startMore();
  }

  /** Fetch a tile that somebody waits for, at once. */
  async fetchNow(tile: WantedTile): Promise<void> {
    const known = this.#flights.get(tile.key);
    // One that was given up a moment ago lands without the tile.
    if (known?.abort.signal.aborted) await known.landed.catch(() => {});
    const flight = this.#flights.get(tile.key) ?? this.#start(tile);
    flight.isAwaited = true;
    await flight.landed;
  }

  #startMore(): void {
    const now = performance.now();
    for (const tile of this.#wanted) {
      if (this.#flights.size >= MOST_AT_ONCE) return;
      if (this.#flights.has(tile.key) || (this.#retryAt.get(tile.key) ?? 0) > now) continue;
      this.#start(tile);
    }
  }

  #start(tile: WantedTile): Flight {
    const abort = new AbortController();
    const landed = this.#load(tile, abort.signal).finally(() => {
      this.#flights.delete(tile.key);
      this.#wanted = this.#wanted.filter(({ key }) => key !== tile.key);
      this.#startMore();
    });
    // Who awaits the tile hears of a failure; for all others `onFailure` is enough.
    landed.catch(() => {});
    const flight = { abort, isAwaited: false, landed };
    this.#flights.set(tile.key, flight);
    return flight;
  }

  async #load(tile: WantedTile, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(tile.url, { signal, credentials: "same-origin" });
      if (!response.ok) throw new Error(`The server answered ${response.status}.`);
      const data = await response.arrayBuffer();
      if (data.byteLength !== tile.bytes) throw new Error("A tile has the wrong size.");
      this.#retryAt.delete(tile.key);
      tile.deliver(data);
    } catch (error) {
      if (signal.aborted) return;
      this.#retryAt.set(tile.key, performance.now() + RETRY_AFTER_MS);
      const reason = error instanceof Error ? error.message : String(error);
      this.#onFailure(`A part of the picture could not be loaded and is tried again. (${reason})`);
      throw error;
    }
  }
}

/** The address of a tile: the words in braces of the template replaced by numbers. */
export function tileUrl(template: string, place: Readonly<Record<string, number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(place[name] ?? whole));
}
