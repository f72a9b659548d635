/** What is known of each cell, while people change cells. */
import { describe, expect, it } from "vitest";
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

  it("is empty for a cell that a person drew", () => {
    const objects = index();
    objects.apply(change([1, 1, 0, 2, 2], [1, 1, 7, 2, 2]));
    expect(objects.get(7, 0, 0)!.confidence).toBeNull();
    expect(objects.get(1, 0, 0)!.confidence).toBe(0.9);
  });
});
