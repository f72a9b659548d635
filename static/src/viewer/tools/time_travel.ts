/** Goes through the versions of the masks, compares two of them, and restores one. */
import type { Comparison } from "../model/comparison.ts";
import type { Change } from "../model/edit.ts";
import { difference, type Patch } from "../model/patch.ts";
import { marksBetween, touchedBlocks } from "../model/restoring.ts";
import { Happening, Signal } from "../model/signal.ts";
import { differencesBetween } from "../model/version_differences.ts";
import { VersionSource } from "../model/version_source.ts";
import type { Editing } from "./editing.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Workspace } from "./workspace.ts";

const BUDGET_BYTES = 64 * 2 ** 20;
const MANY_BLOCKS = 12;

/** Which versions are on the screen; null stands for the newest one. */
export interface Travel {
  readonly shown: number | null;
  /** What `shown` is compared with. */
  readonly since: number | null;
}

const AT_HOME: Travel = { shown: null, since: null };

export class TimeTravel {
  readonly state = new Signal<Travel>(AT_HOME);
  /** Told before another version is shown. */
  readonly departing = new Happening<Travel>();
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  readonly #editing: Editing;
  #shown: VersionSource | null = null;
  #since: VersionSource | null = null;

  constructor(workspace: Workspace, loader: TileLoader, editing: Editing) {
    this.#workspace = workspace;
    this.#loader = loader;
    this.#editing = editing;
    workspace.document.pending.listen(() => this.#compareAgain());
    workspace.document.version.listen(() => this.#compareAgain());
  }

  get newest(): number {
    return this.#workspace.document.version.value;
  }

  get isAway(): boolean {
    return this.state.value !== AT_HOME;
  }

  /** The version on the screen, as a number. */
  get shownVersion(): number {
    return this.state.value.shown ?? this.newest;
  }

  /** Show the masks as they were; the newest ones are those that can be changed. */
  show(version: number): void {
    this.#go({ shown: this.#named(version), since: null });
  }

  /** Show what has changed from one version to a later one. */
  compare(since: number, until: number): void {
    const [first, last] = [Math.min(since, until), Math.max(since, until)];
    this.#go({ shown: this.#named(last), since: first });
  }

  back(): void {
    this.#go(AT_HOME);
  }

  /** Make a version the newest one: a new edit, which can be undone like any other. */
  async restore(version: number): Promise<void> {
    this.back();
    if (!this.#editing.mayEdit()) return;
    const { document } = this.#workspace;
    const source = this.#sourceAt("restored", version);
    const since: Change[] = [...document.log.slice(version), ...document.pending.value];
    const patches = await this.#patchesTo(source, since);
    if (patches === null) return;
    const marks = marksBetween(since, document.objects.facts, source.objects.facts);
    if (patches.length + marks.length === 0) {
      this.#workspace.say("info", `Nothing differs from version ${version}.`);
      return;
    }
    this.#editing.commit("restore", patches, marks);
    const undo = { label: "Undo", run: () => void this.#editing.undo("undo") };
    this.#workspace.say("info", `Version ${version} is restored as a new version.`, undo);
  }

  /** null when somebody has changed the masks while they were read. */
  async #patchesTo(source: VersionSource, since: readonly Change[]): Promise<Patch[] | null> {
    const { document } = this.#workspace;
    const blocks = touchedBlocks(since);
    if (blocks.length > MANY_BLOCKS) this.#workspace.say("info", "Reading the earlier version…");
    const revision = document.objects.revision.value;
    const patches: Patch[] = [];
    for (const { box, t, z } of blocks) {
      const then = await this.#loader.readFrom(source, box, t, z);
      const now = await this.#loader.read(box, t, z);
      const patch = difference(now, then, t, z);
      if (patch) patches.push(patch);
      source.store.trim(() => false);
      this.#loader.forget();
    }
    if (document.objects.revision.value === revision) return patches;
    const text = "Somebody has changed cells in the meantime. Look at what changed and try again.";
    this.#workspace.say("warning", text);
    return null;
  }

  #named(version: number): number | null {
    const known = Math.max(0, version);
    return known >= this.newest ? null : known;
  }

  #go(next: Travel): void {
    if (next !== AT_HOME) this.departing.tell(next);
    const { focus, hovered, shown, current, comparison } = this.#workspace;
    if (next.shown !== null) this.#shown = this.#movedTo(this.#shown, "shown", next.shown);
    if (next.since !== null) this.#since = this.#movedTo(this.#since, "since", next.since);
    focus.set(null);
    hovered.set(0);
    shown.set(next.shown === null ? current : this.#shown!);
    comparison.set(this.#comparison(next));
    this.state.set(next.shown === null && next.since === null ? AT_HOME : next);
  }

  #comparison({ shown, since }: Travel): Comparison | null {
    if (since === null || this.#since === null) return null;
    const { document, shown: source } = this.#workspace;
    const until = document.log.slice(since, shown ?? undefined);
    const edits: Change[] = shown === null ? [...until, ...document.pending.value] : until;
    const differences = differencesBetween(edits, this.#since.objects, source.value.objects);
    return { other: this.#since, title: `version ${since}`, differences, caveat: null };
  }

  /** While the newest version is compared, it may go on. */
  #compareAgain(): void {
    const state = this.state.value;
    if (state.since === null || state.shown !== null) return;
    this.#workspace.comparison.set(this.#comparison(state));
  }

  #movedTo(source: VersionSource | null, id: string, version: number): VersionSource {
    if (source === null) return this.#sourceAt(id, version);
    source.goTo(version);
    return source;
  }

  #sourceAt(id: string, version: number): VersionSource {
    const { document, current, baseRows } = this.#workspace;
    const base = {
      ...{ grid: document.store.grid, rows: baseRows, tileUrl: current.tileUrl },
      ...{ log: document.log, budgetBytes: BUDGET_BYTES },
    };
    return new VersionSource(id, base, version);
  }
}
