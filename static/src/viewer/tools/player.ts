/** Plays through the frames or the slices: a plane is shown only once all of it is there. */
import { Signal } from "../model/signal.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Plane, Workspace } from "./workspace.ts";

export type Axis = "t" | "z";

/** Planes per second. */
export const SPEEDS = [1, 2, 4, 6, 12, 24] as const;
const PLANES_AHEAD = 6;
const LOOK_AGAIN_MS = 15;

export class Player {
  readonly playing = new Signal<Axis | null>(null);
  readonly speed = new Signal<number>(6);
  readonly isLooping = new Signal(true);
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  #timer = 0;
  #steppedAt = 0;

  constructor(workspace: Workspace, loader: TileLoader) {
    this.#workspace = workspace;
    this.#loader = loader;
  }

  /** Play along the axis, or stop. At the end of a film that does not loop it begins again. */
  toggle(axis: Axis): void {
    if (this.playing.value === axis) {
      this.stop();
      return;
    }
    this.playing.set(axis);
    if (this.#next(1) === null) this.#workspace.goToPlane(...this.#placeOf(axis, 0));
    this.#steppedAt = performance.now();
    this.#lookAhead();
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.playing.set(null);
    this.#workspace.upcoming.set([]);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const left = this.#steppedAt + 1000 / this.speed.value - performance.now();
    this.#timer = window.setTimeout(() => this.#step(), Math.max(LOOK_AGAIN_MS, left));
  }

  #step(): void {
    const next = this.#next(1);
    if (next === null) {
      this.stop();
      return;
    }
    if (this.#loader.isPlaneComplete(next)) {
      // Counted from when the step was due, so that the speed holds over many planes.
      const due = this.#steppedAt + 1000 / this.speed.value;
      this.#steppedAt = Math.max(due, performance.now() - 1000 / this.speed.value);
      this.#workspace.goToPlane(next.t, next.z);
      this.#lookAhead();
    }
    this.#wait();
  }

  #lookAhead(): void {
    const planes = Array.from({ length: PLANES_AHEAD }, (_, index) => this.#next(index + 1));
    this.#workspace.upcoming.set(planes.filter((plane) => plane !== null));
    this.#loader.refresh();
  }

  /** The plane so many steps ahead; null beyond the end of a film that does not loop. */
  #next(steps: number): Plane | null {
    const axis = this.playing.value;
    if (axis === null) return null;
    const { t, z, nFrames, nSlices } = this.#workspace;
    const count = axis === "t" ? nFrames : nSlices;
    const index = (axis === "t" ? t.value : z.value) + steps;
    if (index >= count && !this.isLooping.value) return null;
    const [nextT, nextZ] = this.#placeOf(axis, index % count);
    return { t: nextT, z: nextZ };
  }

  #placeOf(axis: Axis, index: number): [t: number, z: number] {
    const { t, z } = this.#workspace;
    return axis === "t" ? [index, z.value] : [t.value, index];
  }
}
