/** Decides how every cell of the plane is drawn: its colour, and what stands out. */
import { type CellQuery, matcherOf } from "../model/cell_query.ts";
import type { Colors } from "../model/colorings.ts";
import { largestLabel, paintOther, paintShown } from "../model/comparison.ts";
import { LOOK, MaskPaint } from "../model/mask_paint.ts";
import type { CellObject, ObjectIndex } from "../model/object_index.ts";
import type { Workspace } from "./workspace.ts";

const NOTHING_PAINTED = new MaskPaint();

export interface Paints {
  readonly shown: MaskPaint;
  readonly other: MaskPaint;
}

/** A table that was made, and for what. */
interface MadePaint {
  readonly paint: MaskPaint;
  readonly key: string;
  readonly query: CellQuery;
  readonly objects: ObjectIndex;
  readonly revision: number;
}

export class MaskPainting {
  readonly #workspace: Workspace;
  #made: MadePaint | null = null;

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
    const { comparison, picked, t, z } = this.#workspace;
    if (comparison.value === null) return { shown: this.#plain(), other: NOTHING_PAINTED };
    const objects = this.#workspace.objectsHere();
    const { other, differences } = comparison.value;
    const others = other.objects.list(t.value, z.value);
    return {
      shown: paintShown(objects, differences),
      other: paintOther(others, differences, picked.value),
    };
  }

  /** Whether the list is limited to some cells, which then stand out. */
  get #hasLight(): boolean {
    const { ranges, chosen } = this.#workspace.query.value;
    return ranges.size > 0 || chosen.size > 0;
  }

  /** After an edit only the cells that it touched are painted again. */
  #plain(): MaskPaint {
    if (!this.isInUse) return NOTHING_PAINTED;
    const { shown, t, z, coloringInUse, colors, annotation, measures } = this.#workspace;
    const query = this.#workspace.query.value;
    const { objects } = shown.value;
    const revision = objects.revision.value;
    const place = [shown.value.id, t.value, z.value, annotation.value.state];
    const counted = measures.map((measure) => measure.revision?.() ?? 0);
    const key = [...place, coloringInUse.id, colors.key, ...counted].join(" ");
    const made = this.#made;
    const isSame = made?.key === key && made.query === query && made.objects === objects;
    const cells = isSame ? this.#touchedSince(made.revision) : this.#workspace.objectsHere();
    const paint = isSame ? made.paint : new MaskPaint(largestLabel(cells));
    this.#paintCells(paint, cells, colors.colorOf);
    this.#made = { paint, key, query, objects, revision };
    return paint;
  }

  #touchedSince(revision: number): CellObject[] {
    const touched = [...this.#workspace.shown.value.objects.touchedSince(revision)];
    return touched.flatMap((label) => this.#workspace.objectHere(label) ?? []);
  }

  #paintCells(paint: MaskPaint, cells: readonly CellObject[], colorOf: Colors["colorOf"]): void {
    const { query, measures, facets } = this.#workspace;
    const matches = matcherOf(query.value, measures, facets);
    for (const object of cells) {
      const light = !this.#hasLight ? 0 : matches(object) ? LOOK.lit : LOOK.dimmed;
      const dashes = object.facts.is_ambiguous ? LOOK.dashed : 0;
      paint.set(object.label, colorOf(object), light | dashes);
    }
  }
}
