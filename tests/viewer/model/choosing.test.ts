/** Which cells a lasso and a rule mean, and how the graphics card is told. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMeant, mayBeInside } from "../../../static/src/viewer/model/deletion_rule.ts";
import type { Box, Point } from "../../../static/src/viewer/model/geometry.ts";
import { cellsInLasso } from "../../../static/src/viewer/model/lasso_choice.ts";
import { type CellObject, ObjectIndex } from "../../../static/src/viewer/model/object_index.ts";
import { selectionBits } from "../../../static/src/viewer/model/selection_bits.ts";

function cell(label: number, box: Box, confidence: number | null = 0.9): CellObject {
  const area = (box[2] - box[0]) * (box[3] - box[1]);
  return new ObjectIndex([[label, 0, 0, ...box, area, confidence]]).get(label, 0, 0)!;
}

const square = (y0: number, x0: number, y1: number, x1: number): Point[] => [
  [y0, x0],
  [y0, x1],
  [y1, x1],
  [y1, x0],
];

describe("a lasso", () => {
  const [left, right] = [cell(1, [10, 10, 20, 20]), cell(2, [10, 40, 20, 50])];
  const labelAt = ([y, x]: Point) => {
    const hit = [left, right].find(
      ({ box }) => y >= box[0] && y < box[2] && x >= box[1] && x < box[3],
    );
    return hit?.label ?? 0;
  };
  const found = (points: Point[]) => cellsInLasso(points, [left, right], labelAt);

  it("means the cells that lie inside by more than half", () => {
    expect(found(square(0, 0, 30, 30))).toEqual([1]);
    expect(found(square(0, 0, 30, 60))).toEqual([1, 2]);
    expect(found(square(0, 0, 30, 16))).toEqual([1]);
    expect(found(square(0, 0, 30, 14))).toEqual([]);
    expect(found(square(0, 25, 30, 35))).toEqual([]);
  });

  it("means the same cells however large the image is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (scale) => {
        const cells = [1, 2, 3].map((label) => {
          const x = label * 20 * scale;
          return cell(label, [10 * scale, x, 20 * scale, x + 10 * scale]);
        });
        const points = square(0, 15 * scale, 30 * scale, 55 * scale);
        expect(cellsInLasso(points, cells, () => 0)).toEqual([1, 2]);
      }),
    );
  });
});

describe("a rule", () => {
  const plane = { height: 100, width: 100 };
  const small = cell(1, [0, 10, 4, 14], 0.2);
  const large = cell(2, [40, 40, 60, 60], null);

  it("means cells by area, border and confidence", () => {
    const meant = (rule: Parameters<typeof isMeant>[0]) =>
      [small, large].filter((one) => isMeant(rule, one, plane)).map(({ label }) => label);
    expect(meant({ kind: "smaller", area: 17 })).toEqual([1]);
    expect(meant({ kind: "smaller", area: 16 })).toEqual([]);
    expect(meant({ kind: "larger", area: 16 })).toEqual([2]);
    expect(meant({ kind: "border" })).toEqual([1]);
    expect(meant({ kind: "unsure", below: 0.5 })).toEqual([1]);
    expect(meant({ kind: "chosen", labels: new Set([2]) })).toEqual([2]);
  });

  it("looks at the pixels of a changed cell before it says that it touches the border", () => {
    expect(mayBeInside({ kind: "border" }, large)).toBe(true);
    expect(mayBeInside({ kind: "border" }, small)).toBe(false);
  });
});

describe("the selection", () => {
  it("has a bit for every selected label and no other", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(5000)), (selected) => {
        const bits = selectionBits(selected);
        const found: number[] = [];
        for (let label = 0; label < 8 * bits.length; label++) {
          if ((bits[label >> 3]! >> (label & 7)) & 1) found.push(label);
        }
        expect(found).toEqual([...selected].sort((a, b) => a - b));
      }),
    );
  });
});
