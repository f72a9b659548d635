/** An outline changes the one cell that it is about, and what it says it does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ellipseBetween } from "../../../static/src/viewer/model/ellipse.ts";
import type { Box } from "../../../static/src/viewer/model/geometry.ts";
import { polygon } from "../../../static/src/viewer/model/operations.ts";
import type { Raster } from "../../../static/src/viewer/model/raster.ts";
import { meantBy, redrawn } from "../../../static/src/viewer/model/redrawing.ts";

const SIZE = 16;
const WHOLE: Box = [0, 0, SIZE, SIZE];
const NEW = 9;
const planes = fc
  .array(fc.constantFrom(0, 0, 1, 1, 2, 3), { minLength: 64, maxLength: 64 })
  // Squares of 2 x 2 pixels, so that cells are more than dust.
  .map((values): Raster => {
    const at = (index: number) =>
      Math.floor(Math.floor(index / SIZE) / 2) * 8 + ((index % SIZE) >> 1);
    const data = Uint32Array.from({ length: SIZE * SIZE }, (_, index) => values[at(index)]!);
    return { y0: 0, x0: 0, height: SIZE, width: SIZE, data };
  });
const places = fc.tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1));
const areaIn = (plane: Raster) => (label: number) =>
  plane.data.filter((value) => value === label).length;

describe("an outline", () => {
  it("gives its inside to one cell; others lose only what it says", () => {
    fc.assert(
      fc.property(planes, places, places, fc.boolean(), (plane, from, to, isProtecting) => {
        const mask = polygon(ellipseBetween(from, to), WHOLE);
        const meant = meantBy(plane, mask, [], areaIn(plane));
        const label = meant.target || NEW;
        const after = redrawn(plane, mask, label, meant, isProtecting);
        after.data.forEach((value, at) => {
          const [old, isInside] = [plane.data[at]!, mask.data[at] === 1];
          const isGiven = [0, label, meant.larger, ...meant.absorbed].includes(old);
          const isTaken = isInside && (isGiven || !isProtecting);
          const isGone = old === label || meant.absorbed.includes(old);
          expect(value).toBe(isTaken ? label : isGone ? 0 : old);
        });
      }),
    );
  });

  it("drawn again changes nothing", () => {
    fc.assert(
      fc.property(planes, places, places, (plane, from, to) => {
        const mask = polygon(ellipseBetween(from, to), WHOLE);
        const draw = (before: Raster) => {
          const meant = meantBy(before, mask, [], areaIn(before));
          return redrawn(before, mask, meant.target || NEW, meant, true);
        };
        const once = draw(plane);
        expect(draw(once)).toEqual(once);
      }),
    );
  });
});

describe("an ellipse from corner to corner", () => {
  it("fills its box, whatever corner it began at", () => {
    for (const [from, to] of [
      [
        [2, 3],
        [62, 43],
      ],
      [
        [62, 3],
        [2, 43],
      ],
    ] as const) {
      const inside = polygon(ellipseBetween(from, to), [0, 0, 70, 50]).data.filter((v) => v === 1);
      expect(inside.length).toBeGreaterThan(Math.PI * 30 * 20 * 0.98);
      expect(inside.length).toBeLessThan(Math.PI * 30 * 20 * 1.01);
    }
  });
});
