/**
 * Edits that the server does not have yet, kept in the browser. One entry per edit in
 * localStorage, because it is written before the call returns: a tab that is closed in the same
 * moment loses nothing.
 */

import type { PendingEdit } from "../model/edit.ts";
import { marksFromJson } from "../model/marks.ts";
import type { PendingStorage } from "../model/outbox.ts";
import { patchFromJson, patchToJson } from "../model/patch.ts";

export class LocalPendingStorage implements PendingStorage {
  readonly #prefix: string;
  readonly #onFull: () => void;
  readonly #numberOf = new Map<string, number>();
  #nextNumber: number;

  /** The edits of one person in one annotation; `onFull` is told when the browser is full. */
  constructor(personId: string, annotationId: string, onFull: () => void) {
    this.#prefix = `coverslip.outbox.${personId}.${annotationId}.`;
    this.#onFull = onFull;
    this.#nextNumber = (this.#numbers().at(-1) ?? 0) + 1;
  }

  load(): PendingEdit[] {
    const edits: PendingEdit[] = [];
    for (const number of this.#numbers()) {
      const edit = this.#read(number);
      if (edit === null) {
        localStorage.removeItem(this.#prefix + number);
      } else {
        this.#numberOf.set(edit.client_id, number);
        edits.push(edit);
      }
    }
    return edits;
  }

  add(edit: PendingEdit): void {
    if (this.#numberOf.has(edit.client_id)) return;
    const json = { ...edit, patches: edit.patches.map(patchToJson) };
    const number = this.#nextNumber++;
    try {
      localStorage.setItem(this.#prefix + number, JSON.stringify(json));
      this.#numberOf.set(edit.client_id, number);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.#onFull();
    }
  }

  remove(clientId: string): void {
    const number = this.#numberOf.get(clientId);
    if (number === undefined) return;
    localStorage.removeItem(this.#prefix + number);
    this.#numberOf.delete(clientId);
  }

  #read(number: number): PendingEdit | null {
    try {
      const json = JSON.parse(localStorage.getItem(this.#prefix + number) ?? "null");
      if (json === null) return null;
      // An edit that an older page kept has no marks.
      const marks = marksFromJson(json.marks ?? []);
      return { ...json, patches: json.patches.map(patchFromJson), marks };
    } catch {
      // An entry that cannot be read was never an edit of ours.
      return null;
    }
  }

  #numbers(): number[] {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(this.#prefix))
      .map((key) => Number(key.slice(this.#prefix.length)))
      .sort((a, b) => a - b);
  }
}
