/** The way through the doubtful cells: next, accept, next. */

import { doubtfulQueue, isDoubtful, nextInQueue } from "../model/doubtful.ts";
import { boxHeight, boxWidth } from "../model/geometry.ts";
import type { CellObject } from "../model/object_index.ts";
import type { Glide } from "./glide.ts";
import type { Workspace } from "./workspace.ts";

/** A doubtful cell fills about this part of the screen. */
const PART_OF_SCREEN = 0.22;
const ZOOM_RANGE = [0.5, 6] as const;

export class ReviewQueue {
  readonly #workspace: Workspace;
  readonly #glide: Glide;

  constructor(workspace: Workspace, glide: Glide) {
    this.#workspace = workspace;
    this.#glide = glide;
  }

  /** What is left in the plane that is shown, and how many there were. */
  count(): { left: number; total: number } {
    const objects = this.#workspace.objectsHere();
    const left = doubtfulQueue(objects, this.#workspace.dealtWith.labels.value).length;
    return { left, total: objects.filter(isDoubtful).length };
  }

  /** Show the next doubtful cell, or the one before. */
  go(step: 1 | -1): void {
    this.#goFrom(this.#workspace.focus.value, step);
  }

  /** Show the one after a cell that is not in the queue any more. */
  goAfter(object: CellObject): void {
    this.#goFrom(object, 1);
  }

  #goFrom(object: CellObject | null, step: 1 | -1): void {
    const { labels } = this.#workspace.dealtWith;
    const queue = doubtfulQueue(this.#workspace.objectsHere(), labels.value);
    const next = nextInQueue(queue, object, step);
    if (next) this.show(next);
    else this.#finish();
  }

  /** The cell that is shown is right; go on. */
  accept(): void {
    const { focus, selected, dealtWith } = this.#workspace;
    const label = focus.value?.label ?? selected.value[0];
    if (label === undefined) {
      this.go(1);
      return;
    }
    dealtWith.add(label);
    this.go(1);
  }

  /** Bring a cell to the middle of the screen, large enough to judge it. */
  show(object: CellObject): void {
    this.#workspace.selected.set([object.label]);
    this.#workspace.focus.set(object);
    const { view } = this.#workspace;
    const { box } = object;
    const { height, width } = view.value.size;
    const zoom = PART_OF_SCREEN * Math.min(height / boxHeight(box), width / boxWidth(box));
    const [least, most] = ZOOM_RANGE;
    const center = [(box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2] as const;
    this.#glide.to(center, Math.min(most, Math.max(least, zoom)));
  }

  #finish(): void {
    this.#workspace.focus.set(null);
    const { annotation } = this.#workspace;
    const next = annotation.value.can.submit ? " Press Enter to submit the image." : "";
    this.#workspace.say("info", `No doubtful cell is left.${next}`);
  }
}
