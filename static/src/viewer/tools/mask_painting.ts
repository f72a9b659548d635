/** Decides how every cell of the plane is drawn: its colour, and what stands out. */
import { matcherOf } from "../model/cell_query.ts";
import { largestLabel, paintOther, paintShown } from "../model/comparison.ts";
import { LOOK, MaskPaint } from "../model/mask_paint.ts";
import type { CellObject } from "../model/object_index.ts";
import type { Workspace } from "./workspace.ts";

const NOTHING_PAINTED = new MaskPaint();

export interface Paints {
  readonly shown: MaskPaint;
  readonly other: MaskPaint;
}

export class MaskPainting {
  readonly #workspace: Workspace;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Whether any cell is drawn otherwise than in the colour of its number. */
  get isInUse(): boolean {
    const { comparison, coloringInUse } = this.#workspace;
    const { hasSaidAmbiguous } = this.#workspace.shown.value.objects.facts;
    if (comparison.value !== null || hasSaidAmbiguous) return true;
    return this.#hasLight || coloringInUse.id !== "number";
  }

  /** The tables for the graphics card. */
  paints(): Paints {
    const { comparison, t, z } = this.#workspace;
    const objects = this.#workspace.objectsHere();
    if (comparison.value === null) return { shown: this.#plain(objects), other: NOTHING_PAINTED };
    const { other, differences } = comparison.value;
    const others = other.objects.list(t.value, z.value);
    return { shown: paintShown(objects, differences), other: paintOther(others, differences) };
  }

  /** Whether the list is limited to some cells, which then stand out. */
  get #hasLight(): boolean {
    const { ranges, chosen } = this.#workspace.query.value;
    return ranges.size > 0 || chosen.size > 0;
  }

  #plain(objects: readonly CellObject[]): MaskPaint {
    if (!this.isInUse) return NOTHING_PAINTED;
    const { query, measures, facets } = this.#workspace;
    const matches = matcherOf(query.value, measures, facets);
    const { colorOf } = this.#workspace.colors;
    const paint = new MaskPaint(largestLabel(objects));
    for (const object of objects) {
      const light = !this.#hasLight ? 0 : matches(object) ? LOOK.lit : LOOK.dimmed;
      const dashes = object.facts.is_ambiguous ? LOOK.dashed : 0;
      paint.set(object.label, colorOf(object), light | dashes);
    }
    return paint;
  }
}
