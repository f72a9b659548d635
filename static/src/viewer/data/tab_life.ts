/**
 * Which tabs of this browser are still open. Every tab holds a lock as long as it lives; when it is
 * closed or crashes, the browser lets the lock go. Web Locks are missing on pages without https:
 * there every other tab counts as closed, and the server ignores what is then sent twice.
 */
import { randomUuid } from "../model/uuid.ts";

const PREFIX = "coverslip.tab.";

export class TabLife {
  readonly id = randomUuid();
  readonly #held: Promise<void>;

  constructor() {
    this.#held = new Promise((resolve) => {
      if (navigator.locks === undefined) return resolve();
      void navigator.locks.request(PREFIX + this.id, () => {
        resolve();
        // The lock is let go with the tab.
        return new Promise<never>(() => {});
      });
    });
  }

  /** The tabs that are open now, this one too. */
  async living(): Promise<ReadonlySet<string>> {
    await this.#held;
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    const names = held.flatMap(({ name }) => name ?? []).filter((name) => name.startsWith(PREFIX));
    return new Set([this.id, ...names.map((name) => name.slice(PREFIX.length))]);
  }

  /** Resolves when another tab that is open now is closed. */
  async whenGone(tab: string): Promise<void> {
    await navigator.locks.request(PREFIX + tab, () => {});
  }

  /** Do something that only one tab at a time may do. */
  async alone<T>(what: string, run: () => Promise<T>): Promise<T> {
    await this.#held;
    return navigator.locks === undefined ? run() : navigator.locks.request(what, run);
  }
}
