/** What is known about every object: where it lies, how large it is, how sure the method was. */
import type { ObjectRow } from "./contract.ts";
import { type Box, uniteBoxes } from "./geometry.ts";
import { forEachSpan, type Patch } from "./patch.ts";
import { Signal } from "./signal.ts";
import { planeKey } from "./tile_grid.ts";

export interface CellObject {
  readonly label: number;
  readonly t: number;
  readonly z: number;
  /** Holds every pixel of the object; may be larger than needed after pixels were taken away. */
  box: Box;
  area: number;
  /** How sure the method was; null for a cell that a person drew or changed. */
  confidence: number | null;
}

export class ObjectIndex {
  /** Grows with every change; listen to it to redraw lists. */
  readonly revision = new Signal(0);
  readonly #planes = new Map<string, Map<number, CellObject>>();
  /** What the method said, by label. */
  readonly #said = new Map<number, number | null>();
  /** 0 or none for a cell that is as the method left it: what is undone cancels out. */
  readonly #marks = new Map<number, number>();

  constructor(rows: readonly ObjectRow[]) {
    for (const [label, t, z, y0, x0, y1, x1, area, confidence] of rows) {
      this.#plane(t, z).set(label, { label, t, z, box: [y0, x0, y1, x1], area, confidence });
      this.#said.set(label, confidence);
    }
  }

  get(label: number, t: number, z: number): CellObject | null {
    const found = this.#plane(t, z).get(label);
    return found && found.area > 0 ? found : null;
  }

  /** The objects of a plane that have pixels. */
  list(t: number, z: number): CellObject[] {
    return [...this.#plane(t, z).values()].filter((object) => object.area > 0);
  }

  /** Follow a patch: areas stay exact, boxes only grow. */
  apply(patch: Patch): void {
    const plane = this.#plane(patch.t, patch.z);
    forEachSpan(patch, (y, x0, x1, before, after) => {
      const n_pixels = x1 - x0;
      const loser = plane.get(before);
      if (loser) {
        loser.area -= n_pixels;
        this.#mark(loser, [y, x0, x1, after]);
      }
      if (after === 0) return;
      const box: Box = [y, x0, y + 1, x1];
      const winner = plane.get(after);
      if (winner === undefined) {
        const { t, z } = patch;
        plane.set(after, { label: after, t, z, box, area: n_pixels, confidence: null });
      } else {
        // The box of an object that had vanished says nothing about where it comes back.
        winner.box = winner.area > 0 ? uniteBoxes(winner.box, box) : box;
        winner.area += n_pixels;
        this.#mark(winner, [y, x0, x1, before]);
      }
    });
    this.revision.update((value) => value + 1);
  }

  /** Note that pixels moved between a cell and another, or back again. */
  #mark(object: CellObject, moved: readonly number[]): void {
    const mark = (this.#marks.get(object.label) ?? 0) ^ hashOf(moved);
    this.#marks.set(object.label, mark);
    object.confidence = mark === 0 ? (this.#said.get(object.label) ?? null) : null;
  }

  #plane(t: number, z: number): Map<number, CellObject> {
    const key = planeKey(t, z);
    let plane = this.#planes.get(key);
    if (plane === undefined) {
      plane = new Map();
      this.#planes.set(key, plane);
    }
    return plane;
  }
}

/** FNV-1a over whole numbers, 32 bits (Fowler, Noll, Vo). */
function hashOf(numbers: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const number of numbers) hash = Math.imul(hash ^ number, 0x01000193);
  return hash;
}
