/**
 * Own edits that were drawn on masks which a new run has replaced: they are shown on the masks of
 * then, beside the new ones, and cells are copied from there. Numbers of cells mean nothing in the
 * new masks, so the edits themselves cannot be drawn again.
 */
import { fetchAnnotation, fetchObjects } from "../data/annotation_api.ts";
import type { Edit, PendingEdit } from "../model/edit.ts";
import { touchedLabels } from "../model/patch.ts";
import type { SetAside } from "../model/set_aside.ts";
import { VersionSource } from "../model/version_source.ts";
import type { Comparing } from "./comparing.ts";
import type { Workspace } from "./workspace.ts";

const BUDGET_BYTES = 64 * 2 ** 20;

export class ReplacedMasks {
  readonly #workspace: Workspace;
  readonly #comparing: Comparing;

  constructor(workspace: Workspace, comparing: Comparing) {
    this.#workspace = workspace;
    this.#comparing = comparing;
  }

  /** Show the masks of then with the edits, and choose the cells of this plane that they drew. */
  async show({ edits, replaced }: SetAside): Promise<void> {
    if (replaced === undefined) return;
    try {
      const source = await this.#open(replaced, edits);
      this.#comparing.withMasks(source, "The masks before, with your changes");
      this.#workspace.picked.set(this.#drawnHere(source, edits));
    } catch {
      const text = "The masks that you drew on could not be opened. Your changes are kept.";
      this.#workspace.say("warning", text);
    }
  }

  async #open(id: string, edits: readonly PendingEdit[]): Promise<VersionSource> {
    const { document } = this.#workspace;
    const annotation = await fetchAnnotation(id);
    const rows = await fetchObjects(annotation);
    const [author, created_at] = [document.me, ""];
    const log = edits.map(
      (edit, at): Edit => ({ ...edit, author, created_at, undoes: null, version: at + 1 }),
    );
    const base = {
      ...{ grid: document.store.grid, rows, tileUrl: annotation.tile_url },
      ...{ log, budgetBytes: BUDGET_BYTES },
    };
    return new VersionSource(`replaced-${id}`, base, log.length);
  }

  #drawnHere({ objects }: VersionSource, edits: readonly PendingEdit[]): number[] {
    const { t, z } = this.#workspace;
    const touched = edits.flatMap(({ patches }) =>
      patches.flatMap((one) => [...touchedLabels(one)]),
    );
    return [...new Set(touched)].filter((label) => objects.get(label, t.value, z.value) !== null);
  }
}
