/**
 * Edits that the server does not have yet, kept in the browser until it has: those of one person in
 * one image. Nobody waits for the disk; an edit is called kept once it is there.
 */
import type { PendingEdit } from "../model/edit.ts";
import type { PendingStorage } from "../model/outbox.ts";
import { Happening } from "../model/signal.ts";
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

/** The page may show one image after the other; it is one tab all the same. */
let tab: TabLife | null = null;

const TAKE_OVER = "coverslip.outbox.take_over";

export class BrowserPendingStorage implements PendingStorage {
  readonly #box: Box;
  readonly #database = new OutboxDatabase();
  readonly #tab: TabLife;
  readonly #lastMoment: LastMoment;
  /** Told when a tab is closed that may have left edits behind. */
  readonly left = new Happening<null>();
  readonly #watched = new Set<string>();
  /** What is on its way to the disk. */
  readonly #underway = new Map<string, PendingEdit>();
  #lastNumber = 0;

  constructor(box: Box) {
    this.#box = box;
    tab ??= new TabLife();
    this.#tab = tab;
    this.#lastMoment = new LastMoment(box.person, box.annotation);
    addEventListener("pagehide", () => this.#lastMoment.write([...this.#underway.values()]));
  }

  /** The edits of this image that no other open tab looks after; this tab does from now on. */
  takeOver(): Promise<PendingEdit[]> {
    return this.#tab.alone(TAKE_OVER, async () => {
      const hurried = this.#lastMoment.read().map((edit) => this.#kept(edit));
      const living = await this.#tab.living();
      this.#watch(living);
      const waiting = await this.#database.of(this.#box.person);
      const ours = this.#tab.id;
      const left = waiting.filter(({ annotation, tab: owner }) => {
        return annotation === this.#box.annotation && (owner === ours || !living.has(owner));
      });
      const known = new Set(left.map(({ id }) => id));
      const found = [...left, ...hurried.filter(({ id }) => !known.has(id))];
      const foreign = found.filter((kept) => kept.tab !== ours || !known.has(kept.id));
      if (foreign.length > 0) {
        await this.#database.put(...foreign.map((kept) => ({ ...kept, tab: ours })));
      }
      this.#lastMoment.clear();
      return found.map(({ edit }) => edit);
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

  async replaced(): Promise<Map<string, PendingEdit[]>> {
    const living = await this.#tab.living();
    const found = new Map<string, PendingEdit[]>();
    for (const kept of await this.#database.of(this.#box.person)) {
      const isLookedAfter = kept.tab !== this.#tab.id && living.has(kept.tab);
      if (!this.#isOfFormerMasks(kept) || isLookedAfter) continue;
      found.set(kept.annotation, [...(found.get(kept.annotation) ?? []), kept.edit]);
    }
    return found;
  }

  #isOfFormerMasks({ annotation, image }: KeptEdit): boolean {
    return annotation !== this.#box.annotation && image.url === this.#box.image.url;
  }

  /** Where else this person's edits wait, unless a tab with that image is open. */
  async elsewhere(): Promise<WaitingElsewhere[]> {
    const living = await this.#tab.living();
    const images = new Map<string, WaitingElsewhere>();
    for (const kept of await this.#database.of(this.#box.person)) {
      const { annotation, image, tab: owner } = kept;
      const isHere = annotation === this.#box.annotation || this.#isOfFormerMasks(kept);
      if (isHere || living.has(owner)) continue;
      const n_edits = (images.get(annotation)?.n_edits ?? 0) + 1;
      images.set(annotation, { ...image, n_edits });
    }
    return [...images.values()];
  }

  #watch(living: ReadonlySet<string>): void {
    for (const other of living) {
      if (other === this.#tab.id || this.#watched.has(other)) continue;
      this.#watched.add(other);
      void this.#tab.whenGone(other).then(() => this.left.tell(null));
    }
  }

  #kept(edit: PendingEdit): KeptEdit {
    this.#lastNumber = Math.max(Date.now(), this.#lastNumber + 1);
    return { ...this.#box, id: edit.client_id, number: this.#lastNumber, tab: this.#tab.id, edit };
  }
}
