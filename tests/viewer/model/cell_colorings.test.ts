/** What colours and filters tell of the class and the state of cells. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellClasses } from "../../../static/src/viewer/model/cell_class.ts";
import {
  byClass,
  byState,
  classFacet,
  stateFacet,
} from "../../../static/src/viewer/model/cell_colorings.ts";
import type { CellClassJson } from "../../../static/src/viewer/model/contract.ts";
import type { Point } from "../../../static/src/viewer/model/geometry.ts";
import type { CellFacts } from "../../../static/src/viewer/model/marks.ts";
import { ObjectIndex } from "../../../static/src/viewer/model/object_index.ts";
import * as operations from "../../../static/src/viewer/model/operations.ts";
import { holdsPoint, regionAt } from "../../../static/src/viewer/model/regions.ts";

const cellClass = (id: string, name: string, rest: Partial<CellClassJson>): CellClassJson => {
  return { id, name, color: "orange", key: "1", is_removed: false, ...rest };
};
const CLASSES = new CellClasses([
  cellClass("m", "Mitotic", {}),
  cellClass("d", "Dead", { color: "blue", key: "2" }),
  cellClass("o", "Old", { color: "gray", is_removed: true }),
]);

/** Cells of the model of which this is said. */
function cells(...said: Partial<CellFacts>[]) {
  const index = new ObjectIndex(said.map((_, i) => [i + 1, 0, 0, 0, 0, 1, 1, 1, 0.9]));
  said.forEach((after, i) => {
    index.applyMarks([{ labels: [i + 1], before: {}, after }]);
  });
  return index.list(0, 0);
}

const legendOf = (coloring: ReturnType<typeof byClass>, objects: ReturnType<typeof cells>) => {
  const { legend } = coloring.colorsFor(() => objects, {
    count: objects.length,
    all: () => objects,
  });
  return legend.kind === "entries" ? legend.entries.map(({ text }) => text) : [];
};

describe("colors by class", () => {
  const objects = cells({ class: "d" }, {}, { class: "d" }, { class: "o" }, { class: "new" });

  it("count the cells of every class that can be given, and of others that cells have", () => {
    expect(legendOf(byClass(CLASSES), objects)).toEqual([
      "Mitotic · 0",
      "Dead · 2",
      "Cell · 1",
      "Old · 1",
      "New class · 1",
    ]);
  });

  it("give cells of one class one color, and others another", () => {
    const { colorOf } = byClass(CLASSES).colorsFor(() => objects, {
      count: objects.length,
      all: () => objects,
    });
    const [dead, plain, dead2] = objects.map(colorOf);
    expect(dead).toEqual(dead2);
    expect(dead).not.toEqual(plain);
  });

  it("are choices of the list, with those that were removed", () => {
    const facet = classFacet(CLASSES);
    expect(facet.values.map(([, text]) => text)).toEqual([
      "Mitotic",
      "Dead",
      "Old",
      "Cell (no class)",
    ]);
    expect(objects.map(facet.valueOf)).toEqual(["d", "", "d", "o", "new"]);
  });
});

describe("colors by state", () => {
  it("name the states that there are, and follow the approval of the image", () => {
    let isApproved = false;
    const coloring = byState(() => isApproved);
    const objects = cells({}, { is_ambiguous: true }, {});
    expect(legendOf(coloring, objects)).toEqual(["as the model made it · 2", "ambiguous · 1"]);
    isApproved = true;
    expect(legendOf(coloring, objects)).toEqual(["ambiguous · 1", "approved · 2"]);
    const facet = stateFacet(() => isApproved);
    expect(objects.map(facet.valueOf)).toEqual(["approved", "ambiguous", "approved"]);
  });
});

describe("a region", () => {
  const eighths = fc.integer({ min: -16, max: 130 }).map((value) => value / 8);

  it("holds the pixels that a lasso of the same line would take", () => {
    const corners = fc.array(fc.tuple(eighths, eighths), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(corners, (points) => {
        const { data } = operations.polygon(points, [0, 0, 14, 15]);
        const inside = [...data].map((_, at) =>
          holdsPoint(points, [Math.floor(at / 15), at % 15]) ? 1 : 0,
        );
        expect(inside).toEqual([...data]);
      }),
    );
  });

  it("is found in its plane only, the newest on top", () => {
    const points: Point[] = [
      [0, 0],
      [0, 9],
      [9, 9],
      [9, 0],
    ];
    const regions = new Map([
      ["old", { t: 0, z: 0, points }],
      ["new", { t: 0, z: 0, points }],
      ["other", { t: 1, z: 0, points }],
    ]);
    expect(regionAt(regions, 0, 0, [4, 4])).toBe("new");
    expect(regionAt(regions, 1, 0, [4, 4])).toBe("other");
    expect(regionAt(regions, 0, 0, [40, 4])).toBeNull();
  });
});
