/** Lines that were measured seldom are drawn without corners. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distance, type Point } from "../../../static/src/viewer/model/geometry.ts";
import { SmoothLine } from "../../../static/src/viewer/model/smooth_line.ts";

/** The whole line through places, as it is drawn in the end. */
function drawn(places: readonly Point[]): Point[] {
  const line = new SmoothLine();
  const pieces = [...places.map((place) => line.next(place)), line.end()];
  return pieces.flatMap((piece) => piece?.sure ?? []);
}

function onCircle(radius: number, count: number): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / 8;
    return [100 + radius * Math.sin(angle), 100 + radius * Math.cos(angle)];
  });
}

/** The sharpest turn of a line in degrees. */
function sharpestTurn(line: readonly Point[]): number {
  const steps = line.slice(1).flatMap(([y, x], i): Point[] => {
    const step: Point = [y - line[i]![0], x - line[i]![1]];
    return Math.hypot(...step) > 1e-9 ? [step] : [];
  });
  const turns = steps.slice(1).map(([y, x], i) => {
    const [fromY, fromX] = steps[i]!;
    return Math.abs(Math.atan2(fromX * y - fromY * x, fromY * y + fromX * x));
  });
  return (Math.max(0, ...turns) * 180) / Math.PI;
}

const places = fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 1, maxLength: 12 });

describe("a smooth line", () => {
  it("turns an octagon of fast moves into a circle", () => {
    const line = drawn(onCircle(60, 9));
    expect(sharpestTurn(onCircle(60, 9))).toBeCloseTo(45);
    expect(sharpestTurn(line)).toBeLessThan(12);
    const inner = line.filter((place) => distance(place, line[0]!) > 50);
    const radii = inner.map((place) => distance(place, [100, 100]));
    // The sides of the octagon come as near to the middle as 55.4.
    expect(Math.min(...radii)).toBeGreaterThan(58.5);
    expect(Math.max(...radii)).toBeLessThan(60.5);
  });

  it("goes through every place, begins at the first and ends at the last", () => {
    fc.assert(
      fc.property(places, (through) => {
        const line = drawn(through);
        for (const place of through) {
          expect(line.some((point) => distance(point, place) === 0)).toBe(true);
        }
        expect(line[0]).toEqual(through[0]);
        expect(line.at(-1)).toEqual(through.at(-1));
      }),
    );
  });

  it("shows the pointer at once: the tail ends at the last place", () => {
    fc.assert(
      fc.property(places, (through) => {
        const line = new SmoothLine();
        for (const place of through) {
          const piece = line.next(place);
          if (piece) expect([...piece.sure, ...piece.tail].at(-1)).toEqual(place);
        }
      }),
    );
  });

  it("stays straight where the places are", () => {
    const line = drawn([
      [0, 0],
      [0, 30],
      [0, 70],
    ]);
    expect(line.every(([y]) => Math.abs(y) < 1e-9)).toBe(true);
  });
});
