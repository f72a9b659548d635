/**
 * Sends own edits to the server, one after the other, in order, and again until it has them.
 * Nothing is lost by a reload or a lost connection: every edit is kept in a storage from the
 * moment it is drawn until the server has confirmed or refused it.
 */
import type { EditJson, NewEditJson } from "./contract.ts";
import { editFromJson, type PendingEdit } from "./edit.ts";
import type { LabelDocument } from "./label_document.ts";
import { patchToJson } from "./patch.ts";
import { Happening, Signal } from "./signal.ts";

export type SendResult =
  | { kind: "accepted"; version: number }
  | { kind: "conflict"; detail: string; edits: readonly EditJson[] }
  | { kind: "refused"; detail: string; isFinal: boolean }
  | { kind: "unreachable"; detail: string };

export type SaveState =
  | { kind: "saved" }
  | { kind: "saving"; n_waiting: number }
  | { kind: "offline"; n_waiting: number; detail: string };

export interface OutboxPorts {
  send(edit: NewEditJson): Promise<SendResult>;
  /** Fetch and ingest every edit of the log after the known version. */
  catchUp(): Promise<void>;
  /** Resolves when no stroke is being drawn; only then may pixels be rolled back. */
  whenQuiet(): Promise<void>;
  /** Wait before the next try; may be cut short when the connection comes back. */
  wait(milliseconds: number): Promise<void>;
}

/** Where unsent edits survive a reload. */
export interface PendingStorage {
  load(): PendingEdit[];
  add(edit: PendingEdit): void;
  remove(clientId: string): void;
}

export interface Refusal {
  readonly detail: string;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export class Outbox {
  readonly state = new Signal<SaveState>({ kind: "saved" });
  readonly refused = new Happening<Refusal>();
  readonly #document: LabelDocument;
  readonly #ports: OutboxPorts;
  readonly #storage: PendingStorage;
  #isRunning = false;
  #known: ReadonlySet<string> = new Set();

  constructor(document: LabelDocument, ports: OutboxPorts, storage: PendingStorage) {
    this.#document = document;
    this.#ports = ports;
    this.#storage = storage;
    document.pending.listen((pending) => this.#follow(pending));
  }

  /** Draw the edits that a former visit could not send; those that the server has are forgotten. */
  restore(): void {
    const sent = new Set(this.#document.log.map(({ client_id }) => client_id));
    for (const edit of this.#storage.load()) {
      if (sent.has(edit.client_id)) this.#storage.remove(edit.client_id);
      else this.#restore(edit);
    }
  }

  #restore(edit: PendingEdit): void {
    this.#document.restoreOwn(edit);
    const isKept = this.#document.pending.value.some((other) => other.client_id === edit.client_id);
    if (!isKept) this.#storage.remove(edit.client_id);
  }

  #follow(pending: readonly PendingEdit[]): void {
    const now = new Set(pending.map(({ client_id }) => client_id));
    for (const edit of pending) if (!this.#known.has(edit.client_id)) this.#storage.add(edit);
    for (const id of this.#known) if (!now.has(id)) this.#storage.remove(id);
    this.#known = now;
    if (pending.length === 0) this.state.set({ kind: "saved" });
    else if (this.state.value.kind === "offline") {
      this.state.set({ ...this.state.value, n_waiting: pending.length });
    } else this.state.set({ kind: "saving", n_waiting: pending.length });
    if (pending.length > 0 && !this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let wait = FIRST_WAIT_MS;
    for (let edit = this.#next(); edit !== undefined; edit = this.#next()) {
      const result = await this.#ports.send(this.#message(edit));
      if (result.kind === "unreachable") {
        const n_waiting = this.#document.pending.value.length;
        this.state.set({ kind: "offline", n_waiting, detail: result.detail });
        await this.#ports.wait(wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
        continue;
      }
      wait = FIRST_WAIT_MS;
      await this.#settle(edit, result);
    }
    this.#isRunning = false;
  }

  #next(): PendingEdit | undefined {
    return this.#document.pending.value[0];
  }

  async #settle(
    edit: PendingEdit,
    result: Exclude<SendResult, { kind: "unreachable" }>,
  ): Promise<void> {
    const document = this.#document;
    if (result.kind === "accepted") await this.#confirm(edit.client_id, result.version);
    if (result.kind === "conflict") {
      await this.#ports.whenQuiet();
      for (const json of result.edits) {
        if (json.version === document.version.value + 1) document.ingest(editFromJson(json));
      }
      // The edits in between may touch the same object without touching the same pixels.
      document.reject(edit.client_id);
    }
    if (result.kind === "refused") {
      await this.#ports.whenQuiet();
      if (result.isFinal) document.rejectAll();
      else document.reject(edit.client_id);
      this.refused.tell({ detail: result.detail });
    }
    const n_waiting = document.pending.value.length;
    this.state.set(n_waiting === 0 ? { kind: "saved" } : { kind: "saving", n_waiting });
  }

  /** Our edit is in the log; when edits of others lie before it, it is read from the log. */
  async #confirm(clientId: string, version: number): Promise<void> {
    const createdAt = new Date().toISOString();
    for (
      let wait = 0;
      !this.#document.confirm(clientId, version, createdAt);
      wait = FIRST_WAIT_MS
    ) {
      if (wait > 0) await this.#ports.wait(wait);
      await this.#ports.catchUp();
    }
  }

  #message(edit: PendingEdit): NewEditJson {
    return {
      client_id: edit.client_id,
      base_version: this.#document.version.value,
      kind: edit.kind,
      undoes: this.#document.versionOf(edit.undoes),
      patches: edit.patches.map(patchToJson),
      marks: edit.marks,
    };
  }
}
