/** The brush ends at the outline that the model sees. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Box } from "../../../static/src/viewer/model/geometry.ts";
import * as operations from "../../../static/src/viewer/model/operations.ts";
import { boxOf } from "../../../static/src/viewer/model/raster.ts";
import { snapped, suggestedAt, suggestionFrom } from "../../../static/src/viewer/model/snapping.ts";

type Row = readonly [number, number, number];
const square = (y0: number, x0: number, side: number): Row[] =>
  Array.from({ length: side }, (_, row): Row => [y0 + row, x0, x0 + side]);
const BOX: Box = [10, 10, 60, 60];
/** Two cells that touch; the second reaches out of the box. */
const CELLS = [square(20, 20, 15), square(20, 35, 40)];

describe("what the model sees", () => {
  it("is known for every pixel of the box, and for none outside", () => {
    const seen = suggestionFrom(CELLS, BOX);
    expect(suggestedAt(seen, [20, 20])).toBe(1);
    expect(suggestedAt(seen, [34.4, 34.4])).toBe(1);
    expect(suggestedAt(seen, [34, 35])).toBe(2);
    expect(suggestedAt(seen, [19, 20])).toBe(0);
    expect(suggestedAt(seen, [25, 65])).toBe(0);
    expect(seen.data.filter((cell) => cell === 1)).toHaveLength(15 * 15);
    expect(seen.data.filter((cell) => cell === 2)).toHaveLength(40 * 25);
  });
});

describe("a stroke that snaps", () => {
  it("begun beside the cells, erases what is beside them and leaves them whole", () => {
    const place = fc.tuple(fc.integer({ min: 10, max: 59 }), fc.integer({ min: 10, max: 59 }));
    const seen = suggestionFrom(CELLS, BOX);
    const plane = { ...seen, data: new Uint32Array(seen.data.length).fill(7) };
    fc.assert(
      fc.property(place, place, fc.integer({ min: 1, max: 20 }), (from, to, radius) => {
        const mask = operations.stroke([from, to], radius, BOX);
        const { data } = operations.erase(plane, snapped(mask, seen, 0), 7);
        data.forEach((label, at) => {
          const isErased = mask.data[at] === 1 && seen.data[at] === 0;
          if (label !== (isErased ? 0 : 7)) expect.fail(`pixel ${at}`);
        });
      }),
    );
  });

  it("leaves exactly what lies under the brush and in the cell", () => {
    const place = fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 80 }));
    const seen = suggestionFrom(CELLS, BOX);
    fc.assert(
      fc.property(place, place, fc.integer({ min: 1, max: 20 }), (from, to, radius) => {
        const mask = operations.stroke([from, to], radius, [-5, -5, 90, 90]);
        const left = snapped(mask, seen, 1);
        expect(boxOf(left)).toEqual(boxOf(mask));
        left.data.forEach((isLeft, at) => {
          const place = [Math.floor(at / mask.width) - 5, (at % mask.width) - 5] as const;
          const isMeant = mask.data[at] === 1 && suggestedAt(seen, place) === 1;
          if (isLeft !== (isMeant ? 1 : 0)) expect.fail(`pixel ${place}`);
        });
      }),
    );
  });
});
