import { describe, expect, it } from "vitest";
import { StaleArea } from "../../../static/src/viewer/model/stale_area.ts";
import { View } from "../../../static/src/viewer/model/view.ts";

describe("what must be drawn again", () => {
  it("is everything at first", () => {
    const area = new StaleArea();
    expect(area.isAll).toBe(true);
    area.add([0, 0, 1, 1]);
    expect(area.boxes).toBeNull();
  });

  it("joins boxes that touch, also those that only a third one connects", () => {
    const area = new StaleArea();
    area.clear();
    expect(area.isEmpty).toBe(true);
    area.add([0, 0, 10, 10]);
    area.add([0, 30, 10, 40]);
    expect(area.boxes).toHaveLength(2);
    area.add([5, 5, 8, 35]);
    expect(area.boxes).toEqual([[0, 0, 10, 40]]);
  });

  it("is one box when there are very many", () => {
    const area = new StaleArea();
    area.clear();
    for (let at = 0; at < 50; at++) area.add([at * 10, at * 10, at * 10 + 1, at * 10 + 1]);
    expect(area.boxes!.length).toBeLessThan(13);
    expect(area.boxes!.some(([, , y1]) => y1 === 491)).toBe(true);
  });
});

describe("a view on the pixels of a canvas", () => {
  const view = new View([230.3, 505.7], 1.37, { height: 664, width: 929, density: 1.5 });
  const canvas = { height: 996, width: 1394 };

  it("moves by at most half a pixel", () => {
    const snapped = view.snapped(canvas);
    const [y, x] = snapped.imageToScreen([-0.5, -0.5]);
    const [wasY, wasX] = view.imageToScreen([-0.5, -0.5]);
    expect(Math.abs(y - wasY) * 1.5).toBeLessThanOrEqual(0.5 + 1e-9);
    expect(Math.abs(x - wasX) * 1.5).toBeLessThanOrEqual(0.51);
    expect((y * 996) / 664).toBeCloseTo(Math.round((y * 996) / 664), 6);
    expect((x * 1394) / 929).toBeCloseTo(Math.round((x * 1394) / 929), 6);
  });

  it("stays whole pixels apart from where it was, however it was pulled", () => {
    const places = [0, 0.3, 7.77, -31.2].map((dx) => {
      const [, x] = view.pan(0, dx).snapped(canvas).imageToScreen([-0.5, -0.5]);
      return (x * 1394) / 929;
    });
    for (const place of places)
      expect(place - places[0]!).toBeCloseTo(Math.round(place - places[0]!), 6);
  });

  it("asks for finer tiles on a dense screen", () => {
    expect(view.detail).toBeCloseTo(1.37 * 1.5, 9);
    expect(new View([0, 0], 0.5, { height: 1, width: 1 }).detail).toBe(0.5);
  });
});
