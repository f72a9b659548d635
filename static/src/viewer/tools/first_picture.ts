/**
 * The first picture of an image: drawn when all of it is there, and on a slow line now and then
 * what has come so far. Every drawing holds up the tiles that are still on their way.
 */

const SHOW_PARTS_AFTER_MS = 250;

export class FirstPicture {
  /** Resolves when all that the first view shows is on the screen. */
  readonly shown: Promise<void>;
  #isShown = false;
  #drawnAt = performance.now();
  #timer = 0;
  #tell!: () => void;

  constructor() {
    this.shown = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  get isShown(): boolean {
    return this.#isShown;
  }

  /** Whether to wait for the rest of the tiles; `look` is called when that takes too long. */
  isWorthWaiting(isWhole: boolean, look: () => void): boolean {
    if (this.#isShown || isWhole) return false;
    const now = performance.now();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(look, SHOW_PARTS_AFTER_MS);
    if (now - this.#drawnAt < SHOW_PARTS_AFTER_MS) return true;
    this.#drawnAt = now;
    return false;
  }

  /** All of it has been drawn. */
  finish(): void {
    this.#isShown = true;
    clearTimeout(this.#timer);
    this.#tell();
  }
}
