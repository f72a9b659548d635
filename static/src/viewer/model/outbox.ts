/**
 * Sends own edits to the server, one after the other, in order, and again until it has them.
 * Nothing is lost by a reload or a lost connection: every edit is kept in a storage from the
 * moment it is drawn until the server has confirmed or refused it. Nothing waits for the storage.
 */
import type { EditJson, NewEditJson } from "./contract.ts";
import { editFromJson, editsOverlap, type PendingEdit } from "./edit.ts";
import type { DroppedEdits, LabelDocument } from "./label_document.ts";
import { patchToJson } from "./patch.ts";
import { causesOf, type SetAside, withSetAside } from "./set_aside.ts";
import { Happening, Signal } from "./signal.ts";

export type SendResult =
  | { kind: "accepted"; version: number }
  | { kind: "conflict"; detail: string; edits: readonly EditJson[] }
  | { kind: "refused"; detail: string; isFinal: boolean; isOutdated?: boolean }
  | { kind: "unreachable"; detail: string };

export type SaveState =
  | { kind: "saved" }
  | ({ kind: "saving" } & Waiting)
  | ({ kind: "offline"; detail: string } & Waiting);

export interface Waiting {
  readonly n_waiting: number;
  /** Whether all of them would survive if the browser ended now. */
  readonly isKept: boolean;
}

export interface OutboxPorts {
  send(edit: NewEditJson): Promise<SendResult>;
  /** Fetch and ingest every edit of the log after the known version. */
  catchUp(): Promise<void>;
  /** Resolves when no stroke is being drawn; only then may pixels be rolled back. */
  whenQuiet(): Promise<void>;
  /** Resolves when the last change is on the screen: it takes longer to write down than to draw. */
  whenDrawn(): Promise<void>;
  /** Wait before the next try; may be cut short when the connection comes back. */
  wait(milliseconds: number): Promise<void>;
}

/** Where unsent edits survive a reload. Promises reject when the browser can keep nothing. */
export interface PendingStorage {
  /** The edits of former visits, in order; this outbox looks after them from now on. */
  takeOver(): Promise<PendingEdit[]>;
  /** What was drawn on former masks of the same image, by the annotation that held them. */
  replaced(): Promise<Map<string, PendingEdit[]>>;
  /** Resolves when nothing but the loss of the disk can lose the edit. */
  add(edit: PendingEdit): Promise<void>;
  remove(clientId: string): Promise<void>;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export class Outbox {
  readonly state = new Signal<SaveState>({ kind: "saved" });
  /** What waits for a decision of the person. */
  readonly setAside = new Signal<readonly SetAside[]>([]);
  /** Told once: this browser keeps nothing beyond this tab. */
  readonly cannotKeep = new Happening<null>();
  /** Whether the masks of this page were replaced: it takes no more edits until it is reloaded. */
  isOutdated = false;
  readonly #document: LabelDocument;
  readonly #ports: OutboxPorts;
  readonly #storage: PendingStorage;
  readonly #kept = new Set<string>();
  #isRunning = false;
  #known: ReadonlySet<string> = new Set();
  /** Why the server did not get the last message; null when it did. */
  #offline: string | null = null;
  #hasSaidCannotKeep = false;

  constructor(document: LabelDocument, ports: OutboxPorts, storage: PendingStorage) {
    this.#document = document;
    this.#ports = ports;
    this.#storage = storage;
    document.pending.listen((pending) => this.#follow(pending));
    document.dropped.listen((dropped) => this.#setAside(dropped));
    document.version.listen(() => this.#passOverSent());
  }

  /** Whether nothing waits, neither for the server nor for a decision. */
  get isDone(): boolean {
    return this.#document.pending.value.length === 0 && this.setAside.value.length === 0;
  }

  /** Draw the edits that a former visit could not send; those that the server has are forgotten. */
  async restore(): Promise<void> {
    const edits = await this.#storage.takeOver().catch(() => this.#sayCannotKeep());
    await this.#ports.whenQuiet();
    await this.#findReplaced();
    const sent = new Set(this.#document.log.map(({ client_id }) => client_id));
    for (const edit of edits ?? []) {
      if (sent.has(edit.client_id)) this.#forget(edit.client_id);
      else if (!this.#looksAfter(edit)) this.#restore(edit);
    }
  }

  /** What was drawn on masks that were replaced cannot be sent: the person decides. */
  async #findReplaced(): Promise<void> {
    const known = this.setAside.value.map(({ replaced }) => replaced);
    const found = await this.#storage.replaced().catch(() => new Map<string, PendingEdit[]>());
    for (const [replaced, edits] of found) {
      if (known.includes(replaced)) continue;
      this.setAside.update((list) => [...list, { edits, cause: [], reason: null, replaced }]);
    }
  }

  /** The person has decided: this is not to be sent any more. */
  settle(entry: SetAside): void {
    this.setAside.update((list) => list.filter((other) => other !== entry));
    for (const { client_id } of entry.edits) this.#forget(client_id);
  }

  /** What another tab has sent after all needs no decision. */
  #passOverSent(): void {
    const isSent = ({ client_id }: PendingEdit) => this.#document.versionOf(client_id) !== null;
    for (const entry of this.setAside.value) if (entry.edits.every(isSent)) this.settle(entry);
  }

  #restore(edit: PendingEdit): void {
    const built = this.setAside.value.find(({ edits, replaced }) => {
      return replaced === undefined && edits.some((other) => editsOverlap(other, edit));
    });
    if (built) this.#setAside({ edits: [edit], cause: built.cause, reason: built.reason });
    else this.#document.restoreOwn(edit);
  }

  /** It stays in the storage until the person has decided. */
  #setAside({ edits, cause, reason }: DroppedEdits): void {
    const { log, me } = this.#document;
    const known = cause.length > 0 ? cause : edits.flatMap((edit) => causesOf(edit, log, me.id));
    const entry = { edits, cause: [...new Set(known)], reason };
    this.setAside.update((list) => withSetAside(list, entry));
  }

  #follow(pending: readonly PendingEdit[]): void {
    const now = new Set(pending.map(({ client_id }) => client_id));
    for (const edit of pending) if (!this.#known.has(edit.client_id)) void this.#keep(edit);
    for (const id of this.#known) {
      if (!now.has(id) && this.#document.versionOf(id) !== null) this.#forget(id);
    }
    this.#known = now;
    this.#showState();
    if (pending.length > 0 && !this.#isRunning) void this.#run();
  }

  async #keep(edit: PendingEdit): Promise<void> {
    try {
      await this.#storage.add(edit);
      if (!this.#known.has(edit.client_id)) return;
      this.#kept.add(edit.client_id);
      this.#showState();
    } catch {
      this.#sayCannotKeep();
    }
  }

  #looksAfter({ client_id }: PendingEdit): boolean {
    const aside = this.setAside.value.flatMap(({ edits }) => edits);
    return this.#known.has(client_id) || aside.some((edit) => edit.client_id === client_id);
  }

  /** An edit that stays in the storage by mistake is recognized at the next visit. */
  #forget(clientId: string): void {
    this.#kept.delete(clientId);
    this.#storage.remove(clientId).catch(() => {});
  }

  #sayCannotKeep(): void {
    if (!this.#hasSaidCannotKeep) this.cannotKeep.tell(null);
    this.#hasSaidCannotKeep = true;
  }

  #showState(): void {
    const pending = this.#document.pending.value;
    const isKept = pending.every(({ client_id }) => this.#kept.has(client_id));
    const waiting = { n_waiting: pending.length, isKept };
    if (pending.length === 0) this.state.set({ kind: "saved" });
    else if (this.#offline === null) this.state.set({ kind: "saving", ...waiting });
    else this.state.set({ kind: "offline", detail: this.#offline, ...waiting });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    await this.#ports.whenDrawn();
    let wait = FIRST_WAIT_MS;
    for (let edit = this.#next(); edit !== undefined; edit = this.#next()) {
      const result = await this.#ports.send(this.#message(edit));
      if (result.kind === "unreachable") {
        this.#offline = result.detail;
        this.#showState();
        await this.#ports.wait(wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
        continue;
      }
      wait = FIRST_WAIT_MS;
      this.#offline = null;
      await this.#settle(edit, result);
      this.#showState();
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
      document.reject(edit.client_id, null);
    }
    if (result.kind === "refused") {
      await this.#ports.whenQuiet();
      this.isOutdated ||= result.isOutdated ?? false;
      if (result.isFinal) document.rejectAll(result.detail);
      else document.reject(edit.client_id, result.detail);
    }
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
      // Without a connection it is tried again.
      await this.#ports.catchUp().catch(() => {});
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
