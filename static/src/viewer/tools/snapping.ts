/** What the model sees around brush and eraser: asked of the server ahead of the stroke, and remembered. */
import { askForCells } from "../data/prompt_api.ts";
import { type Box, distance, intersectBoxes, isEmptyBox, type Point } from "../model/geometry.ts";
import type { Raster } from "../model/raster.ts";
import { suggestionFrom } from "../model/snapping.ts";
import type { Plane, Workspace } from "./workspace.ts";

/** Half the side of what is asked for at once, less where tiny cells make it too much; pixels. */
const MOST_REACH = 160;
const LEAST_REACH = 20;
const MOST_REMEMBERED = 24;
const ASK_AGAIN_AFTER_MS = 3000;

interface Seen extends Plane {
  readonly middle: Point;
  readonly reach: number;
  readonly suggestion: Raster;
}

export class Snapping {
  readonly #workspace: Workspace;
  #seen: Seen[] = [];
  #asking: Promise<void> | null = null;
  #askAgainAt = 0;
  #reach = MOST_REACH;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    workspace.pointer.listen((point) => point && this.#lookAhead(point));
    workspace.isSnapping.listen(() => {
      if (workspace.pointer.value) this.#lookAhead(workspace.pointer.value);
    });
  }

  /** What the model sees around a place, as far as that is known. */
  at(place: Point): Raster | null {
    const { t, z } = this.#workspace;
    const near = this.#seen.filter((one) => one.t === t.value && one.z === z.value);
    const [nearest] = near.sort((a, b) => distance(a.middle, place) - distance(b.middle, place));
    // Whole cells are known in the middle of the box only.
    if (nearest === undefined || distance(nearest.middle, place) > nearest.reach / 2) return null;
    return nearest.suggestion;
  }

  #lookAhead(point: Point): void {
    const { isSnapping, tool, canEdit, isDrawing } = this.#workspace;
    const isRound = tool.value === "brush" || tool.value === "eraser";
    if (!isSnapping.value || !isRound || !canEdit || isDrawing.value) return;
    this.look(point);
  }

  /** Ask for the surroundings of a place, unless they are known or just asked for. */
  look(point: Point): void {
    const isWaiting = this.#asking !== null || performance.now() < this.#askAgainAt;
    if (isWaiting || this.at(point) !== null) return;
    this.#asking = this.#ask(point).finally(() => {
      this.#asking = null;
      const now = this.#workspace.pointer.value;
      if (now) this.#lookAhead(now);
    });
  }

  async #ask([y, x]: Point): Promise<void> {
    const { image, t, z, height, width } = this.#workspace;
    const reach = this.#reach;
    const around: Box = [y - reach, x - reach, y + reach + 1, x + reach + 1];
    const whole = around.map(Math.round) as [number, number, number, number];
    const box = intersectBoxes(whole, [0, 0, height, width]);
    if (isEmptyBox(box)) return;
    const place = { t: t.value, z: z.value };
    try {
      const cells = await askForCells(image.id, { ...place, box });
      const suggestion = suggestionFrom(cells, box);
      const seen: Seen = { ...place, middle: [y, x], reach, suggestion };
      this.#seen = [seen, ...this.#seen].slice(0, MOST_REMEMBERED);
    } catch {
      this.#reach = Math.max(LEAST_REACH, reach / 2);
      // The stroke itself will say that nothing is known here.
      this.#askAgainAt = performance.now() + ASK_AGAIN_AFTER_MS;
    }
  }
}
