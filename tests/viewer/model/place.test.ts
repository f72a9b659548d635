import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { autoContrast, quantile } from "../../../static/src/viewer/model/channels.ts";
import { doubtfulQueue, nextInQueue } from "../../../static/src/viewer/model/doubtful.ts";
import type { Point } from "../../../static/src/viewer/model/geometry.ts";
import { labelColorIndex } from "../../../static/src/viewer/model/label_color.ts";
import { LabelPool } from "../../../static/src/viewer/model/label_pool.ts";
import { LeastRecentlyUsed } from "../../../static/src/viewer/model/least_recently_used.ts";
import { NOTHING_SAID } from "../../../static/src/viewer/model/marks.ts";
import type { CellObject } from "../../../static/src/viewer/model/object_index.ts";
import { TileGrid } from "../../../static/src/viewer/model/tile_grid.ts";
import { readUrlState, writeUrlState } from "../../../static/src/viewer/model/url_state.ts";
import { randomUuid } from "../../../static/src/viewer/model/uuid.ts";
import { roundLength, View } from "../../../static/src/viewer/model/view.ts";
import {
  drawnTiles,
  readyTile,
  tilesOnScreen,
} from "../../../static/src/viewer/render/tile_plan.ts";

const SIZE = { height: 600, width: 800 };
const coordinate = fc.double({ min: -2000, max: 12000, noNaN: true });
const zoom = fc.double({ min: 0.05, max: 48, noNaN: true });
const view = fc
  .tuple(coordinate, coordinate, zoom)
  .map(([y, x, scale]) => new View([y, x], scale, SIZE));
const screenPoint = fc.tuple(fc.nat(600), fc.nat(800));

function near([y, x]: Point, expected: Point): void {
  expect(y).toBeCloseTo(expected[0], 6);
  expect(x).toBeCloseTo(expected[1], 6);
}

describe("the view", () => {
  it("takes points to the screen and back", () => {
    fc.assert(
      fc.property(view, screenPoint, (now, point) => {
        near(now.imageToScreen(now.screenToImage(point)), point);
      }),
    );
  });

  it("keeps the image point under the pointer while it zooms", () => {
    fc.assert(
      fc.property(
        view,
        screenPoint,
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (now, at, by) => {
          const zoomed = now.zoomAt(at, by, [0.05, 48]);
          near(zoomed.screenToImage(at), now.screenToImage(at));
          expect(zoomed.zoom).toBeGreaterThanOrEqual(0.05);
          expect(zoomed.zoom).toBeLessThanOrEqual(48);
        },
      ),
    );
  });

  it("fits the whole image onto the screen", () => {
    const fitted = View.fit(1000, 3000, SIZE);
    expect(fitted.shows([0, 0, 1000, 3000])).toBe(true);
    expect(fitted.zoomAt([300, 400], 1.2, [0, 9]).shows([0, 0, 1000, 3000])).toBe(false);
  });

  it("has scale bars of 1, 2 or 5", () => {
    expect([0.7, 1, 3, 49, 50, 1999].map(roundLength)).toEqual([0.5, 1, 2, 20, 50, 1000]);
  });
});

describe("tiles", () => {
  const levels = [0, 1, 2, 3, 4].map((level) => ({
    level,
    height: Math.ceil(5000 / 2 ** level),
    width: Math.ceil(7000 / 2 ** level),
  }));
  const grid = new TileGrid(levels, 512);

  it("are of a level with at least one texel for every pixel of the screen", () => {
    fc.assert(
      fc.property(zoom, (scale) => {
        const level = grid.levelFor(scale);
        if (level > 0) expect(scale * 2 ** level).toBeLessThanOrEqual(1.0001);
        if (level < grid.coarsest) expect(scale * 2 ** (level + 1)).toBeGreaterThan(0.999);
      }),
    );
  });

  it("cover every pixel of the screen that lies in the image, the middle first", () => {
    fc.assert(
      fc.property(view, screenPoint, (now, point) => {
        const [y, x] = now.screenToImage(point);
        const tiles = tilesOnScreen(grid, now, 0, 0);
        if (y < 0 || x < 0 || y >= 5000 || x >= 7000) return;
        const holds = tiles.filter((tile) => {
          const [y0, x0, y1, x1] = grid.boxOf(tile);
          return y0 <= y && y < y1 && x0 <= x && x < x1;
        });
        expect(holds).toHaveLength(1);
      }),
    );
  });

  it("are replaced by the finest coarser one that is ready", () => {
    const tile = { t: 0, z: 0, level: 1, row: 3, col: 5 };
    expect(readyTile(grid, tile, () => true)).toEqual(tile);
    const coarse = readyTile(grid, tile, ({ level }) => level >= 3);
    expect(coarse).toEqual({ t: 0, z: 0, level: 3, row: 0, col: 1 });
    expect(readyTile(grid, tile, () => false)).toBeNull();
  });

  it("that are missing show a coarser one, and the next finer ones on top", () => {
    const grid = new TileGrid(
      [0, 1, 2, 3].map((level) => ({ level, height: 4096 >> level, width: 4096 >> level })),
      512,
    );
    const tile = { t: 0, z: 0, level: 2, row: 1, col: 0 };
    expect(drawnTiles(grid, tile, () => true)).toEqual([{ place: tile, source: tile }]);
    const [coarse, fine] = [
      { ...tile, level: 3, row: 0 },
      { ...tile, level: 1, row: 3, col: 1 },
    ];
    const drawn = drawnTiles(
      grid,
      tile,
      ({ level, row, col }) => level === 3 || (level === 1 && row === 3 && col === 1),
    );
    expect(drawn).toEqual([
      { place: tile, source: coarse },
      { place: fine, source: fine },
    ]);
    expect(drawnTiles(grid, tile, () => false)).toEqual([]);
  });

  it("that were used last are kept, and those on the screen", () => {
    const gone: string[] = [];
    const cache = new LeastRecentlyUsed<number>(30, (key) => gone.push(key));
    for (const key of ["a", "b", "c", "d"]) cache.set(key, 1, 10);
    cache.get("a");
    cache.trim((key) => key === "b");
    expect(gone).toEqual(["c"]);
    expect(cache.bytes).toBe(30);
    cache.delete("a");
    expect(gone).toEqual(["c", "a"]);
    expect(cache.bytes).toBe(20);
  });
});

describe("the address of the page", () => {
  const channel = { isVisible: true, color: "#12ab9f", low: 18204, high: 44910, gamma: 1.25 };
  const state = { y: 512.5, x: 388, zoom: 2.5, t: 3, z: 1, labels: [214, 7], channels: [channel] };

  it("says the same when it is read again", () => {
    expect(readUrlState(writeUrlState(state), [{ ...channel, low: 0 }])).toEqual(state);
  });

  it("is read as far as it makes sense, whatever somebody types", () => {
    expect(readUrlState("at=1&zoom=-2&cell=x&c=1_zz", [channel])).toEqual({ channels: [channel] });
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readUrlState(text, [channel]).channels).toHaveLength(1);
      }),
    );
  });
});

describe("contrast", () => {
  const role = "other" as const;
  const base = { index: 0, name: "", role, color: "#ffffff", low: 0, high: 1, gamma: 1 };
  const even = { ...base, minimum: 0, maximum: 64, histogram: new Array(64).fill(10) };

  it("reads quantiles from the histogram", () => {
    expect(quantile(even, 0.5)).toBeCloseTo(32);
    expect(quantile(even, 0)).toBe(0);
    expect(quantile(even, 1)).toBeCloseTo(64);
  });

  it("leaves out the darkest and brightest 0.35 %", () => {
    const [low, high] = autoContrast(even);
    expect(low).toBeCloseTo(64 * 0.0035);
    expect(high).toBeCloseTo(64 * 0.9965);
  });

  it("shows an image without any pixel counted from its minimum to its maximum", () => {
    expect(autoContrast({ ...even, histogram: new Array(64).fill(0) })).toEqual([0, 64]);
  });
});

describe("doubtful cells", () => {
  const cell = (label: number, confidence: number | null): CellObject => {
    const known = { origin: "model", facts: NOTHING_SAID } as const;
    return { label, confidence, t: 0, z: 0, box: [0, 0, 1, 1], area: 1, ...known };
  };
  const cells = [cell(1, 0.9), cell(2, 0.4), cell(3, 0.3), cell(4, null), cell(5, 0.4)];

  it("come the least sure first, without those that were dealt with", () => {
    expect(doubtfulQueue(cells, new Set([2])).map(({ label }) => label)).toEqual([3, 5]);
  });

  it("are gone through in a circle, also from one that has left the queue", () => {
    const queue = doubtfulQueue(cells, new Set());
    const after = (label: number, step: 1 | -1) =>
      nextInQueue(queue, cells.find((one) => one.label === label)!, step)!.label;
    expect(nextInQueue(queue, null, 1)!.label).toBe(3);
    expect([after(3, 1), after(2, 1), after(5, 1)]).toEqual([2, 5, 3]);
    expect(after(3, -1)).toBe(5);
    const without = doubtfulQueue(cells, new Set([2]));
    expect(nextInQueue(without, cells[1]!, 1)!.label).toBe(5);
    expect(nextInQueue([], null, 1)).toBeNull();
  });
});

describe("labels", () => {
  it("are taken once each, from ranges fetched before they run out", async () => {
    let next = 100;
    const pool = new LabelPool(async (count) => {
      next += count;
      return { start: next - count, stop: next };
    });
    expect(pool.take()).toBeNull();
    await pool.ensure(80);
    const taken = Array.from({ length: 80 }, () => pool.take());
    expect(new Set(taken).size).toBe(80);
    pool.giveBack(taken[0]!);
    expect(pool.take()).toBe(taken[0]);
  });

  it("have one of eight colours, and the next label another one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xfffffffe }), (label) => {
        expect(labelColorIndex(label)).toBeGreaterThanOrEqual(1);
        expect(labelColorIndex(label)).toBeLessThanOrEqual(8);
        expect(labelColorIndex(label)).not.toBe(labelColorIndex(label + 1));
      }),
    );
  });

  it("come with edits of which each has a name of its own", () => {
    const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(randomUuid()).toMatch(pattern);
    expect(randomUuid()).not.toBe(randomUuid());
  });
});
