/** Cells of an earlier version come back, chosen in it or where it is shown what has changed since. */
import type { Copying } from "./copying.ts";
import type { TimeTravel } from "./time_travel.ts";
import type { Workspace } from "./workspace.ts";

export class BringingBack {
  readonly #workspace: Workspace;
  readonly #travel: TimeTravel;
  readonly #copying: Copying;

  constructor(workspace: Workspace, travel: TimeTravel, copying: Copying) {
    this.#workspace = workspace;
    this.#travel = travel;
    this.#copying = copying;
  }

  /** The cells that are chosen: where it is shown what has changed, only those that did. */
  get chosen(): readonly number[] {
    const { selected, picked, comparison } = this.#workspace;
    const { since } = this.#travel.state.value;
    if (since === null) return selected.value;
    const changed = comparison.value?.differences.changed;
    return [...picked.value, ...selected.value.filter((label) => changed?.has(label))];
  }

  /** Make the chosen cells again what they were, as one edit of the newest version. */
  async run(): Promise<void> {
    const { shown, comparison, isCurrent, picked } = this.#workspace;
    const source = comparison.value?.other ?? shown.value;
    const labels = this.chosen;
    if (!isCurrent) this.#travel.back();
    if (await this.#copying.copy(source, labels, true)) picked.set([]);
  }
}
