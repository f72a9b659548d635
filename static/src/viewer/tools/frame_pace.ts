/**
 * How sharp frames are while the zoom is changing: as sharp as the machine can draw them in time.
 * Then everything is drawn anew in every frame; what only moves is not, and is always sharp.
 */

/** What is left out, one thing after the other, until frames are in time. */
const STEPS = [
  { isCoarse: false, isCarried: false },
  { isCoarse: true, isCarried: false },
  // Not drawn at all: the picture before is scaled, and the next one drawn bit by bit.
  { isCoarse: true, isCarried: true },
] as const;

/** Thirty frames a second, with room for what the browser does itself. */
const SLOW_TWO_FRAMES_MS = 70;
/** One slow frame may have other reasons. */
const SLOW_FRAMES = 2;
/** The view rests when its zoom has not changed for so long. */
const RESTS_AFTER_MS = 120;
const RESTS_AFTER_AT_MOST_MS = 500;

export type Quality = (typeof STEPS)[number];

export class FramePace {
  #step = 0;
  #nSlow = 0;
  #twoFramesMs = 0;

  /** The quality of frames that must come one after the other. */
  get moving(): Quality {
    return STEPS[this.#step]!;
  }

  get sharp(): Quality {
    return STEPS[0];
  }

  /** On a slow machine the pause between two frames is not taken for rest. */
  get restsAfterMs(): number {
    return Math.min(RESTS_AFTER_AT_MOST_MS, Math.max(RESTS_AFTER_MS, 1.5 * this.#twoFramesMs));
  }

  /**
   * Note when the drawing of a whole frame began. The browser holds back its next frames until the
   * graphics card is done, so the time of two tells how long it took. A machine that is slow stays
   * so.
   */
  note(startedAt: number): void {
    requestAnimationFrame(() => {
      requestAnimationFrame(() => this.#count(performance.now() - startedAt));
    });
  }

  #count(milliseconds: number): void {
    this.#twoFramesMs = milliseconds;
    this.#nSlow = milliseconds > SLOW_TWO_FRAMES_MS ? this.#nSlow + 1 : 0;
    if (this.#nSlow < SLOW_FRAMES) return;
    this.#nSlow = 0;
    const n_steps = milliseconds > 2 * SLOW_TWO_FRAMES_MS ? 2 : 1;
    this.#step = Math.min(STEPS.length - 1, this.#step + n_steps);
  }
}
