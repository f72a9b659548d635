/** Any sequence of tools: undo-all is the start, redo-all the end, and others stay protected. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Box, Point } from "../../../static/src/viewer/model/geometry.ts";
import { LabelDocument } from "../../../static/src/viewer/model/label_document.ts";
import { LabelStore } from "../../../static/src/viewer/model/label_store.ts";
import { ObjectIndex } from "../../../static/src/viewer/model/object_index.ts";
import * as operations from "../../../static/src/viewer/model/operations.ts";
import { difference } from "../../../static/src/viewer/model/patch.ts";
import { boxOf, type Mask, type Raster } from "../../../static/src/viewer/model/raster.ts";
import { type Meant, meantBy, redrawn } from "../../../static/src/viewer/model/redrawing.ts";
import * as reshape from "../../../static/src/viewer/model/reshape.ts";
import { splitBySeeds } from "../../../static/src/viewer/model/seeded_split.ts";
import { TileGrid } from "../../../static/src/viewer/model/tile_grid.ts";

const SIZE = 20;
const WHOLE: Box = [0, 0, SIZE, SIZE];
const FRESH = Array.from({ length: 80 }, (_, index) => 100 + index);

interface Use {
  readonly label: number;
  readonly other: number;
  readonly from: Point;
  readonly to: Point;
}

/** What each tool does to the plane while others are protected. */
const TOOLS: Readonly<Record<string, (plane: Raster, use: Use) => Raster>> = {
  brush: (plane, { label, from, to }) =>
    operations.paint(plane, operations.stroke([from, to], 2, boxOf(plane)), label, true),
  erase: (plane, { label, from, to }) =>
    operations.erase(plane, operations.stroke([from, to], 2, boxOf(plane)), label),
  lasso: (plane, { label, from, to }) =>
    operations.paint(plane, operations.polygon([from, to, [0, 9]], boxOf(plane)), label, true),
  remove: (plane, { label }) => operations.remove(plane, new Set([label])),
  merge: (plane, { label, other }) => operations.merge(plane, new Set([other]), label),
  fill: (plane, { label }) => operations.fillHoles(plane, label),
  split: (plane, { label, from, to }) => operations.splitByLine(plane, label, [from, to], FRESH),
  seeds: (plane, { label, from, to }) => splitBySeeds(plane, label, from, to, 99),
  grow: (plane, { label }) => reshape.grow(plane, new Set([label]), true),
  shrink: (plane, { label }) => reshape.shrink(plane, new Set([label])).raster,
  smooth: (plane, { label }) => reshape.smooth(plane, new Set([label])).raster,
  redraw: (plane, use) => {
    const meant = outlined(plane, use);
    return redrawn(plane, outlineOf(plane, use), meant.target || use.label, meant, true);
  },
};

function outlineOf(plane: Raster, { from: [y, x], to }: Use): Mask {
  return operations.polygon([[y, x], [y, to[1]], to, [to[0], x]], boxOf(plane));
}

/** The cell under the outline, and those that vanish in it. */
function outlined(plane: Raster, use: Use): Meant {
  const areaOf = (label: number) => plane.data.filter((value) => value === label).length;
  return meantBy(plane, outlineOf(plane, use), [use.other], areaOf);
}

function cellsMeant(tool: string, plane: Raster, use: Use): ReadonlySet<number> {
  if (tool === "merge") return new Set([use.label, use.other]);
  if (tool !== "redraw") return new Set([use.label]);
  const { target, absorbed, larger } = outlined(plane, use);
  return new Set([target || use.label, ...absorbed, larger]);
}
const places = fc.tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1));
const uses = fc.record({
  tool: fc.constantFrom(...Object.keys(TOOLS)),
  label: fc.integer({ min: 1, max: 4 }),
  other: fc.integer({ min: 1, max: 4 }),
  from: places,
  to: places,
});

function openDocument(): LabelDocument {
  const grid = new TileGrid([{ level: 0, height: SIZE, width: SIZE }], SIZE);
  const me = { id: "bea", name: "Bea" };
  const document = new LabelDocument(new LabelStore(grid, 1e9), new ObjectIndex([]), me);
  document.putTile({ t: 0, z: 0, level: 0, row: 0, col: 0 }, new Uint32Array(SIZE * SIZE));
  return document;
}

const planeOf = (document: LabelDocument) => document.store.read(WHOLE, 0, 0)!;

/** The area of every cell, by its pixels and as the list of cells has it. */
function areas(document: LabelDocument): [pixels: object, listed: object] {
  const counts: Record<number, number> = {};
  for (const label of planeOf(document).data) if (label) counts[label] = (counts[label] ?? 0) + 1;
  const listed = document.objects.list(0, 0).map(({ label, area }) => [label, area]);
  return [counts, Object.fromEntries(listed)];
}

describe("any sequence of tools", () => {
  it("is taken back to the start by undo, and brought again by redo", () => {
    fc.assert(
      fc.property(fc.array(uses, { maxLength: 12 }), (sequence) => {
        const document = openDocument();
        const before = planeOf(document).data;
        let nEdits = 0;
        const add = (edit: Pick<Parameters<LabelDocument["addOwn"]>[0], "patches" | "kind">) =>
          document.addOwn({
            ...{ client_id: `edit-${++nEdits}`, base_version: 0, marks: [], undoes: null },
            ...edit,
          });
        for (const { tool, ...use } of sequence) {
          const plane = planeOf(document);
          const patch = difference(plane, TOOLS[tool]!(plane, use), 0, 0);
          if (patch) add({ kind: "brush", patches: [patch] });
        }
        const after = planeOf(document).data;
        const nDone = nEdits;
        const takeAll = (kind: "undo" | "redo") => {
          for (let count = 0; count < nDone; count++) {
            const { edit, isBlocked } = document.prepareUndo(kind, `${kind}-${++nEdits}`)!;
            expect(isBlocked).toBe(false);
            document.addOwn(edit);
          }
        };
        takeAll("undo");
        expect(planeOf(document).data).toEqual(before);
        takeAll("redo");
        expect(planeOf(document).data).toEqual(after);
        const [pixels, listed] = areas(document);
        expect(listed).toEqual(pixels);
      }),
      { numRuns: 120 },
    );
  });

  it("changes no pixel of a cell that is not meant, and merge and split keep all pixels", () => {
    fc.assert(
      fc.property(fc.array(uses, { maxLength: 12 }), (sequence) => {
        let plane: Raster = { y0: 0, x0: 0, height: SIZE, width: SIZE, data: new Uint32Array(400) };
        for (const { tool, ...use } of sequence) {
          const meant = cellsMeant(tool, plane, use);
          const next = TOOLS[tool]!(plane, use);
          const isProtected = plane.data.every((old, at) => {
            return old === 0 || meant.has(old) || next.data[at] === old;
          });
          expect(isProtected, tool).toBe(true);
          if (["merge", "split", "seeds"].includes(tool)) {
            expect(next.data.map(Math.sign)).toEqual(plane.data.map(Math.sign));
          }
          plane = next;
        }
      }),
      { numRuns: 120 },
    );
  });
});
