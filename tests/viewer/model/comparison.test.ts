import { describe, expect, it } from "vitest";
import {
  type Differences,
  hereWords,
  planesWords,
  unitedDifferences,
} from "../../../static/src/viewer/model/comparison.ts";

function differences(added: number[], changed: number[], removed: number[]): Differences {
  const sets = { added: new Set(added), changed: new Set(changed), removed: new Set(removed) };
  return { ...sets, changedThere: new Set(changed) };
}

describe("a comparison over many planes", () => {
  it("is the sum of its planes, whose cells have numbers of their own", () => {
    const all = unitedDifferences([differences([1], [2, 3], []), differences([4, 5], [], [6])]);
    expect(all).toEqual({ ...differences([1, 4, 5], [2, 3], [6]) });
  });

  it("is told in words", () => {
    const here = differences([1, 2], [], [3]);
    expect(hereWords(here)).toBe("In this plane: 2 only here, none changed, 1 only there.");
    expect(planesWords({ n_counted: 10, n_planes: 10, here })).toBe("In all 10 planes");
    expect(planesWords({ n_counted: 3, n_planes: 10, here })).toBe("In 3 of 10 planes so far");
  });
});
