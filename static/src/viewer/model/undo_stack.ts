/**
 * What can be undone and redone. Nothing is ever deleted: undo is a new edit with before and after
 * swapped that names the edit it takes back, redo one that takes back the undo. So the stack can
 * be rebuilt from the log of edits, and undo goes on working after a reload.
 */
import type { EditKind } from "./contract.ts";
import type { Change } from "./edit.ts";

export interface UndoableEdit extends Change {
  readonly client_id: string;
  readonly kind: EditKind;
  /** The client_id of the edit that it takes back. */
  readonly undoes: string | null;
}

interface Undone {
  readonly edit: UndoableEdit;
  readonly undo: UndoableEdit;
}

export class UndoStack {
  #done: UndoableEdit[] = [];
  #undone: Undone[] = [];

  /** The edit that undo would take back. */
  get nextUndo(): UndoableEdit | null {
    return this.#done.at(-1) ?? null;
  }

  /** The undo that redo would take back. */
  get nextRedo(): UndoableEdit | null {
    return this.#undone.at(-1)?.undo ?? null;
  }

  /** Follow an own edit, in the order of the log. */
  record(edit: UndoableEdit): void {
    if (edit.kind === "undo") this.#recordUndo(edit);
    else if (edit.kind === "redo") this.#recordRedo(edit);
    else {
      this.#done.push(edit);
      this.#undone = [];
    }
  }

  /** Forget an edit that did not come to be. */
  drop(clientId: string): void {
    const dropped = this.#undone.find(({ undo }) => undo.client_id === clientId);
    this.#undone = this.#undone.filter(({ undo }) => undo.client_id !== clientId);
    if (dropped) this.#done.push(dropped.edit);
    this.#done = this.#done.filter((edit) => edit.client_id !== clientId);
  }

  #recordUndo(undo: UndoableEdit): void {
    const edit = this.#done.find(({ client_id }) => client_id === undo.undoes);
    if (edit === undefined) return;
    this.#done = this.#done.filter((other) => other !== edit);
    this.#undone.push({ edit, undo });
  }

  #recordRedo(redo: UndoableEdit): void {
    this.#undone = this.#undone.filter(({ undo }) => undo.client_id !== redo.undoes);
    this.#done.push(redo);
  }
}
