/**
 * What is known about every object: where it lies, how large it is, how sure the method was, where
 * it comes from, and what people said of it. model/cell_state.ts makes one state of all this.
 */
import type { ObjectRow } from "./contract.ts";
import { Facts } from "./facts.ts";
import { type Box, uniteBoxes } from "./geometry.ts";
import { type CellFacts, isCellMark, type Mark } from "./marks.ts";
import { forEachSpan, type Patch } from "./patch.ts";
import { Signal } from "./signal.ts";
import { planeKey } from "./tile_grid.ts";

/** As the method made it, changed by a person since, or drawn by a person. */
export type Origin = "model" | "imported" | "edited" | "manual";

/** Where the cells of a base come from, by the method that made it. */
export function originOfBase(method: string | undefined): Origin {
  return method === "import" ? "imported" : "model";
}

export interface CellObject {
  readonly label: number;
  readonly t: number;
  readonly z: number;
  /** Holds every pixel of the object; may be larger than needed after pixels were taken away. */
  box: Box;
  area: number;
  /** How sure the method was; null for a cell that a person drew or changed. */
  confidence: number | null;
  origin: Origin;
  /** What people said of it. */
  facts: CellFacts;
}

/** An object with what tells whether it is as the method made it. */
interface FollowedObject extends CellObject {
  /** What the method said of it; undefined for one that it did not make. */
  readonly said: number | null | undefined;
  /** The fingerprint of the pixels won and lost; 0 for a cell that is as it was. */
  change: number;
  /** What it is while nobody has changed it. */
  readonly atFirst: Origin;
}

export class ObjectIndex {
  /** Grows with every change; listen to it to redraw lists. */
  readonly revision = new Signal(0);
  /** How many there are in all planes. */
  #count = 0;
  /** The revision that changed a cell last; cells that nobody touched are not here. */
  readonly #touchedAt = new Map<number, number>();
  #all: { readonly revision: number; readonly objects: readonly CellObject[] } | null = null;
  /** What people said, of cells that have no pixels now too: an undo brings them back. */
  readonly facts = new Facts();
  readonly #planes = new Map<string, Map<number, FollowedObject>>();
  /** What the method said, by label. */
  readonly #said = new Map<number, number | null>();

  constructor(rows: readonly ObjectRow[], atFirst: Origin = "model") {
    for (const [label, t, z, y0, x0, y1, x1, area, confidence] of rows) {
      const object: FollowedObject = {
        ...{ label, t, z, box: [y0, x0, y1, x1], area, confidence, origin: atFirst },
        ...{ facts: this.facts.ofCell(label), said: confidence, change: 0, atFirst },
      };
      this.#plane(t, z).set(label, object);
      this.#said.set(label, confidence);
      if (area > 0) this.#count++;
    }
  }

  get count(): number {
    return this.#count;
  }

  /** The cells that won or lost pixels, or of which something was said, after a revision. */
  *touchedSince(revision: number): Iterable<number> {
    for (const [label, at] of this.#touchedAt) if (at > revision) yield label;
  }

  get(label: number, t: number, z: number): CellObject | null {
    const found = this.#plane(t, z).get(label);
    return found && found.area > 0 ? found : null;
  }

  /** The object with this label in the first plane where it has pixels. */
  find(label: number): CellObject | null {
    for (const plane of this.#planes.values()) {
      const found = plane.get(label);
      if (found && found.area > 0) return found;
    }
    return null;
  }

  /** The objects of a plane that have pixels. */
  list(t: number, z: number): CellObject[] {
    return [...this.#plane(t, z).values()].filter((object) => object.area > 0);
  }

  /** The objects of all planes; the same array until something changes. */
  all(): readonly CellObject[] {
    if (this.#all?.revision !== this.revision.value) {
      const objects = [...this.#planes.values()].flatMap((plane) => [...plane.values()]);
      const present = objects.filter((object) => object.area > 0);
      this.#all = { revision: this.revision.value, objects: present };
    }
    return this.#all.objects;
  }

  /** Follow patches, as one change: areas stay exact, boxes only grow. */
  apply(...patches: readonly Patch[]): void {
    if (patches.length === 0) return;
    for (const patch of patches) this.#follow(patch);
    this.revision.update((value) => value + 1);
  }

  #follow(patch: Patch): void {
    const plane = this.#plane(patch.t, patch.z);
    forEachSpan(patch, (y, x0, x1, before, after) => {
      const n_pixels = x1 - x0;
      const loser = plane.get(before);
      if (loser) {
        loser.area -= n_pixels;
        if (loser.area === 0) this.#count--;
        this.#touch(before);
        note(loser, -fingerprint(y, x0, x1));
      }
      if (after === 0) return;
      this.#touch(after);
      const winner = plane.get(after);
      if (winner === undefined) {
        plane.set(after, this.#drawn(after, patch, [y, x0, y + 1, x1], n_pixels));
        this.#count++;
      } else {
        if (winner.area === 0 || !holds(winner.box, y, x0, x1)) {
          const box: Box = [y, x0, y + 1, x1];
          // The box of an object that had vanished says nothing about where it comes back.
          winner.box = winner.area > 0 ? uniteBoxes(winner.box, box) : box;
        }
        if (winner.area === 0) this.#count++;
        winner.area += n_pixels;
        note(winner, fingerprint(y, x0, x1));
      }
    });
  }

  /** Follow marks: what they say of cells, and of regions. */
  applyMarks(marks: readonly Mark[]): void {
    for (const mark of marks) {
      this.facts.apply(mark);
      for (const label of isCellMark(mark) ? mark.labels : []) {
        this.#touch(label);
        for (const plane of this.#planes.values()) {
          const object = plane.get(label);
          if (object) object.facts = this.facts.ofCell(label);
        }
      }
    }
    this.revision.update((value) => value + 1);
  }

  /** Note a change that the next revision tells of. */
  #touch(label: number): void {
    this.#touchedAt.set(label, this.revision.value + 1);
  }

  #drawn(label: number, { t, z }: Patch, box: Box, area: number): FollowedObject {
    const origin = this.#said.has(label) ? "edited" : "manual";
    const facts = this.facts.ofCell(label);
    const confidence = null;
    return {
      ...{ label, t, z, box, area, confidence, origin, facts },
      ...{ said: undefined, change: 0, atFirst: origin },
    };
  }

  #plane(t: number, z: number): Map<number, FollowedObject> {
    const key = planeKey(t, z);
    let plane = this.#planes.get(key);
    if (plane === undefined) {
      plane = new Map();
      this.#planes.set(key, plane);
    }
    return plane;
  }
}

/** Note that a cell has won pixels, or lost them: with all of them back it is as it was. */
function note(object: FollowedObject, won: number): void {
  if (object.said === undefined) return;
  object.change = (object.change + won) | 0;
  object.origin = object.change === 0 ? object.atFirst : "edited";
  object.confidence = object.change === 0 ? object.said : null;
}

/** Whether the pixels [x0, x1) of row y lie in the box. */
function holds(box: Box, y: number, x0: number, x1: number): boolean {
  return y >= box[0] && y < box[2] && x0 >= box[1] && x1 <= box[3];
}

/**
 * A number for the pixels [x0, x1) of a row: the sum of a number for each pixel, so it does not
 * matter in which pieces, and to whom, pixels went before they came back. The pixel at x counts as
 * placeHash(x + 1) - placeHash(x), which makes the sum over a row two terms.
 */
export function fingerprint(y: number, x0: number, x1: number): number {
  return (placeHash(y, x1) - placeHash(y, x0)) | 0;
}

/** FNV-1a over the two coordinates and a last mixing, 32 bits (Fowler, Noll, Vo). */
function placeHash(y: number, x: number): number {
  const hash = Math.imul(Math.imul(0x811c9dc5 ^ y, 0x01000193) ^ x, 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
}
