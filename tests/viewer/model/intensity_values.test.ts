import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  IntensityValues,
  STATISTICS,
  type Statistic,
} from "../../../static/src/viewer/model/intensity_values.ts";

const STRIDE = 5;
const tile = fc.record({
  labels: fc
    .array(fc.nat(3), { minLength: 20, maxLength: 20 })
    .map((list) => Uint32Array.from(list)),
  pixels: fc
    .array(fc.nat(65535), { minLength: 20, maxLength: 20 })
    .map((list) => Uint16Array.from(list)),
});
type Tile = { labels: Uint32Array; pixels: Uint16Array };

/** The values under a cell in the filled part of some tiles, 3 rows of 4, in order. */
function valuesUnder(tiles: readonly Tile[], label: number): number[] {
  const values = tiles.flatMap(({ labels, pixels }) =>
    [...pixels].filter((_, at) => {
      const [row, column] = [Math.floor(at / STRIDE), at % STRIDE];
      return row < 3 && column < 4 && labels[at] === label;
    }),
  );
  return values.sort((a, b) => a - b);
}

function statisticsOf(values: readonly number[]): Record<Statistic, number> {
  const n = values.length;
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = sum / n;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  const [low, high] = [values[Math.ceil(n / 2) - 1]!, values[Math.floor(n / 2)]!];
  return {
    ...{ mean, sum, median: (low + high) / 2, sd: Math.sqrt(squares / n) },
    ...{ min: values[0]!, max: values.at(-1)! },
  };
}

describe("intensities", () => {
  it("are those of all tiles as they were gathered last", () => {
    fc.assert(
      fc.property(tile, tile, tile, (first, second, again) => {
        const found = new IntensityValues();
        const gather = (key: string, { labels, pixels }: Tile) => {
          found.gather(key, labels, pixels, [3, 4], STRIDE);
        };
        gather("a", first);
        gather("b", second);
        for (const statistic of STATISTICS) found.of(1, statistic);
        gather("a", again);
        for (const label of [1, 2, 3]) {
          const values = valuesUnder([again, second], label);
          const expected = statisticsOf(values);
          for (const name of STATISTICS) {
            if (values.length === 0) expect(found.of(label, name)).toBeNull();
            else expect(found.of(label, name)).toBeCloseTo(expected[name], 6);
          }
        }
        expect(found.of(0, "mean")).toBeNull();
      }),
    );
  });

  it("keep the fractions of float pixels", () => {
    const found = new IntensityValues();
    found.gather("a", Uint32Array.of(7, 7, 0), Float32Array.of(0.25, -1.5, 9), [1, 3], 3);
    expect(found.of(7, "min")).toBe(-1.5);
    expect(found.of(7, "median")).toBe(-0.625);
  });
});
