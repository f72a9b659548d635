/** Takes cells of other masks over - of an earlier version, or of another result - as one edit. */
import { factMarks, replacedBy, withCopy } from "../model/copying.ts";
import { type Box, boxesTouch, growBox, uniteBoxes } from "../model/geometry.ts";
import type { LabelSource } from "../model/label_source.ts";
import { difference } from "../model/patch.ts";
import type { Raster } from "../model/raster.ts";
import type { Editing } from "./editing.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Plane, Workspace } from "./workspace.ts";

const MOST_PIXELS = 2 ** 24;

export class Copying {
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  readonly #editing: Editing;

  constructor(workspace: Workspace, loader: TileLoader, editing: Editing) {
    this.#workspace = workspace;
    this.#loader = loader;
    this.#editing = editing;
  }

  /**
   * Copy cells of the plane that is shown; true when something came of it. `isSameMasks`: the
   * source is a version of these masks, so its cells are the same ones and keep number, class and
   * all that was said of them.
   */
  async copy(
    source: LabelSource,
    labels: readonly number[],
    isSameMasks: boolean,
  ): Promise<boolean> {
    if (!this.#editing.mayEdit()) return false;
    const plane = { t: this.#workspace.t.value, z: this.#workspace.z.value };
    const box = this.#boxOf(source, labels, plane);
    if (box === null) return this.#say("Choose cells of the other masks first.");
    if ((box[2] - box[0]) * (box[3] - box[1]) > MOST_PIXELS) {
      return this.#say("These cells lie too far apart. Copy them in smaller groups.");
    }
    const there = await this.#loader.readFrom(source, box, plane.t, plane.z);
    const here = await this.#loader.read(box, plane.t, plane.z);
    const targets = this.#targets(labels, there, here, isSameMasks);
    if (targets === null) return false;
    const changed = this.#changed(here, there, targets);
    const patch = difference(here, changed, plane.t, plane.z);
    const marks = isSameMasks ? this.#marks(source, labels) : [];
    if (patch === null && marks.length === 0) {
      return this.#say("These cells are here already, pixel by pixel.");
    }
    this.#editing.commit("copy", patch ? [patch] : [], marks);
    this.#workspace.select([...targets.values()].filter((label) => changed.data.includes(label)));
    return true;
  }

  #changed(here: Raster, there: Raster, targets: ReadonlyMap<number, number>): Raster {
    const isProtecting = this.#workspace.isProtecting.value;
    return [...targets].reduce<Raster>(
      (raster, [label, target]) => withCopy(raster, there, label, target, isProtecting),
      here,
    );
  }

  /** All of the cells, and the whole of every cell here that may be replaced. */
  #boxOf(source: LabelSource, labels: readonly number[], { t, z }: Plane): Box | null {
    const cells = labels.flatMap((label) => source.objects.get(label, t, z) ?? []);
    const [first, ...others] = cells.map((cell) => cell.box);
    if (first === undefined) return null;
    const box = others.reduce(uniteBoxes, first);
    const touched = this.#workspace.objectsHere().filter((cell) => {
      return boxesTouch(cell.box, box) || labels.includes(cell.label);
    });
    return growBox(touched.map((cell) => cell.box).reduce(uniteBoxes, box), 1);
  }

  /** The number of each cell here: its own, that of the cell it replaces, or a fresh one. */
  #targets(
    labels: readonly number[],
    there: Raster,
    here: Raster,
    isSameMasks: boolean,
  ): Map<number, number> | null {
    const targets = new Map<number, number>();
    for (const label of labels) {
      const replaced = isSameMasks ? label : replacedBy(there, label, here);
      const target = replaced ?? this.#editing.takeLabel();
      if (target === null) return null;
      targets.set(label, target);
    }
    return targets;
  }

  #marks(source: LabelSource, labels: readonly number[]) {
    const { facts } = this.#workspace.document.objects;
    return factMarks(
      labels.map((label) => {
        return { label, before: facts.ofCell(label), after: source.objects.facts.ofCell(label) };
      }),
    );
  }

  #say(text: string): false {
    this.#workspace.say("info", text);
    return false;
  }
}
