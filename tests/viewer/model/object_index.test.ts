/** What is known of each cell, while people change cells. */
import { describe, expect, it } from "vitest";
import { CELL_STATES, countBy, stateOf } from "../../../static/src/viewer/model/cell_state.ts";
import { reverseMark } from "../../../static/src/viewer/model/marks.ts";
import { ObjectIndex } from "../../../static/src/viewer/model/object_index.ts";
import { difference, type Patch, reversePatch } from "../../../static/src/viewer/model/patch.ts";

/** One row of pixels as a patch. */
function change(before: number[], after: number[]): Patch {
  const place = { y0: 0, x0: 0, height: 1, width: before.length };
  const old = { ...place, data: new Uint32Array(before) };
  return difference(old, { ...place, data: new Uint32Array(after) }, 0, 0)!;
}

function index(): ObjectIndex {
  return new ObjectIndex([
    [1, 0, 0, 0, 0, 1, 2, 2, 0.9],
    [2, 0, 0, 0, 3, 1, 5, 2, 0.4],
  ]);
}

const confidences = (objects: ObjectIndex) =>
  objects.list(0, 0).map(({ label, confidence }) => [label, confidence]);

describe("cells that were imported", () => {
  it("are called so until a person changes them, and again once that is undone", () => {
    const objects = new ObjectIndex([[1, 0, 0, 0, 0, 1, 2, 2, null]], "imported");
    const stateNow = () => stateOf(objects.get(1, 0, 0)!, false);
    const grown = change([1, 1, 0], [1, 1, 1]);
    expect(stateNow()).toBe("imported");
    objects.apply(grown);
    expect(stateNow()).toBe("edited");
    objects.apply(reversePatch(grown));
    expect(stateNow()).toBe("imported");
  });
});

describe("the confidence of a cell", () => {
  it("is gone once a person has changed the cell, and stays with the others", () => {
    const objects = index();
    objects.apply(change([1, 1, 0, 2, 2], [1, 1, 1, 2, 2]));
    expect(confidences(objects)).toEqual([
      [1, null],
      [2, 0.4],
    ]);
  });

  it("comes back when the change is undone, and goes again when it is redone", () => {
    const objects = index();
    const grown = change([1, 1, 0, 2, 2], [1, 1, 1, 2, 2]);
    const taken = change([1, 1, 1, 2, 2], [1, 1, 1, 1, 2]);
    objects.apply(grown);
    objects.apply(taken);
    objects.apply(reversePatch(taken));
    objects.apply(reversePatch(grown));
    expect(confidences(objects)).toEqual([
      [1, 0.9],
      [2, 0.4],
    ]);
    objects.apply(grown);
    expect(objects.get(1, 0, 0)!.confidence).toBeNull();
  });

  it("comes back whatever way the pixels come back", () => {
    const objects = index();
    objects.apply(change([1, 1, 0, 2, 2], [7, 8, 0, 2, 2]));
    expect(objects.get(1, 0, 0)).toBeNull();
    objects.apply(change([7, 8, 0, 2, 2], [0, 0, 0, 2, 2]));
    objects.apply(change([0, 0, 0, 2, 2], [1, 1, 0, 2, 2]));
    expect(objects.get(1, 0, 0)).toMatchObject({ confidence: 0.9, origin: "model" });
  });

  it("does not come back with as many pixels elsewhere", () => {
    const objects = index();
    objects.apply(change([1, 1, 0, 2, 2], [0, 1, 1, 2, 2]));
    expect(objects.get(1, 0, 0)).toMatchObject({ confidence: null, origin: "edited", area: 2 });
  });

  it("is empty for a cell that a person drew", () => {
    const objects = index();
    objects.apply(change([1, 1, 0, 2, 2], [1, 1, 7, 2, 2]));
    expect(objects.get(7, 0, 0)!.confidence).toBeNull();
    expect(objects.get(1, 0, 0)!.confidence).toBe(0.9);
  });
});

describe("the state of a cell", () => {
  const states = (objects: ObjectIndex, isApproved = false) =>
    objects.list(0, 0).map((object) => stateOf(object, isApproved));

  it("tells who made the cell, and what is said of it comes first", () => {
    const objects = index();
    objects.apply(change([1, 1, 0, 2, 2], [1, 0, 7, 2, 2]));
    expect(states(objects)).toEqual(["edited", "model", "manual"]);
    const mark = { labels: [2], before: { is_ambiguous: false }, after: { is_ambiguous: true } };
    objects.applyMarks([mark]);
    expect(states(objects)).toEqual(["edited", "ambiguous", "manual"]);
    expect(states(objects, true)).toEqual(["approved", "ambiguous", "approved"]);
    objects.applyMarks([reverseMark(mark)]);
    expect(states(objects)).toEqual(["edited", "model", "manual"]);
  });

  it("is counted, also where there is none", () => {
    const counts = countBy(index().list(0, 0), CELL_STATES, (object) => stateOf(object, false));
    expect([...counts.values()]).toEqual([2, 0, 0, 0, 0, 0]);
  });

  it("is there for a cell of which something was said before it had pixels", () => {
    const objects = index();
    const after = { is_ambiguous: true };
    objects.applyMarks([{ labels: [7], before: { is_ambiguous: false }, after }]);
    objects.apply(change([1, 1, 0, 2, 2], [1, 1, 7, 2, 2]));
    expect(objects.get(7, 0, 0)!.facts.is_ambiguous).toBe(true);
  });
});

describe("what changed since", () => {
  it("names the cells that won or lost pixels, or of which something was said", () => {
    const objects = index();
    expect([...objects.touchedSince(-1)]).toEqual([]);
    objects.apply(change([1, 1, 0, 2, 2], [1, 1, 7, 2, 2]));
    const after = objects.revision.value;
    expect([...objects.touchedSince(0)]).toEqual([7]);
    objects.apply(change([1, 1, 7, 2, 2], [2, 2, 7, 2, 2]));
    expect([...objects.touchedSince(after)].sort()).toEqual([1, 2]);
    const said = objects.revision.value;
    objects.applyMarks([
      { labels: [7], before: { is_ambiguous: false }, after: { is_ambiguous: true } },
    ]);
    expect([...objects.touchedSince(said)]).toEqual([7]);
  });

  it("counts the cells as they come, go and come back", () => {
    const objects = index();
    const deletion = change([1, 1, 0, 2, 2], [0, 0, 0, 2, 2]);
    for (const [patch, count] of [
      [deletion, 1],
      [reversePatch(deletion), 2],
      [change([1, 1, 0, 2, 2], [1, 1, 7, 2, 2]), 3],
    ] as const) {
      objects.apply(patch);
      expect(objects.count).toBe(count);
      expect(objects.all()).toHaveLength(count);
    }
  });
});
