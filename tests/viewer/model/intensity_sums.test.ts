import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IntensitySums } from "../../../static/src/viewer/model/intensity_sums.ts";

const STRIDE = 5;
const tile = fc.record({
  labels: fc
    .array(fc.nat(3), { minLength: 20, maxLength: 20 })
    .map((list) => Uint32Array.from(list)),
  pixels: fc
    .array(fc.nat(65535), { minLength: 20, maxLength: 20 })
    .map((list) => Uint16Array.from(list)),
});

/** The mean over the filled part, 3 rows of 4. */
function meanOf(tiles: readonly { labels: Uint32Array; pixels: Uint16Array }[], label: number) {
  const values = tiles.flatMap(({ labels, pixels }) =>
    [...pixels].filter((_, at) => {
      const [row, column] = [Math.floor(at / STRIDE), at % STRIDE];
      return row < 3 && column < 4 && labels[at] === label;
    }),
  );
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("mean intensities", () => {
  it("are those of all tiles as they were counted last", () => {
    fc.assert(
      fc.property(tile, tile, tile, (first, second, again) => {
        const sums = new IntensitySums();
        sums.count("a", first.labels, first.pixels, [3, 4], STRIDE);
        sums.count("b", second.labels, second.pixels, [3, 4], STRIDE);
        sums.count("a", again.labels, again.pixels, [3, 4], STRIDE);
        for (const label of [1, 2, 3]) {
          const expected = meanOf([again, second], label);
          if (expected === null) expect(sums.meanOf(label)).toBeNull();
          else expect(sums.meanOf(label)).toBeCloseTo(expected, 6);
        }
        expect(sums.meanOf(0)).toBeNull();
      }),
    );
  });
});
