import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FramePace } from "../../../static/src/viewer/tools/frame_pace.ts";

let now = 0;
let waiting: FrameRequestCallback[] = [];

/** Frames that come this many milliseconds apart. */
function frame(milliseconds: number): void {
  now += milliseconds;
  const due = waiting;
  waiting = [];
  for (const callback of due) callback(now);
}

/** Draw whole frames one after the other. */
function draw(pace: FramePace, milliseconds: number, count: number): void {
  for (let i = 0; i < count; i++) {
    pace.note(now);
    frame(milliseconds);
    frame(milliseconds);
  }
}

describe("the pace of frames", () => {
  beforeEach(() => {
    [now, waiting] = [0, []];
    vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) =>
      waiting.push(callback),
    );
    vi.stubGlobal("performance", { now: () => now });
  });
  afterEach(() => void vi.unstubAllGlobals());

  it("stays sharp on a machine that draws in time", () => {
    const pace = new FramePace();
    draw(pace, 16, 50);
    expect(pace.moving).toEqual(pace.sharp);
    expect(pace.restsAfterMs).toBe(120);
  });

  it("forgives one slow frame", () => {
    const pace = new FramePace();
    for (let i = 0; i < 5; i++) {
      draw(pace, 90, 1);
      draw(pace, 16, 1);
    }
    expect(pace.moving).toEqual(pace.sharp);
  });

  it("leaves out one thing after the other on a slow one, and stays so", () => {
    const pace = new FramePace();
    draw(pace, 40, 2);
    expect(pace.moving).toEqual({ isCoarse: true, isCarried: false });
    draw(pace, 40, 2);
    expect(pace.moving).toEqual({ isCoarse: true, isCarried: true });
    draw(pace, 16, 20);
    expect(pace.moving.isCarried).toBe(true);
  });

  it("does not take the pause between two slow frames for rest", () => {
    const pace = new FramePace();
    draw(pace, 150, 3);
    expect(pace.restsAfterMs).toBe(450);
    draw(pace, 1000, 1);
    expect(pace.restsAfterMs).toBe(500);
  });
});
