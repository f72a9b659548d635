import * as zlib from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../static/src/shared/uploads/crc32.ts";
import { offerOf } from "../../static/src/shared/uploads/recognized.ts";
import { rowsToShow } from "../../static/src/shared/uploads/shown_rows.ts";
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

describe("the rows of a long list that are shown", () => {
  const listed = fc.array(
    fc.record({
      state: fc.constantFrom(...states),
      progress: fc.constant(0),
      heardAt: fc.nat(),
    }),
    { minLength: 150, maxLength: 900 },
  );

  it("are all of a short one, and never more than two hundred", () => {
    fc.assert(
      fc.property(listed, (rows) => {
        const shown = rowsToShow(rows);
        if (rows.length <= 200) expect(shown).toEqual(rows);
        else expect(shown.length).toBeLessThanOrEqual(200);
      }),
    );
  });

  it("keep their order", () => {
    fc.assert(
      fc.property(listed, (rows) => {
        const places = rowsToShow(rows).map((row) => rows.indexOf(row));
        expect(places).toEqual([...places].sort((one, other) => one - other));
      }),
    );
  });

  it("are what is being sent, what failed, what comes next and what was ready last", () => {
    const of = (state: UploadState, n: number) =>
      Array.from({ length: n }, (_, heardAt) => ({ state, progress: 0, heardAt }));
    const rows = [
      ...of("ready", 900),
      ...of("failed", 3),
      ...of("sending", 3),
      ...of("waiting", 900),
    ];
    const shown = rowsToShow(rows);
    expect(shown.filter(({ state }) => state === "failed" || state === "sending")).toHaveLength(6);
    expect(shown.find(({ state }) => state === "ready")?.heardAt).toBe(894);
    expect(shown.find(({ state }) => state === "waiting")?.heardAt).toBe(0);
  });
});

describe("what the names of files say", () => {
  const found = (n_files: number, n_images: number, n_without_well: number, n_read_otherwise = 0) =>
    offerOf({ n_files, n_images, n_without_well, n_read_otherwise });

  it("is offered as groups first, then as wells, else not at all", () => {
    expect(found(72, 36, 72)?.page).toBe("group");
    expect(found(72, 36, 72)?.sentence).toContain("72 of these files are the planes of 36 images");
    expect(found(0, 0, 36)?.page).toBe("wells");
    expect(found(0, 0, 0, 3)?.page).toBe("channels");
    expect(found(0, 0, 0)).toBeNull();
  });
});
