/** Which cells of two label images are the same cell, by the pixels that they share. */
import type { Differences } from "./comparison.ts";
import type { Raster } from "./raster.ts";

/** From this overlap (intersection over union) on two cells are the same one. */
const SAME_FROM = 0.5;
/** From here on nobody would call it changed. */
const EQUAL_FROM = 0.9;

export interface Match {
  readonly label: number;
  readonly overlap: number;
}

/** Overlap counts of two rasters of the same size. */
export class Overlaps {
  readonly #shared = new Map<number, Map<number, number>>();
  readonly #areas = new Map<number, number>();
  readonly #otherAreas = new Map<number, number>();

  constructor(shown: Raster, other: Raster) {
    for (let at = 0; at < shown.data.length; at++) {
      const [here, there] = [shown.data[at]!, other.data[at]!];
      if (here !== 0) count(this.#areas, here);
      if (there !== 0) count(this.#otherAreas, there);
      if (here !== 0 && there !== 0) this.#countShared(here, there);
    }
  }

  /** The other one's cell that overlaps most with a shown one; null when none is the same. */
  matchOf(label: number): Match | null {
    const area = this.#areas.get(label) ?? 0;
    let best: Match | null = null;
    for (const [there, n_shared] of this.#shared.get(label) ?? []) {
      const overlap = n_shared / (area + this.#otherAreas.get(there)! - n_shared);
      if (overlap >= SAME_FROM && overlap > (best?.overlap ?? 0)) best = { label: there, overlap };
    }
    return best;
  }

  /** Above an overlap of one half every cell has at most one match, so no assignment is needed. */
  differences(): Differences {
    const [added, changed] = [new Set<number>(), new Set<number>()];
    const [removed, changedThere] = [new Set(this.#otherAreas.keys()), new Set<number>()];
    for (const label of this.#areas.keys()) {
      const match = this.matchOf(label);
      if (match === null) {
        added.add(label);
        continue;
      }
      removed.delete(match.label);
      if (match.overlap >= EQUAL_FROM) continue;
      changed.add(label);
      changedThere.add(match.label);
    }
    return { added, removed, changed, changedThere };
  }

  #countShared(here: number, there: number): void {
    let row = this.#shared.get(here);
    if (row === undefined) {
      row = new Map();
      this.#shared.set(here, row);
    }
    count(row, there);
  }
}

function count(counts: Map<number, number>, label: number): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}
