/** The size of the brush in pixels of the image or of the screen. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  atPartOfRange,
  type BrushSize,
  brushFrom,
  inUnit,
  partOfRange,
  radiusInImage,
  scaled,
  withRadius,
} from "../../../static/src/viewer/model/brush_size.ts";

const brushes = fc.record({
  radius: fc.integer({ min: 8, max: 200 }).map((half) => half / 2),
  unit: fc.constantFrom<BrushSize["unit"]>("image", "screen"),
});

describe("the size of the brush", () => {
  it("is the same in the image whatever the zoom, or the same on the screen", () => {
    expect(radiusInImage({ radius: 8, unit: "image" }, 4)).toBe(8);
    expect(radiusInImage({ radius: 8, unit: "screen" }, 4)).toBe(2);
    expect(radiusInImage({ radius: 8, unit: "screen" }, 0.5)).toBe(16);
  });

  it("looks the same after a change of the unit", () => {
    const brush: BrushSize = { radius: 10, unit: "image" };
    const other = inUnit(brush, "screen", 2.5);
    expect(other).toEqual({ radius: 25, unit: "screen" });
    expect(radiusInImage(other, 2.5)).toBe(10);
    expect(inUnit(other, "image", 2.5)).toEqual(brush);
  });

  it("always changes by a step, and comes back from the settings as it was", () => {
    fc.assert(
      fc.property(brushes, (brush) => {
        expect(scaled(brush, 1.18).radius).toBeGreaterThan(brush.radius);
        expect(scaled(brush, 0.85).radius).toBeLessThan(brush.radius);
        expect(brushFrom(JSON.parse(JSON.stringify(brush)))).toEqual(brush);
      }),
    );
  });

  it("follows the slider there and back to half a pixel", () => {
    fc.assert(
      fc.property(brushes, (brush) => {
        expect(atPartOfRange(brush, partOfRange(brush))).toEqual(brush);
      }),
    );
  });

  it("stays within limits and takes nothing else from the settings", () => {
    expect(withRadius({ radius: 8, unit: "screen" }, 0)).toEqual({ radius: 2, unit: "screen" });
    expect(withRadius({ radius: 8, unit: "image" }, 1e9)).toEqual({ radius: 200, unit: "image" });
    for (const value of [null, 7, {}, { radius: "8", unit: "image" }, { radius: 8, unit: "m" }])
      expect(brushFrom(value)).toBeNull();
  });
});
