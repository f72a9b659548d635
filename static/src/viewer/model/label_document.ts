/**
 * The label image that is being corrected: the log of edits that the server has, the own edits
 * that it does not have yet, and the tiles and objects that follow both.
 *
 * What is shown = base + committed edits 1..version + pending own edits, always in this order.
 */
import { type Change, type Edit, editsOverlap, type PendingEdit, reversed } from "./edit.ts";
import type { LabelStore } from "./label_store.ts";
import type { ObjectIndex } from "./object_index.ts";
import type { Patch } from "./patch.ts";
import { Happening, Signal } from "./signal.ts";
import { planeKey, type TileAddress } from "./tile_grid.ts";
import { UndoStack } from "./undo_stack.ts";

export interface Author {
  readonly id: string;
  readonly name: string;
}

export interface DroppedEdits {
  readonly edits: readonly PendingEdit[];
  /** What stood in the way, if it is known. */
  readonly cause: readonly Edit[];
  /** Why the server does not take them; null when it was not asked. */
  readonly reason: string | null;
}

export class LabelDocument {
  readonly store: LabelStore;
  readonly objects: ObjectIndex;
  readonly undoStack = new UndoStack();
  readonly version = new Signal(0);
  readonly pending = new Signal<readonly PendingEdit[]>([]);
  readonly dropped = new Happening<DroppedEdits>();
  readonly me: Author;
  readonly #log: Edit[] = [];
  readonly #patchesOfPlane = new Map<string, Patch[]>();
  readonly #clientIdOfVersion = new Map<number, string>();
  readonly #versionOfClientId = new Map<string, number>();

  constructor(store: LabelStore, objects: ObjectIndex, me: Author) {
    this.store = store;
    this.objects = objects;
    this.me = me;
  }

  /** Every edit that the server has, in order. */
  get log(): readonly Edit[] {
    return this.#log;
  }

  /** Take in a tile as it is at version 0. */
  putTile(address: TileAddress, base: Uint32Array): void {
    this.store.put(address, base, this.#patchesOf(address.t, address.z));
  }

  /** Draw an own edit at once; it waits in `pending` until the server has it. */
  addOwn(edit: PendingEdit): void {
    this.#play(edit);
    this.undoStack.record(edit);
    this.pending.set([...this.pending.value, edit]);
  }

  /**
   * Draw an own edit that a former visit could not send. It is dropped when somebody else has
   * changed the same pixels since it was made, or when they are not what it was drawn on.
   */
  restoreOwn(edit: PendingEdit): void {
    const since = this.#log.slice(edit.base_version);
    const cause = since.filter((other) => {
      return other.author.id !== this.me.id && editsOverlap(other, edit);
    });
    if (cause.length === 0 && this.#standsAsBefore(edit)) this.addOwn(edit);
    else this.dropped.tell({ edits: [edit], cause, reason: null });
  }

  /** The server has taken an own edit as the next one of the log; false when it is not the next. */
  confirm(clientId: string, version: number, createdAt: string): boolean {
    const edit = this.pending.value.find(({ client_id }) => client_id === clientId);
    if (edit === undefined) return true;
    if (version !== this.version.value + 1) return false;
    const undoes = this.versionOf(edit.undoes);
    this.ingest({ ...edit, undoes, version, author: this.me, created_at: createdAt });
    return true;
  }

  /**
   * Take in the next edit of the log. An own one is confirmed; one of somebody else is drawn, and
   * own edits that wait and touch the same pixels are dropped. Edits that are known already are
   * passed over; a gap in the log is an error of the caller.
   */
  ingest(edit: Edit): void {
    if (edit.version <= this.version.value) return;
    if (edit.version !== this.version.value + 1) {
      throw new RangeError(`Edit ${edit.version} cannot follow version ${this.version.value}.`);
    }
    const at = this.pending.value.findIndex(({ client_id }) => client_id === edit.client_id);
    if (at >= 0) {
      this.#commitOwn(edit, at);
      return;
    }
    if (edit.author.id === this.me.id) this.#recordFromLog(edit);
    this.#rebasePending([edit], []);
  }

  /** The server does not take an own edit: roll it back, with those that build on it. */
  reject(clientId: string, reason: string | null): void {
    const rejected = this.pending.value.filter(({ client_id }) => client_id === clientId);
    if (rejected.length > 0) this.#rebasePending([], rejected, reason);
  }

  /** The server takes no more edits at all. */
  rejectAll(reason: string): void {
    this.#rebasePending([], this.pending.value, reason);
  }

  /** The version that an undo must name, once the edit that it takes back is confirmed. */
  versionOf(clientId: string | null): number | null {
    return clientId === null ? null : (this.#versionOfClientId.get(clientId) ?? null);
  }

  /**
   * The edit that takes back the last own one (or takes back the last undo); null when there is
   * nothing to take back. `isBlocked`: somebody else has changed the same pixels since.
   */
  prepareUndo(
    kind: "undo" | "redo",
    clientId: string,
  ): { edit: PendingEdit; isBlocked: boolean } | null {
    const { nextUndo, nextRedo } = this.undoStack;
    const target = kind === "undo" ? nextUndo : nextRedo;
    if (target === null) return null;
    const change = reversed(target);
    const edit: PendingEdit = {
      client_id: clientId,
      base_version: this.version.value,
      kind,
      ...change,
      undoes: target.client_id,
    };
    const isBlocked = this.#hasOthersSince(target.client_id) && !this.#standsAsBefore(change);
    return { edit, isBlocked };
  }

  /**
   * Whether somebody else has changed anything after an own edit. If not, all that came after it
   * has been taken back before it, so nobody needs to look at its pixels. An edit that waits is
   * dropped when it meets one of somebody else.
   */
  #hasOthersSince(clientId: string): boolean {
    const version = this.#versionOfClientId.get(clientId);
    if (version === undefined) return false;
    return this.#log.slice(version).some(({ author }) => author.id !== this.me.id);
  }

  #standsAsBefore({ patches, marks }: Change): boolean {
    const { facts } = this.objects;
    return (
      marks.every((mark) => facts.standAsBefore(mark)) &&
      // Tiles that are not loaded cannot be looked at; then the server is the one to refuse.
      patches.every((patch) => this.store.matches(patch) ?? true)
    );
  }

  *#patchesOf(t: number, z: number): Iterable<Patch> {
    yield* this.#patchesOfPlane.get(planeKey(t, z)) ?? [];
    for (const { patches } of this.pending.value) yield* patches;
  }

  /** Draw what an edit changes, and say what it says. */
  #play({ patches, marks }: Change): void {
    for (const patch of patches) this.store.apply(patch);
    this.objects.apply(...patches);
    if (marks.length > 0) this.objects.applyMarks(marks);
  }

  #commit(edit: Edit): void {
    this.#log.push(edit);
    for (const patch of edit.patches) {
      const key = planeKey(patch.t, patch.z);
      const patches = this.#patchesOfPlane.get(key);
      if (patches) patches.push(patch);
      else this.#patchesOfPlane.set(key, [patch]);
    }
    this.#clientIdOfVersion.set(edit.version, edit.client_id);
    this.#versionOfClientId.set(edit.client_id, edit.version);
    this.version.set(edit.version);
  }

  /**
   * An own edit is in the log. Usually it is the first that waits; a message of a closed tab may
   * bring a later one first: then earlier ones at the same place were drawn on what never was.
   */
  #commitOwn(edit: Edit, at: number): void {
    const { value } = this.pending;
    const { lost, kept } = sortOut(value.slice(0, at), [edit], []);
    const later = sortOut(value.slice(at + 1), lost, []);
    const rest = [...kept, ...later.kept];
    if (lost.length === 0) {
      this.#commit(edit);
      this.pending.set(rest);
    } else {
      this.#redraw([edit], rest);
      this.#commit(edit);
      this.#lose([...lost, ...later.lost], rest, [edit], null);
    }
  }

  #recordFromLog(edit: Edit): void {
    const undoes = edit.undoes === null ? null : (this.#clientIdOfVersion.get(edit.undoes) ?? null);
    this.undoStack.record({ ...edit, undoes });
  }

  /** Put `incoming` below the pending edits, without `rejected` and all that collides or builds on it. */
  #rebasePending(
    incoming: readonly Edit[],
    rejected: readonly PendingEdit[],
    reason: string | null = null,
  ): void {
    const obstacles = [...incoming, ...rejected];
    const { lost, kept } = sortOut(this.pending.value, obstacles, rejected);
    if (lost.length > 0) this.#redraw(incoming, kept);
    else for (const edit of incoming) this.#play(edit);
    for (const edit of incoming) this.#commit(edit);
    if (lost.length > 0) this.#lose(lost, kept, incoming, reason);
  }

  #lose(
    edits: readonly PendingEdit[],
    kept: readonly PendingEdit[],
    cause: readonly Edit[],
    reason: string | null,
  ): void {
    for (const { client_id } of [...edits].reverse()) this.undoStack.drop(client_id);
    this.pending.set(kept);
    this.dropped.tell({ edits, cause, reason });
  }

  #redraw(incoming: readonly Edit[], kept: readonly PendingEdit[]): void {
    for (const edit of [...this.pending.value].reverse()) {
      this.#play(reversed(edit));
    }
    for (const edit of [...incoming, ...kept]) this.#play(edit);
  }
}

/** Which edits go on: not those that are rejected, collide with an obstacle, or build on a lost one. */
function sortOut(
  edits: readonly PendingEdit[],
  obstacles: readonly Change[],
  rejected: readonly PendingEdit[],
): { lost: PendingEdit[]; kept: PendingEdit[] } {
  const [lost, kept]: [PendingEdit[], PendingEdit[]] = [[], []];
  for (const edit of edits) {
    const isLost =
      rejected.includes(edit) || [...obstacles, ...lost].some((other) => editsOverlap(other, edit));
    (isLost ? lost : kept).push(edit);
  }
  return { lost, kept };
}
