/**
 * Edits that the server does not have yet, kept in the browser until it has: those of one person in
 * one image. Nobody waits for the disk; an edit is called kept once it is there.
 */
import type { PendingEdit } from "../model/edit.ts";
import type { PendingStorage } from "../model/outbox.ts";
import { LastMoment } from "./last_moment.ts";
import { type KeptEdit, OutboxDatabase } from "./outbox_database.ts";
import { TabLife } from "./tab_life.ts";

export interface Box {
  readonly person: string;
  readonly annotation: string;
  readonly image: { readonly name: string; readonly url: string };
}

/** An image in which edits wait for a visit. */
export interface WaitingElsewhere {
  readonly name: string;
  readonly url: string;
  readonly n_edits: number;
}

const TAKE_OVER = "coverslip.outbox.take_over";

export class BrowserPendingStorage implements PendingStorage {
  readonly #box: Box;
  readonly #database = new OutboxDatabase();
  readonly #tab = new TabLife();
  readonly #lastMoment: LastMoment;
  /** What is on its way to the disk. */
  readonly #underway = new Map<string, PendingEdit>();
  #lastNumber = 0;

  constructor(box: Box) {
    this.#box = box;
    this.#lastMoment = new LastMoment(box.person, box.annotation);
    addEventListener("pagehide", () => this.#lastMoment.write([...this.#underway.values()]));
  }

  /** The edits of this image that no open tab looks after; this tab does so from now on. */
  takeOver(): Promise<PendingEdit[]> {
    return this.#tab.alone(TAKE_OVER, async () => {
      const hurried = this.#lastMoment.read().map((edit) => this.#kept(edit));
      const living = await this.#tab.living();
      const waiting = await this.#database.of(this.#box.person);
      const left = waiting.filter(({ annotation, tab }) => {
        return annotation === this.#box.annotation && !living.has(tab);
      });
      const known = new Set(left.map(({ id }) => id));
      const taken = [
        ...left.map((kept) => ({ ...kept, tab: this.#tab.id })),
        ...hurried.filter(({ id }) => !known.has(id)),
      ];
      if (taken.length > 0) await this.#database.put(...taken);
      this.#lastMoment.clear();
      return taken.map(({ edit }) => edit);
    });
  }

  async add(edit: PendingEdit): Promise<void> {
    this.#underway.set(edit.client_id, edit);
    await this.#database.put(this.#kept(edit));
    this.#underway.delete(edit.client_id);
  }

  async remove(clientId: string): Promise<void> {
    this.#underway.delete(clientId);
    await this.#database.delete(clientId);
  }

  /** Where else this person's edits wait, unless a tab with that image is open. */
  async elsewhere(): Promise<WaitingElsewhere[]> {
    const living = await this.#tab.living();
    const images = new Map<string, WaitingElsewhere>();
    for (const { annotation, image, tab } of await this.#database.of(this.#box.person)) {
      if (annotation === this.#box.annotation || living.has(tab)) continue;
      const n_edits = (images.get(annotation)?.n_edits ?? 0) + 1;
      images.set(annotation, { ...image, n_edits });
    }
    return [...images.values()];
  }

  #kept(edit: PendingEdit): KeptEdit {
    this.#lastNumber = Math.max(Date.now(), this.#lastNumber + 1);
    return { ...this.#box, id: edit.client_id, number: this.#lastNumber, tab: this.#tab.id, edit };
  }
}
