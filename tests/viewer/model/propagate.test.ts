/** Carrying the shape of a cell on to the next plane. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  carryOn,
  forEachStretch,
  maskOf,
  withShape,
} from "../../../static/src/viewer/model/propagate.ts";
import type { Raster } from "../../../static/src/viewer/model/raster.ts";

/** A plane drawn as text: a dot is background. */
function plane(...rows: string[]): Raster {
  const data = Uint32Array.from(rows.join(""), (sign) => (sign === "." ? 0 : Number(sign)));
  return { y0: 0, x0: 0, height: rows.length, width: rows[0]!.length, data };
}

function text({ data, width }: Raster): string[] {
  const signs = [...data].map((label) => (label === 0 ? "." : String(label)));
  return Array.from({ length: data.length / width }, (_, row) =>
    signs.slice(row * width, (row + 1) * width).join(""),
  );
}

const CELL = maskOf(plane(".....", ".11..", ".11..", "....."), 1);

describe("a shape that is carried on", () => {
  it("moves to the cell that lies under most of it and takes its place", () => {
    const next = plane(".....", "..777", "..7.7", "..777");
    const { mask, target } = carryOn(CELL, next);
    expect(target).toBe(7);
    expect(text(withShape(next, mask, 7))).toEqual([".....", ".....", "...77", "...77"]);
  });

  it("stays where it is, as a new cell, when none is under it", () => {
    const next = plane("4....", ".....", ".....", "....4");
    const { mask, target } = carryOn(CELL, next);
    expect(target).toBeNull();
    expect(text(withShape(next, mask, 9))).toEqual(["4....", ".99..", ".99..", "....4"]);
  });

  it("leaves the pixels of neighbors alone", () => {
    const next = plane(".....", ".72..", ".77..", ".....");
    expect(text(withShape(next, CELL, 7))).toEqual([".....", ".72..", ".77..", "....."]);
  });

  it("is visited stretch by stretch, every pixel once", () => {
    const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(bits, (data) => {
        const mask = { y0: 3, x0: 5, height: 3, width: 4, data: Uint8Array.from(data) };
        const seen = new Uint8Array(12);
        forEachStretch(mask, (y, x0, x1) =>
          seen.fill(1, (y - 3) * 4 + x0 - 5, (y - 3) * 4 + x1 - 5),
        );
        expect([...seen]).toEqual(data);
      }),
    );
  });
});
