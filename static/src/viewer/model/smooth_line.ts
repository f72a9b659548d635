/**
 * A drawn line without corners, however far apart the pointer was measured: a centripetal
 * Catmull-Rom spline (Yuksel, Schaefer, Keyser, Computer-Aided Design 43:747, 2011), which goes
 * through every measured place and never loops between two of them.
 *
 * How the line goes on to the last place is known only when the next one is. Until then it goes
 * there straight: the tail, which the next piece replaces.
 */
import { distance, type Point } from "./geometry.ts";

export interface LinePiece {
  /** What the line gains for good; empty when nothing is certain yet. */
  readonly sure: readonly Point[];
  /** The straight way on to the last place; empty at the end of the line. */
  readonly tail: readonly Point[];
}

/** Places this near need no curve between them; pixels of the image. */
const STRAIGHT_WITHIN = 2;
const STEP = 2;
const MOST_STEPS = 32;

export class SmoothLine {
  /** The last three places. */
  #places: readonly Point[] = [];

  /** Go on to a place; null when the line is there already. */
  next(place: Point): LinePiece | null {
    const last = this.#places.at(-1);
    if (last === undefined) {
      this.#places = [place];
      return { sure: [place], tail: [] };
    }
    if (distance(last, place) === 0) return null;
    const sure = this.#lastCurve(place);
    this.#places = [...this.#places.slice(-2), place];
    return { sure, tail: [last, place] };
  }

  /** The end of the line, instead of the tail. */
  end(): LinePiece {
    return { sure: this.#lastCurve(null), tail: [] };
  }

  /** The curve to the last place, when the line goes on to `after`, or ends there. */
  #lastCurve(after: Point | null): readonly Point[] {
    const [from, to] = this.#places.slice(-2);
    if (from === undefined || to === undefined) return [];
    const before = this.#places.length > 2 ? this.#places[0]! : null;
    return curve(before ?? beyond(to, from), from, to, after ?? beyond(from, to));
  }
}

/** The place as far beyond `to` as `from` lies before it. */
function beyond(from: Point, to: Point): Point {
  return [2 * to[0] - from[0], 2 * to[1] - from[1]];
}

/** The spline from b to c, where it comes from a and goes on to d. */
function curve(a: Point, b: Point, c: Point, d: Point): readonly Point[] {
  const length = distance(b, c);
  if (length <= STRAIGHT_WITHIN) return [b, c];
  const steps = Math.min(MOST_STEPS, Math.ceil(length / STEP));
  const [start, stop] = [Math.sqrt(distance(a, b)), Math.sqrt(length)];
  const times: Times = [0, start, start + stop, start + stop + Math.sqrt(distance(c, d))];
  return Array.from({ length: steps + 1 }, (_, step) => {
    if (step === 0) return b;
    if (step === steps) return c;
    return splineAt([a, b, c, d], times, start + (stop * step) / steps);
  });
}

type Times = readonly [number, number, number, number];

/** The pyramid of Barry and Goldman (SIGGRAPH 1988) for one point of the spline. */
function splineAt(
  [a, b, c, d]: readonly [Point, Point, Point, Point],
  [t0, t1, t2, t3]: Times,
  time: number,
): Point {
  const mix = (p: Point, q: Point, from: number, to: number): Point => {
    const part = (time - from) / (to - from);
    return [p[0] + (q[0] - p[0]) * part, p[1] + (q[1] - p[1]) * part];
  };
  const [ab, bc, cd] = [mix(a, b, t0, t1), mix(b, c, t1, t2), mix(c, d, t2, t3)];
  return mix(mix(ab, bc, t0, t2), mix(bc, cd, t1, t3), t1, t2);
}
