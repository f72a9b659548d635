/** Correct once, carry on: the selected cell's shape in the next planes, shown before it is kept. */
import { boxHeight, boxWidth, growBox, uniteBoxes } from "../model/geometry.ts";
import { inheritMarks } from "../model/marks.ts";
import { difference, type Patch } from "../model/patch.ts";
import { carryOn, maskOf, withShape } from "../model/propagate.ts";
import { boxOf, type Mask } from "../model/raster.ts";
import { Signal } from "../model/signal.ts";
import type { Editing } from "./editing.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Plane, Workspace } from "./workspace.ts";

export interface Proposal extends Plane {
  readonly mask: Mask;
  /** The cell of that plane that gets the shape; null: a new one. */
  readonly target: number | null;
}

interface Begun {
  readonly axis: "t" | "z";
  /** The cell that is carried on, and where it is. */
  readonly label: number;
  readonly plane: Plane;
}

export class Propagation {
  readonly preview = new Signal<readonly Proposal[]>([]);
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  readonly #editing: Editing;
  #begun: Begun | null = null;
  #isBusy = false;

  constructor(workspace: Workspace, loader: TileLoader, editing: Editing) {
    this.#workspace = workspace;
    this.#loader = loader;
    this.#editing = editing;
  }

  /** Show the shape in one more plane along the axis. */
  async extend(axis: "t" | "z"): Promise<void> {
    if (this.#isBusy || !this.#editing.mayEdit()) return;
    this.#isBusy = true;
    try {
      await this.#extend(axis);
    } catch (error) {
      this.#workspace.say("warning", error instanceof Error ? error.message : String(error));
    } finally {
      this.#isBusy = false;
    }
  }

  /** Keep all that is shown, as one edit. True when there was something to keep. */
  accept(): boolean {
    if (this.preview.value.length === 0) return false;
    void this.#accept(this.preview.value);
    return true;
  }

  /** True when there was something to forget. */
  cancel(): boolean {
    const begun = this.#begun;
    const isActive = this.preview.value.length > 0;
    this.#forget();
    if (isActive && begun) this.#workspace.goToPlane(begun.plane.t, begun.plane.z);
    return isActive;
  }

  async #extend(axis: "t" | "z"): Promise<void> {
    if (this.#begun !== null && this.#begun.axis !== axis) this.#forget();
    const begun = this.#begun ?? this.#begin(axis);
    if (begun === null) return;
    const last = this.preview.value.at(-1) ?? {
      ...begun.plane,
      mask: await this.#firstMask(begun),
    };
    const plane = axis === "t" ? { t: last.t + 1, z: last.z } : { t: last.t, z: last.z + 1 };
    const { nFrames, nSlices } = this.#workspace;
    if (plane.t >= nFrames || plane.z >= nSlices) {
      const name = axis === "t" ? "frame" : "slice";
      this.#workspace.say("info", `This is the last ${name}. Enter keeps what is shown.`);
      return;
    }
    const box = boxOf(last.mask);
    const around = growBox(box, Math.max(boxHeight(box), boxWidth(box)));
    const next = await this.#loader.read(around, plane.t, plane.z);
    const carried = carryOn(last.mask, next);
    this.#begun = begun;
    this.preview.set([...this.preview.value, { ...plane, ...carried }]);
    this.#workspace.goToPlane(plane.t, plane.z);
  }

  #begin(axis: "t" | "z"): Begun | null {
    const { selected, t, z } = this.#workspace;
    const [label] = selected.value;
    if (label !== undefined && this.#workspace.objectHere(label)) {
      return { axis, label, plane: { t: t.value, z: z.value } };
    }
    this.#workspace.say("info", "Select the cell that is to be carried on.");
    return null;
  }

  async #firstMask({ label, plane }: Begun): Promise<Mask> {
    const { box } = this.#workspace.document.objects.get(label, plane.t, plane.z)!;
    return maskOf(await this.#loader.read(box, plane.t, plane.z), label);
  }

  async #accept(proposals: readonly Proposal[]): Promise<void> {
    const begun = this.#begun;
    if (begun === null || !this.#editing.mayEdit()) return;
    const { document } = this.#workspace;
    const [patches, fresh]: [Patch[], number[]] = [[], []];
    for (const { t, z, mask, target } of proposals) {
      const label = target ?? this.#editing.takeLabel();
      if (label === null) return;
      if (target === null) fresh.push(label);
      const there = document.objects.get(label, t, z);
      const box = growBox(boxOf(mask), 1);
      const reach = there ? growBox(there.box, 1) : box;
      const now = await this.#loader.read(uniteBoxes(box, reach), t, z);
      const patch = difference(now, withShape(now, mask, label), t, z);
      if (patch) patches.push(patch);
    }
    const marks = inheritMarks(document.objects.facts.ofCell(begun.label), fresh);
    this.#forget();
    this.#editing.commit("propagate", patches, marks);
    const n = proposals.length;
    this.#workspace.say("info", `Carried on to ${n === 1 ? "one plane" : `${n} planes`}.`);
  }

  #forget(): void {
    this.#begun = null;
    this.preview.set([]);
  }
}
