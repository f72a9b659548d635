import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Box } from "../../../static/src/viewer/model/geometry.ts";
import { LabelStore } from "../../../static/src/viewer/model/label_store.ts";
import {
  applyToRaster,
  difference,
  patchesOverlap,
  patchFromJson,
  patchToJson,
  reversePatch,
} from "../../../static/src/viewer/model/patch.ts";
import { copyRaster, type Raster } from "../../../static/src/viewer/model/raster.ts";
import { decodeRuns, encodeRuns } from "../../../static/src/viewer/model/runs.ts";
import { TileGrid } from "../../../static/src/viewer/model/tile_grid.ts";

const HEIGHT = 13;
const WIDTH = 11;
const LABEL = fc.constantFrom(0, 0, 0, 1, 2, 300, 4294967295);

const plane = fc
  .array(LABEL, { minLength: HEIGHT * WIDTH, maxLength: HEIGHT * WIDTH })
  .map((labels): Raster => {
    return { y0: 0, x0: 0, height: HEIGHT, width: WIDTH, data: Uint32Array.from(labels) };
  });

/** A plane in which a small part differs, as after a stroke. */
const change = fc
  .tuple(plane, plane, fc.nat(HEIGHT - 1), fc.nat(WIDTH - 1), fc.nat(6), fc.nat(6))
  .map(([before, other, y, x, height, width]) => {
    const after = copyRaster(before);
    for (let row = y; row < Math.min(HEIGHT, y + height); row++) {
      for (let column = x; column < Math.min(WIDTH, x + width); column++) {
        after.data[row * WIDTH + column] = other.data[row * WIDTH + column]!;
      }
    }
    return { before, after };
  });

describe("runs", () => {
  it("come back from their text", () => {
    const numbers = fc.uint32Array({ maxLength: 60 });
    fc.assert(
      fc.property(numbers, (values) => {
        const runs = values.slice(0, values.length - (values.length % 4));
        expect(decodeRuns(encodeRuns(runs))).toEqual(runs);
      }),
    );
  });
});

describe("a patch", () => {
  it("turns before into after, and reversed after into before", () => {
    fc.assert(
      fc.property(change, ({ before, after }) => {
        const patch = difference(before, after, 0, 0);
        if (patch === null) {
          expect(before.data).toEqual(after.data);
          return;
        }
        const drawn = copyRaster(before);
        applyToRaster(drawn, patch);
        expect(drawn.data).toEqual(after.data);
        applyToRaster(drawn, reversePatch(patch));
        expect(drawn.data).toEqual(before.data);
      }),
    );
  });

  it("is accepted in the form in which it is written", () => {
    fc.assert(
      fc.property(change, ({ before, after }) => {
        const patch = difference(before, after, 2, 3);
        if (patch) expect(patchFromJson(patchToJson(patch))).toEqual(patch);
      }),
    );
  });

  it("overlaps another exactly when they change a common pixel", () => {
    fc.assert(
      fc.property(change, change, (one, two) => {
        const first = difference(one.before, one.after, 0, 0);
        const second = difference(two.before, two.after, 0, 0);
        if (first === null || second === null) return;
        const differs = ({ before, after }: typeof one, at: number) => {
          return before.data[at] !== after.data[at];
        };
        const isShared = one.before.data.some((_, at) => differs(one, at) && differs(two, at));
        expect(patchesOverlap(first, second)).toBe(isShared);
        expect(patchesOverlap({ ...first, t: 1 }, second)).toBe(false);
      }),
    );
  });
});

describe("label tiles", () => {
  const TILE = 4;
  const levels = [0, 1, 2].map((level) => ({
    level,
    height: Math.ceil(HEIGHT / 2 ** level),
    width: Math.ceil(WIDTH / 2 ** level),
  }));
  const grid = new TileGrid(levels, TILE);
  const whole: Box = [0, 0, HEIGHT, WIDTH];

  /** The tile as the server has it: labels[::2^l, ::2^l]. */
  function tileOf(source: Raster, level: number, row: number, col: number): Uint32Array {
    const step = 2 ** level;
    return Uint32Array.from({ length: TILE * TILE }, (_, at) => {
      const y = (row * TILE + Math.floor(at / TILE)) * step;
      const x = (col * TILE + (at % TILE)) * step;
      return y < HEIGHT && x < WIDTH ? source.data[y * WIDTH + x]! : 0;
    });
  }

  it("follow a patch at every level, loaded before it or after it", () => {
    fc.assert(
      fc.property(change, fc.integer(), ({ before, after }, seed) => {
        const patch = difference(before, after, 0, 0);
        const store = new LabelStore(grid, 1e9);
        const tiles = levels.flatMap(({ level }) => grid.tilesOf(whole, level, 0, 0));
        const isEarly = (index: number) => ((seed >> (index % 31)) & 1) === 1;
        tiles.forEach((tile, index) => {
          const base = tileOf(before, tile.level, tile.row, tile.col);
          if (isEarly(index)) store.put(tile, base, []);
        });
        if (patch) store.apply(patch);
        tiles.forEach((tile, index) => {
          const base = tileOf(before, tile.level, tile.row, tile.col);
          if (!isEarly(index)) store.put(tile, base, patch ? [patch] : []);
          const expected = tileOf(after, tile.level, tile.row, tile.col);
          expect(store.get(tile)!.data).toEqual(expected);
        });
        expect(store.read(whole, 0, 0)!.data).toEqual(after.data);
      }),
    );
  });

  it("cannot be read while one is missing, and say which", () => {
    const store = new LabelStore(grid, 1e9);
    expect(store.read([0, 0, 2, 2], 0, 0)).toBeNull();
    expect(store.missing([0, 0, 2, 6], 0, 0)).toHaveLength(2);
    store.put({ t: 0, z: 0, level: 0, row: 0, col: 0 }, new Uint32Array(TILE * TILE).fill(7), []);
    expect(store.read([0, 0, 2, 2], 0, 0)!.data).toEqual(Uint32Array.from([7, 7, 7, 7]));
    expect(store.labelAt(1, 1, 0, 0)).toBe(7);
    expect(store.labelAt(9, 9, 0, 0)).toBeNull();
    expect(store.labelAt(-1, 0, 0, 0)).toBe(0);
  });
});
