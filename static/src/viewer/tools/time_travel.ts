/** Goes through the versions of the masks, compares two of them, and restores one. */

import { restoreVersion } from "../data/annotation_api.ts";
import type { Comparison } from "../model/comparison.ts";
import type { Change } from "../model/edit.ts";
import { originOfBase } from "../model/object_index.ts";
import { Happening, Signal } from "../model/signal.ts";
import { randomUuid } from "../model/uuid.ts";
import { differencesBetween } from "../model/version_differences.ts";
import { VersionSource } from "../model/version_source.ts";
import type { Editing } from "./editing.ts";
import type { Sync } from "./sync.ts";
import type { Workspace } from "./workspace.ts";

const BUDGET_BYTES = 64 * 2 ** 20;

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
  readonly #sync: Sync;
  readonly #editing: Editing;
  #shown: VersionSource | null = null;
  #since: VersionSource | null = null;
  #isRestoring = false;

  constructor(workspace: Workspace, editing: Editing, sync: Sync) {
    this.#workspace = workspace;
    this.#editing = editing;
    this.#sync = sync;
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

  /** Make a version the newest one: a new edit of the server, which can be undone like any other. */
  async restore(version: number): Promise<void> {
    this.back();
    if (this.#isRestoring || !this.#editing.mayEdit()) return;
    const { annotation, document } = this.#workspace;
    if (document.pending.value.length > 0) {
      this.#workspace.say("warning", "Wait until your changes are saved, then restore again.");
      return;
    }
    this.#isRestoring = true;
    this.#workspace.say("info", `Restoring version ${version}…`);
    try {
      const wanted = { client_id: randomUuid(), version, base_version: document.version.value };
      await restoreVersion(annotation.value, wanted);
      await this.#sync.log.catchUp();
      const undo = { label: "Undo", run: () => void this.#editing.undo("undo") };
      this.#workspace.say("info", `Version ${version} is restored as a new version.`, undo);
    } catch (error) {
      this.#workspace.say("warning", error instanceof Error ? error.message : String(error));
    } finally {
      this.#isRestoring = false;
    }
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
    const { document, current, baseRows, annotation } = this.#workspace;
    const base = {
      atFirst: originOfBase(annotation.value.base?.method),
      ...{ grid: document.store.grid, rows: baseRows, tileUrl: current.tileUrl },
      ...{ log: document.log, budgetBytes: BUDGET_BYTES },
    };
    return new VersionSource(id, base, version);
  }
}
