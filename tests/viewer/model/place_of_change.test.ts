/** Where an edit is shown. */
import { describe, expect, it } from "vitest";
import { ObjectIndex } from "../../../static/src/viewer/model/object_index.ts";
import { placesOfChange } from "../../../static/src/viewer/model/place_of_change.ts";

const OBJECTS = new ObjectIndex([
  [3, 1, 0, 10, 20, 14, 26, 9, null],
  [4, 0, 2, 0, 0, 5, 5, 9, null],
]);
const unclear = (labels: number[]) => {
  return { labels, before: { is_ambiguous: false }, after: { is_ambiguous: true } };
};
const patch = { t: 5, z: 6, bbox: [1, 2, 3, 4], runs: new Uint32Array() } as const;
const region = { t: 2, z: 1, points: [[0, 0] as const, [8, 4] as const, [0, 9] as const] };

describe("the place of a change", () => {
  it("is that of its pixels", () => {
    const places = placesOfChange({ patches: [patch], marks: [unclear([3])] }, OBJECTS);
    expect(places).toEqual([{ t: 5, z: 6, box: [1, 2, 3, 4] }]);
  });

  it("is that of the cells of which something is said, in whatever plane, if they are there", () => {
    const places = placesOfChange({ patches: [], marks: [unclear([3, 4, 99])] }, OBJECTS);
    expect(places.map(({ t, z, box }) => [t, z, box])).toEqual([
      [1, 0, [10, 20, 14, 26]],
      [0, 2, [0, 0, 5, 5]],
    ]);
  });

  it("is that of a region, also when it goes", () => {
    const gone = { region: "r", before: region, after: null };
    const [place] = placesOfChange({ patches: [], marks: [gone] }, OBJECTS);
    expect(place).toMatchObject({ t: 2, z: 1, box: [0, 0, 9, 10] });
  });

  it("is nowhere when nothing of it is left", () => {
    expect(placesOfChange({ patches: [], marks: [unclear([99])] }, OBJECTS)).toEqual([]);
  });
});
