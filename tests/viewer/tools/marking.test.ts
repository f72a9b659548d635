/** Saying what cells are: one edit for many cells, and one undo takes it back. */
import { describe, expect, it } from "vitest";
import { CellClasses } from "../../../static/src/viewer/model/cell_class.ts";
import type { CellClassJson } from "../../../static/src/viewer/model/contract.ts";
import type { Point } from "../../../static/src/viewer/model/geometry.ts";
import { LabelDocument } from "../../../static/src/viewer/model/label_document.ts";
import type { LabelPool } from "../../../static/src/viewer/model/label_pool.ts";
import { LabelStore } from "../../../static/src/viewer/model/label_store.ts";
import { ObjectIndex } from "../../../static/src/viewer/model/object_index.ts";
import { TileGrid } from "../../../static/src/viewer/model/tile_grid.ts";
import { Editing } from "../../../static/src/viewer/tools/editing.ts";
import { Marking } from "../../../static/src/viewer/tools/marking.ts";
import type { TileLoader } from "../../../static/src/viewer/tools/tile_loader.ts";
import type { Workspace } from "../../../static/src/viewer/tools/workspace.ts";

const MITOTIC = "0d9c3d1e-5f0a-4b1e-8a53-1c2f3a4b5c6d";
const DEAD = "7b0f8e55-93d8-4d9f-a3c1-aa11bb22cc33";
const CLASSES: CellClassJson[] = [
  { id: MITOTIC, name: "Mitotic", color: "orange", key: "1", is_removed: false },
  { id: DEAD, name: "Dead", color: "purple", key: "2", is_removed: true },
];

/** An open image without pixels, and what was said on the way. */
class Desk {
  readonly document: LabelDocument;
  readonly marking: Marking;
  readonly said: string[] = [];

  constructor(canEdit = true) {
    const grid = new TileGrid([{ level: 0, height: 16, width: 16 }], 16);
    const me = { id: "alice", name: "Alice" };
    this.document = new LabelDocument(new LabelStore(grid, 1e9), new ObjectIndex([]), me);
    const workspace = {
      ...{ document: this.document, canEdit, classes: new CellClasses(CLASSES) },
      ...{ t: { value: 2 }, z: { value: 1 }, annotation: { value: { reasons: {} } } },
      say: (_kind: string, text: string) => void this.said.push(text),
    };
    const editing = new Editing(
      workspace as unknown as Workspace,
      {} as TileLoader,
      {} as LabelPool,
    );
    this.marking = new Marking(editing);
  }

  get facts() {
    return this.document.objects.facts;
  }

  undo(): void {
    this.document.addOwn(this.document.prepareUndo("undo", "u")!.edit);
  }
}

describe("a class", () => {
  it("is one edit for all cells, with a mark for each class that they had", () => {
    const desk = new Desk();
    desk.marking.classify([5, 3], MITOTIC);
    desk.marking.classify([3, 4, 4], DEAD);
    const edits = desk.document.pending.value;
    expect(edits.map(({ kind, patches }) => [kind, patches])).toEqual([
      ["classify", []],
      ["classify", []],
    ]);
    expect(edits[0]!.marks).toEqual([
      { labels: [3, 5], before: { class: null }, after: { class: MITOTIC } },
    ]);
    expect(edits[1]!.marks).toEqual([
      { labels: [3], before: { class: MITOTIC }, after: { class: DEAD } },
      { labels: [4], before: { class: null }, after: { class: DEAD } },
    ]);
    desk.undo();
    expect([3, 4, 5].map((label) => desk.facts.ofCell(label).class)).toEqual([
      MITOTIC,
      null,
      MITOTIC,
    ]);
  });

  it("that the cells have already makes no edit, and is said", () => {
    const desk = new Desk();
    desk.marking.classify([3], MITOTIC);
    desk.marking.classifyAgain([3]);
    expect(desk.document.pending.value).toHaveLength(1);
    expect(desk.said).toEqual(["This cell is now “Mitotic”.", "This cell is already “Mitotic”."]);
  });

  it("is given again by the second key only once one was given", () => {
    const desk = new Desk();
    desk.marking.classifyAgain([3]);
    expect(desk.document.pending.value).toHaveLength(0);
    desk.marking.classify([3], MITOTIC);
    desk.marking.classifyAgain([7, 8]);
    expect(desk.facts.ofCell(8).class).toBe(MITOTIC);
  });

  it("of ten thousand cells is one small mark", () => {
    const desk = new Desk();
    desk.marking.classify(
      Array.from({ length: 10_000 }, (_, index) => index + 1),
      MITOTIC,
    );
    const [edit] = desk.document.pending.value;
    expect(JSON.stringify(edit!.marks).length).toBeLessThan(70_000);
  });
});

describe("ambiguous", () => {
  it("are all of them when one was not, and none when all were", () => {
    const desk = new Desk();
    expect(desk.marking.toggleAmbiguous([3])).toBe(true);
    expect(desk.marking.toggleAmbiguous([3, 4])).toBe(true);
    expect(desk.document.pending.value[1]!.marks).toEqual([
      { labels: [4], before: { is_ambiguous: false }, after: { is_ambiguous: true } },
    ]);
    expect(desk.marking.toggleAmbiguous([3, 4])).toBe(false);
    expect(desk.facts.ofCell(3).is_ambiguous).toBe(false);
  });

  it("needs a cell, and the right to edit", () => {
    const [desk, locked] = [new Desk(), new Desk(false)];
    desk.marking.toggleAmbiguous([]);
    expect(desk.said).toEqual(["Point at a cell, or select some first."]);
    locked.marking.toggleAmbiguous([3]);
    locked.marking.classify([3], MITOTIC);
    locked.marking.ignore([
      [0, 0],
      [0, 5],
      [5, 5],
    ]);
    expect(locked.document.pending.value).toEqual([]);
    expect(locked.said).toHaveLength(3);
  });
});

describe("a region to ignore", () => {
  const circle = (n: number): Point[] =>
    Array.from({ length: n }, (_, i) => [
      50 + 30 * Math.sin((2 * Math.PI * i) / n),
      50 + 30 * Math.cos((2 * Math.PI * i) / n),
    ]);

  it("belongs to the shown plane, with corners on eighths and no more than the server takes", () => {
    const desk = new Desk();
    desk.marking.ignore(circle(9000));
    const [id, region] = [...desk.facts.regions][0]!;
    expect(region).toMatchObject({ t: 2, z: 1 });
    expect(region.points.length).toBeLessThanOrEqual(2000);
    expect(region.points.flat().every((value) => Number.isInteger(value * 8))).toBe(true);
    desk.marking.stopIgnoring(id);
    expect(desk.facts.regions.size).toBe(0);
    desk.undo();
    expect(desk.facts.regions.get(id)).toEqual(region);
  });
});
