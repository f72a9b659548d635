import * as zlib from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../static/src/shared/uploads/crc32.ts";
import {
  fractionOf,
  isAtEnd,
  overallOf,
  stateOf,
  type UploadState,
  WORDS,
} from "../../static/src/shared/uploads/states.ts";

const states = Object.keys(WORDS) as UploadState[];
const way = fc.record({
  state: fc.constantFrom(...states),
  progress: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe("the checksum of a part", () => {
  it("is the one that zlib computes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(crc32(bytes)).toBe(zlib.crc32(bytes));
      }),
    );
  });
});

describe("files on their way", () => {
  it("never goes back as a file moves on", () => {
    const steps = [
      { state: "waiting", progress: 0 },
      { state: "sending", progress: 0.2 },
      { state: "sending", progress: 0.9 },
      { state: "checking", progress: 0 },
      { state: "converting", progress: 0 },
      { state: "converting", progress: 0.7 },
      { state: "ready", progress: 1 },
    ] as const;
    const fractions = steps.map(fractionOf);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it("is done exactly when every file is at its end", () => {
    fc.assert(
      fc.property(fc.array(way, { minLength: 1 }), (ways) => {
        const counted = ways.filter(({ state }) => state !== "cancelled");
        const { fraction } = overallOf(ways, 10);
        expect(fraction).toBeGreaterThanOrEqual(0);
        expect(fraction).toBeLessThanOrEqual(1);
        if (counted.length > 0 && counted.every(({ state }) => isAtEnd(state))) {
          expect(fraction).toBeCloseTo(1);
        }
      }),
    );
  });

  it("counts what is ready and what failed, and not what was cancelled", () => {
    const ways = (["ready", "ready", "failed", "cancelled", "waiting"] as const).map((state) => ({
      state,
      progress: 0,
    }));
    expect(overallOf(ways, 30)).toEqual({
      nDone: 2,
      nFailed: 1,
      nTotal: 4,
      fraction: 0.75,
      secondsLeft: 10,
    });
  });

  it("says no time before there is something to measure", () => {
    expect(overallOf([{ state: "waiting", progress: 0 }], 5).secondsLeft).toBeNull();
    expect(overallOf([], 5).secondsLeft).toBeNull();
  });

  it("takes an unknown word of the server as failed", () => {
    expect(stateOf("ready")).toBe("ready");
    expect(stateOf("melted")).toBe("failed");
    expect(stateOf(undefined)).toBe("failed");
  });
});
