/** Going through the versions of the masks: as they were, what changed, and the way back. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ObjectRow } from "../../../static/src/viewer/model/contract.ts";
import { type Edit, reversed } from "../../../static/src/viewer/model/edit.ts";
import type { Box } from "../../../static/src/viewer/model/geometry.ts";
import type { Mark } from "../../../static/src/viewer/model/marks.ts";
import { marksBetween } from "../../../static/src/viewer/model/marks_between.ts";
import { difference, type Patch } from "../../../static/src/viewer/model/patch.ts";
import type { Raster } from "../../../static/src/viewer/model/raster.ts";
import { TileGrid } from "../../../static/src/viewer/model/tile_grid.ts";
import { differencesBetween } from "../../../static/src/viewer/model/version_differences.ts";
import { VersionSource } from "../../../static/src/viewer/model/version_source.ts";

const SIZE = 8;
const GRID = new TileGrid([{ level: 0, height: SIZE, width: SIZE }], SIZE);
const WHOLE: Box = [0, 0, SIZE, SIZE];
const TILE = { t: 0, z: 0, level: 0, row: 0, col: 0 };
/** Version 0: cell 1 in the upper left corner. */
const ROWS: readonly ObjectRow[] = [[1, 0, 0, 0, 0, 2, 2, 4, 0.9]];

function firstPixels(): Uint32Array<ArrayBuffer> {
  const data = new Uint32Array(SIZE * SIZE);
  for (const at of [0, 1, SIZE, SIZE + 1]) data[at] = 1;
  return data;
}

type Stroke = readonly [label: number, y: number, x: number, height: number, width: number];

/** The log that these rectangles make when they are painted one after the other. */
function logOf(strokes: readonly Stroke[]): { log: Edit[]; states: Uint32Array[] } {
  const states: Uint32Array[] = [firstPixels()];
  const log: Edit[] = [];
  for (const [label, y, x, height, width] of strokes) {
    const after = states.at(-1)!.slice();
    for (let row = y; row < Math.min(SIZE, y + height); row++) {
      after.fill(label, row * SIZE + x, row * SIZE + Math.min(SIZE, x + width));
    }
    const patch = difference(raster(states.at(-1)!), raster(after), 0, 0);
    if (patch === null) continue;
    log.push(edit(log.length + 1, [patch], []));
    states.push(after);
  }
  return { log, states };
}

function raster(data: Uint32Array): Raster {
  return { y0: 0, x0: 0, height: SIZE, width: SIZE, data: data as Uint32Array<ArrayBuffer> };
}

function edit(version: number, patches: readonly Patch[], marks: readonly Mark[]): Edit {
  const author = { id: "bea", name: "Bea" };
  const rest = { client_id: String(version), created_at: "", undoes: null, author };
  return { ...rest, version, kind: "brush", patches, marks };
}

function sourceAt(log: readonly Edit[], version: number): VersionSource {
  const base = { grid: GRID, rows: ROWS, tileUrl: null, log, budgetBytes: 1e9 };
  return new VersionSource("test", base, version);
}

const STROKES = fc.array(
  fc.tuple(
    ...([fc.nat(3), fc.nat(SIZE - 1), fc.nat(SIZE - 1)] as const),
    ...([fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })] as const),
  ),
  { minLength: 1, maxLength: 12 },
);

describe("an earlier version", () => {
  it("is shown as it was, forward and back, whenever its tiles arrive", () => {
    fc.assert(
      fc.property(STROKES, fc.array(fc.nat(12)), fc.nat(3), (strokes, stops, arrival) => {
        const { log, states } = logOf(strokes);
        const source = sourceAt(log, log.length);
        stops.forEach((stop, at) => {
          if (at === arrival) source.putTile(TILE, firstPixels());
          source.goTo(stop);
        });
        if (!source.store.has(TILE)) source.putTile(TILE, firstPixels());
        const expected = states[source.version]!;
        expect([...source.store.read(WHOLE, 0, 0)!.data]).toEqual([...expected]);
        for (const object of source.objects.list(0, 0)) {
          const n_pixels = expected.filter((label) => label === object.label).length;
          expect(object.area).toBe(n_pixels);
        }
      }),
    );
  });
});

describe("what changed between two versions", () => {
  it("is what the pixels say, however many times they went to and fro", () => {
    fc.assert(
      fc.property(STROKES, fc.nat(12), fc.nat(12), (strokes, a, b) => {
        const { log, states } = logOf(strokes);
        const [from, to] = [a, b].map((at) => Math.min(at, log.length)).sort((x, y) => x - y);
        const [before, after] = [sourceAt(log, from!), sourceAt(log, to!)];
        const found = differencesBetween(log.slice(from, to), before.objects, after.objects);
        const cellsOf = (label: number, state: Uint32Array) =>
          [...state.keys()].filter((at) => state[at] === label).join();
        for (const label of [1, 2, 3]) {
          const [was, is] = [cellsOf(label, states[from!]!), cellsOf(label, states[to!]!)];
          expect(found.added.has(label)).toBe(was === "" && is !== "");
          expect(found.removed.has(label)).toBe(was !== "" && is === "");
          expect(found.changed.has(label)).toBe(was !== "" && is !== "" && was !== is);
        }
      }),
    );
  });

  it("counts what is said of a cell too, and restoring takes it back", () => {
    const [before, after] = [{ is_ambiguous: false }, { is_ambiguous: true }];
    const said = edit(1, [], [{ labels: [1], before, after }]);
    const log = [said];
    const [then, now] = [sourceAt(log, 0), sourceAt(log, 1)];
    expect(differencesBetween(log, then.objects, now.objects).changed).toEqual(new Set([1]));
    const marks = marksBetween(log, now.objects.facts, then.objects.facts);
    expect(marks).toEqual(reversed(said).marks);
    now.goTo(0);
    expect(now.objects.facts.ofCell(1).is_ambiguous).toBe(false);
  });
});
