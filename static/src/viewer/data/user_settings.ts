/**
 * What a person has set for herself. The server keeps it, one value a name, so that it is there on
 * every computer; this browser keeps a copy, so that nothing waits for the server.
 */
import { getJson, HttpError, isSessionTrouble, putJson } from "./http.ts";

export interface UserSettings {
  /** What was written under this name; null when nothing was, or it cannot be read. */
  read(name: string): unknown;
  write(name: string, value: unknown): void;
}

const URL = "/api/me/settings";
/** Values that change in quick succession are sent once. */
const SEND_AFTER_MS = 1000;

export class KeptSettings implements UserSettings {
  readonly #prefix: string;
  /** Names that the server does not have yet, under a key of their own. */
  readonly #unsentKey: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(personId: string) {
    this.#prefix = `coverslip.settings.${personId}.`;
    this.#unsentKey = `coverslip.unsent_settings.${personId}`;
  }

  /**
   * The settings as the server has them, `told` in the page or asked for; without it, as this
   * browser saw them last.
   */
  static async open(
    personId: string,
    told?: Readonly<Record<string, unknown>>,
  ): Promise<KeptSettings> {
    const settings = new KeptSettings(personId);
    try {
      const answer = told ?? fetchSettings();
      // Opening the storage of the browser takes a while, as answering does.
      const unsent = settings.#unsent;
      settings.#takeOver(await answer, unsent);
    } catch {
      // The copy of this browser will do until the server answers again.
    }
    settings.#sendSoon();
    return settings;
  }

  read(name: string): unknown {
    return readJson(this.#prefix + name);
  }

  write(name: string, value: unknown): void {
    writeJson(this.#prefix + name, value);
    writeJson(this.#unsentKey, [...new Set([...this.#unsent, name])]);
    this.#sendSoon();
  }

  get #unsent(): string[] {
    const names = readJson(this.#unsentKey);
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  }

  #takeOver(settings: Readonly<Record<string, unknown>>, unsent: readonly string[]): void {
    for (const [name, value] of Object.entries(settings)) {
      if (!unsent.includes(name)) writeJson(this.#prefix + name, value);
    }
  }

  #sendSoon(): void {
    clearTimeout(this.#timer);
    if (this.#unsent.length > 0) this.#timer = setTimeout(() => void this.#send(), SEND_AFTER_MS);
  }

  async #send(): Promise<void> {
    for (const name of this.#unsent) {
      const value = this.read(name);
      try {
        await putJson(`${URL}/${encodeURIComponent(name)}`, { value });
      } catch (error) {
        // What the server refuses stays in this browser; what it did not hear is sent next time.
        if (!(error instanceof HttpError) || isSessionTrouble(error) || error.status >= 500) return;
      }
      const isSame = JSON.stringify(value) === JSON.stringify(this.read(name));
      if (isSame)
        writeJson(
          this.#unsentKey,
          this.#unsent.filter((other) => other !== name),
        );
    }
  }
}

async function fetchSettings(): Promise<Record<string, unknown>> {
  return (await getJson<{ settings: Record<string, unknown> }>(URL)).settings;
}

function readJson(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function writeJson(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch (error) {
    // A full storage only means that the setting is as before at the next visit.
    if (!(error instanceof DOMException)) throw error;
  }
}
