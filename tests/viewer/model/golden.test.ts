/** The browser and the server must agree on every pixel; both read the same golden examples. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Box, Point } from "../../../static/src/viewer/model/geometry.ts";
import * as operations from "../../../static/src/viewer/model/operations.ts";
import {
  applyToRaster,
  difference,
  patchFromJson,
  patchMatches,
  patchToJson,
  reversePatch,
} from "../../../static/src/viewer/model/patch.ts";
import { copyRaster, type Mask, type Raster } from "../../../static/src/viewer/model/raster.ts";
import { meantBy, redrawn } from "../../../static/src/viewer/model/redrawing.ts";
import * as reshape from "../../../static/src/viewer/model/reshape.ts";
import { InvalidPatch } from "../../../static/src/viewer/model/runs.ts";
import { splitBySeeds } from "../../../static/src/viewer/model/seeded_split.ts";

type Rows = number[][];

function golden(name: string): Record<string, unknown>[] {
  return JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), "utf8"));
}

function raster(rows: Rows): Raster {
  const data = Uint32Array.from(rows.flat());
  return { y0: 0, x0: 0, height: rows.length, width: rows[0]?.length ?? 0, data };
}

function mask(rows: Rows): Mask {
  return { ...raster(rows), data: Uint8Array.from(rows.flat()) };
}

function rowsOf({ height, width, data }: Raster | Mask): Rows {
  const at = (y: number) => Array.from(data.slice(y * width, (y + 1) * width));
  return Array.from({ length: height }, (_, y) => at(y));
}

describe("patches", () => {
  for (const example of golden("patches")) {
    const name = String(example.name);
    if (example.error) {
      it(`refuses ${name}`, () => {
        expect(() => patchFromJson(example.patch)).toThrow(InvalidPatch);
      });
      continue;
    }
    it(`writes and reads ${name}`, () => {
      const [before, after] = [raster(example.before as Rows), raster(example.after as Rows)];
      const { t, z } = example.patch as { t: number; z: number };
      const patch = difference(before, after, t, z);
      expect(patch && patchToJson(patch)).toEqual(example.patch);
      const read = patchFromJson(example.patch);
      expect(patchToJson(reversePatch(read))).toEqual(example.reversed);
      expect(patchMatches(before, read)).toBe(true);
      const drawn = copyRaster(before);
      applyToRaster(drawn, read);
      expect(drawn).toEqual(after);
    });
  }
});

// biome-ignore lint/suspicious/noExplicitAny: the examples of each operation have their own shape
type Example = any;

const box = ({ height, width }: Example): Box => [0, 0, height, width];

function redraw(plane: Raster, inside: Mask, e: Example): Raster {
  const areaOf = (label: number) => plane.data.filter((value) => value === label).length;
  const meant = meantBy(plane, inside, e.selected, areaOf);
  return redrawn(plane, inside, meant.target || e.new_label, meant, e.protect_others);
}

const run: Record<string, (example: Example) => Raster | Mask> = {
  disc: (e) => operations.stroke([e.center as Point], e.radius, box(e)),
  stroke: (e) => operations.stroke(e.points, e.radius, box(e)),
  line: (e) => operations.line(e.points, box(e)),
  polygon: (e) => operations.polygon(e.points, box(e)),
  paint: (e) => operations.paint(raster(e.plane), mask(e.mask), e.label, e.protect_others),
  erase: (e) => operations.erase(raster(e.plane), mask(e.mask), e.only_label),
  merge: (e) => operations.merge(raster(e.plane), new Set(e.labels), e.target),
  delete: (e) => operations.remove(raster(e.plane), new Set(e.labels)),
  fill_holes: (e) => operations.fillHoles(raster(e.plane), e.label),
  grow: (e) => reshape.grow(raster(e.plane), new Set(e.labels), e.protect_others),
  shrink: (e) => reshape.shrink(raster(e.plane), new Set(e.labels)).raster,
  smooth: (e) => reshape.smooth(raster(e.plane), new Set(e.labels)).raster,
  split_by_seeds: (e) => splitBySeeds(raster(e.plane), e.label, e.first, e.second, e.new_label),
  redraw: (e) => redraw(raster(e.plane), mask(e.mask), e),
  split_by_line: (e) => operations.splitByLine(raster(e.plane), e.label, e.points, e.new_labels),
};

describe("operations", () => {
  for (const example of golden("operations")) {
    it(`draws ${example.operation}: ${example.name}`, () => {
      expect(rowsOf(run[String(example.operation)]!(example))).toEqual(example.result);
    });
  }
});
