/** Cells that the model finds are drawn beside the ones that are there, never over them. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Question, Row } from "../../../static/src/viewer/data/prompt_api.ts";
import type { Box, Point } from "../../../static/src/viewer/model/geometry.ts";
import { LabelDocument } from "../../../static/src/viewer/model/label_document.ts";
import { LabelPool } from "../../../static/src/viewer/model/label_pool.ts";
import { LabelStore } from "../../../static/src/viewer/model/label_store.ts";
import { ObjectIndex } from "../../../static/src/viewer/model/object_index.ts";
import { TileGrid } from "../../../static/src/viewer/model/tile_grid.ts";
import { Editing } from "../../../static/src/viewer/tools/editing.ts";
import { Finding } from "../../../static/src/viewer/tools/finding.ts";
import type { TileLoader } from "../../../static/src/viewer/tools/tile_loader.ts";
import type { Workspace } from "../../../static/src/viewer/tools/workspace.ts";

const SIZE = 16;
const WHOLE: Box = [0, 0, SIZE, SIZE];
const FIRST_FRESH = 1000;

/** A plane with cells, a finder on it, what the server will answer and what it was asked. */
class Table {
  readonly document: LabelDocument;
  readonly finding: Finding;
  readonly questions: Question[] = [];
  readonly said: string[] = [];
  answer: readonly (readonly Row[])[] = [];

  constructor(labels: Uint32Array, isProtecting = true) {
    const grid = new TileGrid([{ level: 0, height: SIZE, width: SIZE }], SIZE);
    const me = { id: "alice", name: "Alice" };
    this.document = new LabelDocument(new LabelStore(grid, 1e9), new ObjectIndex([]), me);
    this.document.putTile({ t: 0, z: 0, level: 0, row: 0, col: 0 }, labels);
    const workspace = {
      image: { id: "image" },
      document: this.document,
      height: SIZE,
      width: SIZE,
      view: { value: { center: [99, 3] } },
      t: { value: 0 },
      z: { value: 0 },
      isProtecting: { value: isProtecting },
      canEdit: true,
      labelAt: ([y, x]: Point) => this.pixels()[Math.floor(y) * SIZE + Math.floor(x)] ?? 0,
      select: () => {},
      say: (_kind: string, text: string) => void this.said.push(text),
      objectHere: (label: number) => this.document.objects.get(label, 0, 0),
    };
    const read = async (box: Box) => this.document.store.read(box, 0, 0);
    const pool = new LabelPool(async () => ({ start: FIRST_FRESH, stop: FIRST_FRESH + 100 }));
    this.finding = new Finding(
      new Editing(workspace as unknown as Workspace, { read } as unknown as TileLoader, pool),
    );
    vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
      this.questions.push(JSON.parse(String(init.body)));
      return Response.json({ cells: this.answer, took_ms: 1 });
    });
    this.isReady = pool.ensure(20);
  }

  readonly isReady: Promise<void>;

  pixels(): Uint32Array {
    return this.document.store.read(WHOLE, 0, 0)!.data;
  }
}

beforeEach(() => {
  vi.stubGlobal("document", { querySelector: () => null });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const planes = fc
  .array(fc.constantFrom(0, 0, 1, 2), { minLength: SIZE * SIZE, maxLength: SIZE * SIZE })
  .map((values) => Uint32Array.from(values));
const points = fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 15 }));
/** Some rows of one cell: what the model might answer. */
const cells = fc
  .uniqueArray(fc.tuple(fc.nat(15), fc.nat(12), fc.integer({ min: 1, max: 3 })), {
    minLength: 1,
    maxLength: 8,
    selector: ([y]) => y,
  })
  .map((rows) => rows.map(([y, start, n]): Row => [y, start, start + n]))
  .map((rows) => rows.sort(([a], [b]) => a - b));

type Deed = (finding: Finding, at: Point) => Promise<void>;
const DEEDS: Readonly<Record<string, Deed>> = {
  "a click": (finding, at) => finding.find(at),
  "a click that adds": (finding, at) => finding.refine(at, false),
  "a click that takes away": (finding, at) => finding.refine(at, true),
  "a stroke": (finding, at) => finding.scribble([at, [8, 8]]),
  "a box": (finding, [y, x]) => finding.findInside([y, x, y + 4, x + 4]),
};

describe("cells found by the model", () => {
  it("take no pixel of a neighbor while others are protected", async () => {
    const deeds = fc.array(fc.tuple(fc.constantFrom(...Object.keys(DEEDS)), points, cells), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(planes, deeds, async (labels, chosen) => {
        const before = labels.slice();
        const table = new Table(labels);
        await table.isReady;
        const meant = new Set<number>();
        for (const [name, at, rows] of chosen) {
          table.answer = [rows];
          // A click or a stroke on a cell is about that cell.
          if (name !== "a box") meant.add(table.pixels()[at[0] * SIZE + at[1]]!);
          await DEEDS[name]!(table.finding, at);
        }
        const after = table.pixels();
        before.forEach((label, at) => {
          if (label !== 0 && !meant.has(label)) expect(after[at]).toBe(label);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("are drawn where the server says", async () => {
    const table = new Table(new Uint32Array(SIZE * SIZE));
    await table.isReady;
    table.answer = [[[3, 2, 5]]];
    await table.finding.find([3, 3]);
    expect([...table.pixels().subarray(3 * SIZE, 3 * SIZE + 6)]).toEqual([
      0,
      0,
      FIRST_FRESH,
      FIRST_FRESH,
      FIRST_FRESH,
      0,
    ]);
  });
});

describe("a cell that is found again", () => {
  /** A square of a new cell, and what the plane looks like with it. */
  async function withCell(): Promise<Table> {
    const table = new Table(new Uint32Array(SIZE * SIZE));
    await table.isReady;
    table.answer = [[4, 5, 6, 7, 8].map((y): Row => [y, 4, 9])];
    await table.finding.find([6, 6]);
    return table;
  }

  it("is asked for at its middle and replaced by one edit that can be undone", async () => {
    const table = await withCell();
    const before = table.pixels().slice();
    table.answer = [[5, 6, 7, 8, 9].map((y): Row => [y, 5, 10])];
    await table.finding.again(FIRST_FRESH);
    expect(table.questions.at(-1)).toMatchObject({ added: [[6, 6]] });
    const of = (y: number, x: number) => table.pixels()[y * SIZE + x];
    expect([of(4, 4), of(9, 9)]).toEqual([0, FIRST_FRESH]);
    const undo = table.document.prepareUndo("undo", "back")!;
    table.document.addOwn(undo.edit);
    expect(table.pixels()).toEqual(before);
  });

  it("is drawn anew by a click on it, from that place", async () => {
    const table = await withCell();
    // One more click in the last cell leaves what clicks with Alt and Shift have made of it.
    await table.finding.find([5, 7]);
    expect(table.questions).toHaveLength(1);
    table.finding.forget();
    table.answer = [[4, 5, 6].map((y): Row => [y, 5, 10])];
    await table.finding.find([5, 7]);
    expect(table.questions.at(-1)).toMatchObject({ added: [[5, 7]] });
    const left = [...table.pixels().entries()].filter(([, label]) => label !== 0);
    const places = [4, 5, 6].flatMap((y) => [5, 6, 7, 8, 9].map((x) => y * SIZE + x));
    expect(left).toEqual(places.map((at) => [at, FIRST_FRESH]));
  });

  it("stays, with a sentence, when the model sees nothing", async () => {
    const table = await withCell();
    const before = table.pixels().slice();
    table.answer = [];
    await table.finding.again(FIRST_FRESH);
    expect(table.pixels()).toEqual(before);
    expect(table.said.at(-1)).toMatch(/stays as it is/);
  });

  it("stays when the model sees a neighbor instead", async () => {
    const table = await withCell();
    table.answer = [[12, 13, 14].map((y): Row => [y, 11, 15])];
    await table.finding.find([13, 12]);
    const before = table.pixels().slice();
    await table.finding.again(FIRST_FRESH);
    expect(table.pixels()).toEqual(before);
    expect(table.said.at(-1)).toMatch(/there already/);
  });
});

describe("a look", () => {
  it("asks for the middle of the view, inside of the image, and draws nothing", async () => {
    const table = new Table(new Uint32Array(SIZE * SIZE));
    await table.isReady;
    await table.finding.look();
    expect(table.questions).toEqual([{ t: 0, z: 0, look: [SIZE - 0.001, 3] }]);
    expect(table.pixels().every((label) => label === 0)).toBe(true);
  });

  it("fails in silence, because a click will say what is wrong", async () => {
    const table = new Table(new Uint32Array(SIZE * SIZE));
    vi.stubGlobal("fetch", async () => Response.json({ detail: "no" }, { status: 503 }));
    await expect(table.finding.look()).resolves.toBeUndefined();
  });
});

describe("a stroke", () => {
  it("begins a new cell, or goes on with the last one where it starts in it", async () => {
    const table = new Table(new Uint32Array(SIZE * SIZE));
    await table.isReady;
    table.answer = [[[3, 2, 5]]];
    await table.finding.scribble([
      [3, 3],
      [3, 4],
    ]);
    table.answer = [[[3, 2, 9]]];
    await table.finding.scribble([
      [3, 4],
      [3, 20],
    ]);
    expect(table.questions.map(({ scribble }) => scribble)).toEqual([
      [
        [3, 3],
        [3, 4],
      ],
      [
        [3, 3],
        [3, 4],
        [3, 4],
        [3, 15.999],
      ],
    ]);
    expect(table.pixels()[3 * SIZE + 8]).toBe(FIRST_FRESH);
    table.answer = [[[9, 2, 5]]];
    await table.finding.scribble([
      [9, 2],
      [9, 4],
    ]);
    expect(table.pixels()[9 * SIZE + 3]).toBe(FIRST_FRESH + 1);
  });

  it("is sent in few enough points, however long it is drawn", async () => {
    const table = new Table(new Uint32Array(SIZE * SIZE));
    await table.isReady;
    await table.finding.scribble(Array.from({ length: 5000 }, (_, i): Point => [5, i / 400]));
    expect(table.questions[0]?.scribble?.length).toBeLessThanOrEqual(1000);
    expect(table.questions[0]?.scribble?.at(-1)).toEqual([5, 4999 / 400]);
  });
});
