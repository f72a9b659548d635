/** Moves the view smoothly to a place; at once for people who prefer less motion. */
import type { Point } from "../model/geometry.ts";
import type { Workspace } from "./workspace.ts";

const DURATION_MS = 220;

export class Glide {
  readonly #workspace: Workspace;
  #flight = 0;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  to(center: Point, zoom: number): void {
    const { view } = this.#workspace;
    const start = view.value;
    const flight = ++this.#flight;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      view.set(start.centeredOn(center, zoom));
      return;
    }
    const startedAt = performance.now();
    const step = (now: number) => {
      if (flight !== this.#flight) return;
      const part = Math.min(1, Math.max(0, (now - startedAt) / DURATION_MS));
      const eased = 1 - (1 - part) ** 3;
      const mixed = (from: number, to: number) => from + (to - from) * eased;
      const place: Point = [mixed(start.center[0], center[0]), mixed(start.center[1], center[1])];
      const scale = Math.exp(mixed(Math.log(start.zoom), Math.log(zoom)));
      view.set(view.value.centeredOn(place, scale));
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  /** The person has taken the view into the own hands. */
  stop(): void {
    this.#flight++;
  }
}
