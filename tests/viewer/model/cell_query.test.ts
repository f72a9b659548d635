/** Which cells the list shows and in which order; what a histogram and a colour tell of them. */
import { describe, expect, it } from "vitest";
import {
  type CellQuery,
  EVERY_CELL,
  isFiltering,
  queryCells,
  SURENESS,
} from "../../../static/src/viewer/model/cell_query.ts";
import { rgbOf } from "../../../static/src/viewer/model/channels.ts";
import {
  byConfidenceBand,
  byMeasure,
  RAMP,
  rampColor,
} from "../../../static/src/viewer/model/colorings.ts";
import type { ObjectRow } from "../../../static/src/viewer/model/contract.ts";
import { LOOK, MaskPaint } from "../../../static/src/viewer/model/mask_paint.ts";
import {
  histogramOf,
  measuresOf,
  quantilesOf,
  valuesOf,
} from "../../../static/src/viewer/model/measures.ts";
import { type CellObject, ObjectIndex } from "../../../static/src/viewer/model/object_index.ts";

function cell(label: number, area: number, confidence: number | null): CellObject {
  return new ObjectIndex([[label, 0, 0, 0, 0, 10, 20, area, confidence]]).get(label, 0, 0)!;
}

const CELLS = [cell(12, 30, 0.9), cell(1, 50, null), cell(2, 10, 0.3), cell(123, 50, 0.6)];
const MEASURES = measuresOf([0.5, 0.5]);
const everywhere = (cells: readonly CellObject[]) => ({ count: cells.length, all: () => cells });
const labelsOf = (part: Partial<CellQuery>) =>
  queryCells(CELLS, { ...EVERY_CELL, ...part }, MEASURES, [SURENESS]).map(({ label }) => label);

describe("the list of cells", () => {
  it("has the least sure first and those without a value last, up and down", () => {
    expect(labelsOf({})).toEqual([2, 123, 12, 1]);
    expect(labelsOf({ isDescending: true })).toEqual([12, 123, 2, 1]);
  });

  it("orders equals by their number", () => {
    expect(labelsOf({ order: "area", isDescending: true })).toEqual([1, 123, 12, 2]);
  });

  it("finds numbers by their first digits", () => {
    expect(labelsOf({ digits: "12" })).toEqual([123, 12]);
    expect(isFiltering({ ...EVERY_CELL, digits: "12" })).toBe(true);
  });

  it("keeps to closed limits of several measures, in units of the sample", () => {
    const ranges = new Map([["area", { low: 7.5, high: 12.5 }]]);
    expect(labelsOf({ ranges })).toEqual([123, 12, 1]);
    ranges.set("confidence", { low: 60, high: 100 });
    expect(labelsOf({ ranges })).toEqual([123, 12]);
  });

  it("keeps to a chosen value", () => {
    expect(labelsOf({ chosen: new Map([["sureness", "hand"]]) })).toEqual([1]);
    expect(labelsOf({ chosen: new Map([["sureness", "doubtful"]]) })).toEqual([2]);
  });

  it("sorts tens of thousands of cells", () => {
    const rows = Array.from({ length: 40_000 }, (_, at): ObjectRow => {
      return [at + 1, 0, 0, 0, 0, 10, 20, 1 + ((at * 7919) % 1000), 0.5];
    });
    const many = new ObjectIndex(rows).list(0, 0);
    const query = { ...EVERY_CELL, order: "area" };
    const areas = queryCells(many, query, MEASURES, []).map(({ area }) => area);
    expect(areas.every((area, at) => at === 0 || areas[at - 1]! <= area)).toBe(true);
  });
});

describe("a histogram", () => {
  it("counts every value once, the largest too, and nothing that is not there", () => {
    const confidence = MEASURES.find(({ id }) => id === "confidence")!;
    const histogram = histogramOf(valuesOf(CELLS, confidence), 3)!;
    expect(histogram).toEqual({ minimum: 30, maximum: 90, counts: [1, 1, 1] });
    expect(histogramOf(new Float64Array([NaN]), 3)).toBeNull();
    expect(histogramOf(new Float64Array([4, 4]), 3)!.counts).toEqual([2, 0, 0]);
  });

  it("knows the values below which a fraction lies", () => {
    expect(quantilesOf(new Float64Array([5, 1, NaN, 3]), 0, 1)).toEqual([1, 5]);
    expect(quantilesOf(new Float64Array([]), 0, 1)).toBeNull();
  });
});

describe("the colour of a cell", () => {
  it("goes along the ramp, and is grey without a value", () => {
    expect(rampColor(0, 0, 1)).toEqual(rgbOf(RAMP[0]));
    expect(rampColor(9, 0, 1)).toEqual(rgbOf(RAMP.at(-1)!));
    expect(rampColor(null, 0, 1)).toEqual(rgbOf("#8592a0"));
  });

  it("grows lighter along the ramp, so that it can be read in any colour vision", () => {
    const lightness = Array.from({ length: 41 }, (_, step) => {
      const [red, green, blue] = rampColor(step / 40, 0, 1);
      return 0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2;
    });
    expect(lightness.every((value, at) => at === 0 || value > lightness[at - 1]!)).toBe(true);
  });

  it("keeps its scale over all planes, so that a film does not flicker", () => {
    const area = byMeasure(MEASURES.find(({ id }) => id === "area")!);
    const [one] = CELLS;
    const scale = area.colorsFor(() => [one!], everywhere(CELLS)).legend;
    expect(scale).toEqual(area.colorsFor(() => CELLS, everywhere(CELLS)).legend);
  });

  it("tells a measure or a band, with a legend", () => {
    const area = byMeasure(MEASURES.find(({ id }) => id === "area")!).colorsFor(
      () => CELLS,
      everywhere(CELLS),
    );
    expect(area.legend).toEqual({ kind: "ramp", low: 2.5, high: 12.5, unit: "µm²" });
    expect(area.colorOf(CELLS[2]!)).toEqual(rgbOf(RAMP[0]));
    const bands = byConfidenceBand().colorsFor(() => CELLS, everywhere(CELLS));
    expect(new Set(CELLS.map((object) => bands.colorOf(object))).size).toBe(4);
  });
});

describe("a paint", () => {
  it("has four bytes a label and says whether its colour holds", () => {
    const paint = new MaskPaint(2);
    paint.set(1, [1, 0.5, 0], LOOK.lit);
    paint.set(2, null, LOOK.dimmed);
    expect([...paint.table]).toEqual([0, 0, 0, 0, 255, 128, 0, 130, 0, 0, 0, 1]);
  });
});
