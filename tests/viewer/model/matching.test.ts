/** Which cells of two label images are the same; taking cells over from one into the other. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replacedBy, withCopy } from "../../../static/src/viewer/model/copying.ts";
import { Overlaps } from "../../../static/src/viewer/model/matching.ts";
import type { Raster } from "../../../static/src/viewer/model/raster.ts";

function row(...data: number[]): Raster {
  return { y0: 0, x0: 0, height: 1, width: data.length, data: Uint32Array.from(data) };
}

describe("the differences of two results", () => {
  it("are cells only here, only there, and those of another shape", () => {
    const shown = row(1, 1, 1, 1, 0, 2, 2, 0, 3, 3, 3);
    const other = row(9, 9, 9, 0, 0, 0, 0, 8, 7, 7, 7);
    const found = new Overlaps(shown, other).differences();
    expect(found.added).toEqual(new Set([2]));
    expect(found.removed).toEqual(new Set([8]));
    expect(found.changed).toEqual(new Set([1]));
    expect(found.changedThere).toEqual(new Set([9]));
  });

  it("are none between an image and itself under other numbers", () => {
    const labels = fc.array(fc.nat(5), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(labels, (data) => {
        const renamed = data.map((label) => (label === 0 ? 0 : label + 100));
        const found = new Overlaps(row(...data), row(...renamed)).differences();
        expect([found.added.size, found.removed.size, found.changed.size]).toEqual([0, 0, 0]);
      }),
    );
  });

  it("turn around with the images", () => {
    const labels = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(labels, (pairs) => {
        const [a, b] = [row(...pairs.map(([x]) => x)), row(...pairs.map(([, y]) => y))];
        const [there, back] = [new Overlaps(a, b), new Overlaps(b, a)].map((o) => o.differences());
        // At an overlap of exactly one half two cells may share a partner.
        const halves = [1, 2, 3, 4].some((l) => new Overlaps(a, b).matchOf(l)?.overlap === 0.5);
        fc.pre(!halves);
        expect(there!.added).toEqual(back!.removed);
        expect(there!.changed).toEqual(back!.changedThere);
      }),
    );
  });
});

describe("a copied cell", () => {
  it("takes the place of the cell that it mostly covers", () => {
    const source = row(9, 9, 9, 9, 0, 0);
    expect(replacedBy(source, 9, row(1, 1, 1, 0, 2, 2))).toBe(1);
    expect(replacedBy(source, 9, row(1, 1, 2, 2, 0, 0))).toBeNull();
    expect(replacedBy(source, 9, row(0, 0, 0, 0, 2, 2))).toBeNull();
  });

  it("has the pixels of its source, but leaves protected neighbors theirs", () => {
    const source = row(9, 9, 9, 0, 0);
    const current = row(1, 0, 2, 1, 2);
    expect([...withCopy(current, source, 9, 1, true).data]).toEqual([1, 1, 2, 0, 2]);
    expect([...withCopy(current, source, 9, 1, false).data]).toEqual([1, 1, 1, 0, 2]);
  });
});
