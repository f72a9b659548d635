/** The doubtful cells that a person has accepted, remembered in this browser. */
import { Signal } from "../model/signal.ts";

export class DealtWith {
  readonly labels: Signal<ReadonlySet<number>>;
  readonly #key: string;

  constructor(personId: string, annotationId: string) {
    this.#key = `coverslip.accepted.${personId}.${annotationId}`;
    this.labels = new Signal<ReadonlySet<number>>(new Set(this.#read()));
  }

  add(label: number): void {
    this.labels.set(new Set([...this.labels.value, label]));
    try {
      localStorage.setItem(this.#key, JSON.stringify([...this.labels.value]));
    } catch (error) {
      // A full storage only means that the cell is asked about again after a reload.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  #read(): number[] {
    try {
      const labels: unknown = JSON.parse(localStorage.getItem(this.#key) ?? "[]");
      return Array.isArray(labels) ? labels.filter(Number.isInteger) : [];
    } catch {
      return [];
    }
  }
}
