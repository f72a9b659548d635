/** Own edits that were set aside: shown beside those of the others, and what becomes of them. */
import type { Change, PendingEdit } from "../model/edit.ts";
import { growBox, uniteBoxes } from "../model/geometry.ts";
import type { Mark } from "../model/marks.ts";
import { marksBetween } from "../model/marks_between.ts";
import type { Outbox } from "../model/outbox.ts";
import { applyToRaster, difference, type Patch } from "../model/patch.ts";
import { type ChangedPlace, placesOfChange } from "../model/place_of_change.ts";
import type { SetAside } from "../model/set_aside.ts";
import { Signal } from "../model/signal.ts";
import type { Editing } from "./editing.ts";
import type { Glide } from "./glide.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Workspace } from "./workspace.ts";

/** Whose change is drawn over the masks. */
export type Side = "both" | "mine" | "theirs";

const MARGIN = 40;
/** CSS pixels at the left that the choice covers. */
const PANEL_WIDTH = 340;

export class Conflicts {
  /** The one that is looked at; null when there is nothing to decide. */
  readonly current = new Signal<SetAside | null>(null);
  readonly side = new Signal<Side>("both");
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  readonly #editing: Editing;
  readonly #outbox: Outbox;
  readonly #glide: Glide;
  #isBusy = false;

  constructor(
    workspace: Workspace,
    loader: TileLoader,
    editing: Editing,
    outbox: Outbox,
    glide: Glide,
  ) {
    this.#workspace = workspace;
    this.#loader = loader;
    this.#editing = editing;
    this.#outbox = outbox;
    this.#glide = glide;
    outbox.setAside.listen((list) => this.#follow(list));
  }

  get all(): readonly SetAside[] {
    return this.#outbox.setAside.value;
  }

  /** Look at the next one. */
  next(): void {
    const { value } = this.current;
    const at = value === null ? -1 : this.all.indexOf(value);
    this.current.set(this.all[(at + 1) % this.all.length] ?? null);
    this.goThere();
  }

  /** Bring the place onto the screen. */
  goThere(): void {
    const place = this.#place();
    if (place === null) return;
    this.#workspace.goToPlane(place.t, place.z);
    const [y0, x0, y1, x1] = growBox(place.box, MARGIN);
    const { size } = this.#workspace.view.value;
    const free = Math.max(size.width / 2, size.width - PANEL_WIDTH);
    const fitting = 0.7 * Math.min(size.height / (y1 - y0), free / (x1 - x0));
    const zoom = Math.min(6, Math.max(0.25, fitting));
    const aside = (size.width - free) / 2 / zoom;
    this.#glide.to([(y0 + y1 - 1) / 2, (x0 + x1 - 1) / 2 - aside], zoom);
  }

  /** Draw the own edits again over what is there now: new edits, which take the place over. */
  async putOnTop(entry: SetAside): Promise<void> {
    await this.#decide(entry, async () => {
      await this.#redraw(entry);
    });
  }

  /** Leave what is there. The own edits go into the history all the same, and out again. */
  async keepTheirs(entry: SetAside): Promise<void> {
    await this.#decide(entry, async () => {
      const n_edits = await this.#redraw(entry);
      for (let left = n_edits; left > 0; left--) await this.#editing.undo("undo");
    });
  }

  /** Forget the own edits for good. */
  forget(entry: SetAside): void {
    this.#outbox.settle(entry);
  }

  async #decide(entry: SetAside, run: () => Promise<void>): Promise<void> {
    if (this.#isBusy || !this.#editing.mayEdit()) return;
    this.#isBusy = true;
    try {
      await run();
      this.#outbox.settle(entry);
    } catch (error) {
      this.#workspace.say("warning", error instanceof Error ? error.message : String(error));
    } finally {
      this.#isBusy = false;
    }
  }

  /** Commit the edits anew, each on what it finds; gives how many still change anything. */
  async #redraw({ edits }: SetAside): Promise<number> {
    let n_edits = 0;
    for (const edit of edits) {
      await this.#load(edit);
      const patches = edit.patches.flatMap((patch) => this.#onWhatIsThere(patch) ?? []);
      const marks = this.#marksNow(edit.marks);
      if (patches.length + marks.length === 0) continue;
      const isStep = edit.kind === "undo" || edit.kind === "redo";
      this.#editing.commit(isStep ? "restore" : edit.kind, patches, marks);
      n_edits++;
    }
    return n_edits;
  }

  async #load({ patches }: PendingEdit): Promise<void> {
    for (const { bbox, t, z } of patches) await this.#loader.read(bbox, t, z);
  }

  #onWhatIsThere(patch: Patch): Patch | null {
    const now = this.#workspace.document.store.read(patch.bbox, patch.t, patch.z);
    if (now === null) throw new Error("The masks here are not loaded yet. Try again.");
    const then = { ...now, data: now.data.slice() };
    applyToRaster(then, patch);
    return difference(now, then, patch.t, patch.z);
  }

  /** The same said on top of what is said now; nothing where it is said already. */
  #marksNow(marks: readonly Mark[]): Mark[] {
    const now = this.#workspace.document.objects.facts;
    const then = now.copy();
    for (const mark of marks) then.apply(mark);
    return marksBetween([{ patches: [], marks }], now, then);
  }

  #follow(list: readonly SetAside[]): void {
    const { value } = this.current;
    if (value !== null && list.includes(value)) return;
    // An entry that has grown is a new object with the same first edit.
    const same = list.find(({ edits }) => edits[0] === value?.edits[0]);
    this.current.set(same ?? list[0] ?? null);
  }

  #place(): ChangedPlace | null {
    const entry = this.current.value;
    if (entry === null) return null;
    const { objects } = this.#workspace.document;
    const places = [...entry.edits, ...entry.cause].flatMap((change: Change) =>
      placesOfChange(change, objects).slice(0, 1),
    );
    const [first, ...others] = places;
    if (first === undefined) return null;
    const here = others.filter(({ t, z }) => t === first.t && z === first.z);
    return { ...first, box: here.reduce((box, other) => uniteBoxes(box, other.box), first.box) };
  }
}
