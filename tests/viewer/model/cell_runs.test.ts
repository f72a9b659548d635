import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellRuns } from "../../../static/src/viewer/model/cell_runs.ts";
import { shapeOf } from "../../../static/src/viewer/model/cell_shape.ts";

const SIDE = 6;
const plane = fc
  .array(fc.nat(2), { minLength: SIDE ** 2, maxLength: SIDE ** 2 })
  .map((list) => Uint32Array.from(list));

/** A part of a plane as a tile of its own. */
function tileOf(labels: Uint32Array, left: number, width: number): Uint32Array {
  const rows = Array.from({ length: SIDE }, (_, y) => [
    ...labels.subarray(y * SIDE + left, y * SIDE + left + width),
  ]);
  return Uint32Array.from(rows.flat());
}

describe("shapes of cells", () => {
  it("do not depend on the tiles that a cell lies in, nor on what was there before", () => {
    fc.assert(
      fc.property(plane, plane, fc.integer({ min: 1, max: SIDE - 1 }), (labels, before, seam) => {
        const [whole, parts] = [new CellRuns([2, 2]), new CellRuns([2, 2])];
        whole.gather("a", labels, [0, 0], [SIDE, SIDE], SIDE);
        parts.gather("a", tileOf(before, 0, seam), [0, 0], [SIDE, seam], seam);
        for (const label of [1, 2]) parts.of(label);
        const rest = SIDE - seam;
        parts.gather("a", tileOf(labels, 0, seam), [0, 0], [SIDE, seam], seam);
        parts.gather("b", tileOf(labels, seam, rest), [0, seam], [SIDE, rest], rest);
        for (const label of [1, 2]) expect(parts.of(label)).toEqual(whole.of(label));
      }),
    );
  });

  it("are those of simple shapes", () => {
    const square = [3, 5, 9, 4, 5, 9, 5, 5, 9, 6, 5, 9];
    expect(shapeOf(square, [1, 1])).toMatchObject({ solidity: 1, eccentricity: 0 });
    const line = shapeOf([7, 0, 10], [0.5, 0.5]);
    expect(line).toMatchObject({ solidity: 1, minor_axis: 0, eccentricity: 1 });
    expect(Math.abs(line.orientation)).toBeCloseTo(Math.PI / 2);
    // The corner of an L takes in what lies between its legs.
    expect(shapeOf([0, 0, 1, 1, 0, 1, 2, 0, 3], [1, 1]).solidity).toBeLessThan(1);
  });

  it("have no perimeter where pixels are not square", () => {
    const shape = shapeOf([0, 0, 4, 1, 0, 4], [1, 2]);
    expect([shape.perimeter, shape.circularity]).toEqual([NaN, NaN]);
    expect(shape.major_axis).toBeGreaterThan(shape.minor_axis);
  });
});
