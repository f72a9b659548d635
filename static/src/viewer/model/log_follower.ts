/**
 * Brings the document to every version of the server's log, in order, whatever way news comes in:
 * twice, in another order, or not at all.
 */
import type { Edit } from "./edit.ts";
import type { LabelDocument } from "./label_document.ts";

export interface LogPorts {
  /** Every edit of the log after a version, in order. */
  fetchEdits(after: number): Promise<readonly Edit[]>;
  /** Resolves when no stroke is being drawn; only then may pixels change under the pointer. */
  whenQuiet(): Promise<void>;
}

export class LogFollower {
  readonly #document: LabelDocument;
  readonly #ports: LogPorts;
  #catchingUp: Promise<void> | null = null;

  constructor(document: LabelDocument, ports: LogPorts) {
    this.#document = document;
    this.#ports = ports;
  }

  /** Fetch every edit that is not known yet; calls that overlap share one request. */
  catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readOn().finally(() => {
      this.#catchingUp = null;
    });
    return this.#catchingUp;
  }

  /** An edit as it was told. */
  async hear(edit: Edit): Promise<void> {
    await this.#ports.whenQuiet();
    if (edit.version === this.#document.version.value + 1) this.#document.ingest(edit);
    else await this.reach(edit.version);
  }

  /** Fetch what leads to a version; it fails in silence, as the next news asks again. */
  async reach(version: number): Promise<void> {
    // The first request may have been underway before the news, and not know of it.
    for (let tries = 0; tries < 2 && version > this.#document.version.value; tries++) {
      await this.catchUp().catch(() => {});
    }
  }

  async #readOn(): Promise<void> {
    const edits = await this.#ports.fetchEdits(this.#document.version.value);
    await this.#ports.whenQuiet();
    // News may have come in meanwhile; what is known already is passed over.
    for (const edit of edits) this.#document.ingest(edit);
  }
}
