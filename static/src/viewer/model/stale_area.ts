/** What of a layer of the screen must be drawn again: nothing, some boxes, or all of it. */
import { type Box, boxesTouch, uniteBoxes } from "./geometry.ts";

/** From so many boxes on they are drawn as one. */
const MOST_BOXES = 12;

export class StaleArea {
  #boxes: Box[] | null = null;

  constructor() {
    this.addAll();
  }

  get isAll(): boolean {
    return this.#boxes === null;
  }

  get isEmpty(): boolean {
    return this.#boxes?.length === 0;
  }

  /** Boxes of image pixels; null means all. */
  get boxes(): readonly Box[] | null {
    return this.#boxes;
  }

  addAll(): void {
    this.#boxes = null;
  }

  /** Boxes that touch become one, so that no place is drawn twice. */
  add(box: Box): void {
    if (this.#boxes === null) return;
    let united = box;
    const apart = this.#boxes.filter((other) => {
      if (!boxesTouch(united, other)) return true;
      united = uniteBoxes(united, other);
      return false;
    });
    const boxes = [...apart, united];
    this.#boxes = boxes.length > MOST_BOXES ? [boxes.reduce(uniteBoxes)] : boxes;
  }

  clear(): void {
    this.#boxes = [];
  }
}
