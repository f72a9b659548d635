/**
 * What is still on its way to the disk when a tab is closed. localStorage is small, but it is
 * written before the call returns; the next visit takes over what lies there.
 */
import type { PendingEdit } from "../model/edit.ts";
import { marksFromJson } from "../model/marks.ts";
import { patchFromJson, patchToJson } from "../model/patch.ts";

export class LastMoment {
  readonly #prefix: string;

  /** The edits of one person in one annotation. */
  constructor(personId: string, annotationId: string) {
    this.#prefix = `coverslip.outbox.${personId}.${annotationId}.`;
  }

  write(edits: readonly PendingEdit[]): void {
    const first = (this.#numbers().at(-1) ?? 0) + 1;
    edits.forEach((edit, at) => {
      const json = { ...edit, patches: edit.patches.map(patchToJson) };
      try {
        localStorage.setItem(this.#prefix + (first + at), JSON.stringify(json));
      } catch (error) {
        // Full, or forbidden: the disk may still be quick enough.
        if (!(error instanceof DOMException)) throw error;
      }
    });
  }

  read(): PendingEdit[] {
    return this.#numbers().flatMap((number) => this.#readOne(number) ?? []);
  }

  clear(): void {
    for (const number of this.#numbers()) localStorage.removeItem(this.#prefix + number);
  }

  #readOne(number: number): PendingEdit | null {
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
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(this.#prefix))
        .map((key) => Number(key.slice(this.#prefix.length)))
        .sort((a, b) => a - b);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return [];
    }
  }
}
