/**
 * What a person has set for herself. Kept in this browser; whoever reads and writes does not know
 * where, so that it can move to the server without them.
 */

export interface UserSettings {
  /** What was written under this name; null when nothing was, or it cannot be read. */
  read(name: string): unknown;
  write(name: string, value: unknown): void;
}

export class BrowserSettings implements UserSettings {
  readonly #prefix: string;

  constructor(personId: string) {
    this.#prefix = `coverslip.settings.${personId}.`;
  }

  read(name: string): unknown {
    try {
      return JSON.parse(localStorage.getItem(this.#prefix + name) ?? "null");
    } catch {
      return null;
    }
  }

  write(name: string, value: unknown): void {
    try {
      localStorage.setItem(this.#prefix + name, JSON.stringify(value));
    } catch (error) {
      // A full storage only means that the setting is as before at the next visit.
      if (!(error instanceof DOMException)) throw error;
    }
  }
}
