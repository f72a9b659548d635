/** What holds for growing, shrinking and smoothing whatever the cells look like. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchesOf, MOST_PATCHES, patchOf } from "../../../static/src/viewer/model/batches.ts";
import { growBox, intersectBoxes } from "../../../static/src/viewer/model/geometry.ts";
import { NOTHING_SAID } from "../../../static/src/viewer/model/marks.ts";
import type { CellObject } from "../../../static/src/viewer/model/object_index.ts";
import * as operations from "../../../static/src/viewer/model/operations.ts";
import { applyToRaster, type Patch } from "../../../static/src/viewer/model/patch.ts";
import {
  boxOf,
  copyRaster,
  emptyRaster,
  type Raster,
} from "../../../static/src/viewer/model/raster.ts";
import * as reshape from "../../../static/src/viewer/model/reshape.ts";

const SIDE = 24;
const BY_HAND = { origin: "manual", facts: NOTHING_SAID } as const;

/** A plane of round cells that may touch. */
const planes = fc
  .array(fc.record({ y: fc.nat(SIDE), x: fc.nat(SIDE), radius: fc.integer({ min: 1, max: 6 }) }), {
    maxLength: 7,
  })
  .map((discs) => {
    let plane = emptyRaster([0, 0, SIDE, SIDE]);
    discs.forEach(({ y, x, radius }, index) => {
      const mask = operations.stroke([[y, x]], radius, boxOf(plane));
      plane = operations.paint(plane, mask, index + 1, true);
    });
    return plane;
  });
const choices = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 7 });

function areas({ data }: Raster): Map<number, number> {
  const found = new Map<number, number>();
  for (const label of data) found.set(label, (found.get(label) ?? 0) + 1);
  found.delete(0);
  return found;
}

function cellsOf(plane: Raster): CellObject[] {
  const cells = new Map<number, CellObject>();
  plane.data.forEach((label, at) => {
    if (label === 0) return;
    const [y, x] = [Math.floor(at / plane.width), at % plane.width];
    const known = cells.get(label)?.box ?? [y, x, y + 1, x + 1];
    const box = [
      Math.min(known[0], y),
      Math.min(known[1], x),
      Math.max(known[2], y + 1),
      Math.max(known[3], x + 1),
    ] as const;
    cells.set(label, { label, t: 0, z: 0, box, area: 1, confidence: null, ...BY_HAND });
  });
  return [...cells.values()];
}

function cut(plane: Raster, box: readonly [number, number, number, number]): Raster {
  const part = emptyRaster(intersectBoxes(box, boxOf(plane)));
  for (let y = 0; y < part.height; y++) {
    const start = (y + part.y0) * plane.width + part.x0;
    part.data.set(plane.data.subarray(start, start + part.width), y * part.width);
  }
  return part;
}

/** What the editor does: every cell a batch of its own, one patch after the other. */
function inBatches(
  plane: Raster,
  labels: readonly number[],
  change: (part: Raster) => Raster,
): Raster {
  const cells = cellsOf(plane).filter(({ label }) => labels.includes(label));
  const patches: Patch[] = [];
  for (const { label, box } of cells) {
    const part = cut(plane, growBox(box, reshape.RESHAPE_MARGIN));
    const batch = { labels: new Set([label]), box };
    const patch = patchOf(batch, part, change(part), { t: 0, z: 0 }, patches);
    if (patch) patches.push(patch);
  }
  const result = copyRaster(plane);
  for (const patch of patches.reverse()) applyToRaster(result, patch);
  return result;
}

describe("growing, shrinking and smoothing", () => {
  it("leave cells that are not meant to the pixel, as long as others are protected", () => {
    fc.assert(
      fc.property(planes, choices, (plane, labels) => {
        const all = new Set(labels);
        const results = [
          reshape.grow(plane, all, true),
          reshape.shrink(plane, all).raster,
          reshape.smooth(plane, all).raster,
        ];
        for (const { data } of results) {
          const isRight = plane.data.every((old, at) => {
            const now = data[at]!;
            return old !== 0 && !all.has(old) ? now === old : now === 0 || all.has(now);
          });
          expect(isRight).toBe(true);
        }
      }),
    );
  });

  it("lose no cell", () => {
    fc.assert(
      fc.property(planes, choices, (plane, labels) => {
        const before = [...areas(plane).keys()].sort();
        const all = new Set(labels);
        for (const { raster } of [reshape.shrink(plane, all), reshape.smooth(plane, all)]) {
          expect([...areas(raster).keys()].sort()).toEqual(before);
        }
      }),
    );
  });

  it("only grow, and only shrink", () => {
    fc.assert(
      fc.property(planes, choices, (plane, labels) => {
        const all = new Set(labels);
        const [before, grown] = [areas(plane), areas(reshape.grow(plane, all, true))];
        const shrunk = areas(reshape.shrink(plane, all).raster);
        for (const [label, area] of before) {
          expect(grown.get(label)).toBeGreaterThanOrEqual(area);
          expect(shrunk.get(label)).toBeLessThanOrEqual(area);
        }
      }),
    );
  });

  it("give the same pixels cell by cell as at once", () => {
    fc.assert(
      fc.property(planes, choices, fc.boolean(), (plane, labels, isProtecting) => {
        const all = new Set(labels);
        const changes: ((part: Raster) => Raster)[] = [
          (part) => reshape.grow(part, all, isProtecting),
          (part) => reshape.shrink(part, all).raster,
          (part) => reshape.smooth(part, all).raster,
          (part) => operations.remove(part, all),
        ];
        for (const change of changes) {
          expect(inBatches(plane, labels, change).data).toEqual(change(plane).data);
        }
      }),
    );
  });
});

describe("batches", () => {
  it("hold every cell once and are never more than an edit may have", () => {
    const boxes = fc.tuple(fc.nat(40_000), fc.nat(40_000), fc.nat(300), fc.nat(300));
    fc.assert(
      fc.property(fc.array(boxes, { maxLength: 600 }), (corners) => {
        const cells = corners.map(([y, x, height, width], index): CellObject => {
          const box = [y, x, y + height + 1, x + width + 1] as const;
          return { label: index + 1, t: 0, z: 0, box, area: 1, confidence: null, ...BY_HAND };
        });
        const batches = batchesOf(cells);
        expect(batches.length).toBeLessThanOrEqual(MOST_PATCHES);
        const labels = batches.flatMap((batch) => [...batch.labels]);
        expect(labels.sort((a, b) => a - b)).toEqual(cells.map(({ label }) => label));
      }),
    );
  });
});
