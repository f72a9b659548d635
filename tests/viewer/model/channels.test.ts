/** How channels are shown: presets by name, colours for everybody, one alone; and projections. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  presetFrom,
  presetOf,
  presetsFrom,
  withPreset,
  withSafeColors,
  withSolo,
} from "../../../static/src/viewer/model/channel_presets.ts";
import type { ChannelDisplay } from "../../../static/src/viewer/model/channels.ts";
import type { ChannelJson, ChannelRole } from "../../../static/src/viewer/model/contract.ts";
import { PROJECTED_Z, ProjectedTile } from "../../../static/src/viewer/model/projection.ts";

const display: ChannelDisplay = { isVisible: true, color: "#ff0000", low: 0, high: 9, gamma: 1 };

function channel(index: number, name: string, role: ChannelRole = "other"): ChannelJson {
  const limits = { low: 0, high: 9, gamma: 1, minimum: 0, maximum: 9, histogram: [1] };
  return { index, name, role, color: "#ffffff", ...limits };
}

describe("a preset of channels", () => {
  it("goes by the names of the channels, whatever their order in another image", () => {
    const preset = presetOf(
      [channel(0, "DAPI"), channel(1, "Actin")],
      [
        { ...display, high: 100 },
        { ...display, high: 200 },
      ],
    );
    const [actin, other, dapi] = withPreset(
      [channel(0, "Actin"), channel(1, "Phase"), channel(2, "DAPI")],
      [display, display, display],
      preset,
    );
    expect([actin!.high, other!.high, dapi!.high]).toEqual([200, 9, 100]);
  });

  it("survives being stored, and what is not one is passed over", () => {
    const channels = presetOf([channel(0, "DAPI")], [display]);
    const stored = JSON.parse(JSON.stringify([{ name: "Mine", channels }, { name: "" }, 7]));
    expect(presetsFrom(stored)).toEqual([{ name: "Mine", channels }]);
    expect(presetFrom({ DAPI: { ...display, gamma: 0 }, Actin: "red" })).toEqual({});
    expect(presetsFrom(null)).toEqual([]);
  });
});

describe("colors for everybody", () => {
  it("leave a transmitted light alone and never give two stains one color", () => {
    const names = ["Phase", "a", "b", "c", "d"];
    const channels = names.map((name, at) => channel(at, name, at === 0 ? "transmitted" : "other"));
    const shown = withSafeColors(
      channels,
      names.map(() => display),
    );
    expect(shown[0]).toBe(display);
    expect(new Set(shown.map(({ color }) => color)).size).toBe(5);
  });
});

describe("one channel alone", () => {
  it("hides the others, and brings back what was shown before", () => {
    const hidden = { ...display, isVisible: false };
    const visibility = (displays: readonly ChannelDisplay[]) =>
      displays.map(({ isVisible }) => isVisible);
    const solo = withSolo([display, display, hidden], 1, null);
    expect(visibility(solo)).toEqual([false, true, false]);
    expect(visibility(withSolo(solo, 1, [true, true, false]))).toEqual([true, true, false]);
    expect(visibility(withSolo(solo, 2, null))).toEqual([false, false, true]);
  });
});

describe("a projection", () => {
  const slices = fc.array(fc.array(fc.nat(65_535), { minLength: 4, maxLength: 4 }), {
    minLength: 1,
    maxLength: 6,
  });

  function project(kind: "max" | "mean", values: number[][], order: readonly number[]) {
    const tile = new ProjectedTile(kind, values.length);
    const pixels = values.map((slice) => Uint16Array.from(slice));
    for (const z of order) tile.add(z, pixels[z]!);
    expect(tile.isComplete).toBe(true);
    return [...tile.result(pixels[0]!)];
  }

  it("keeps the brightest value of every pixel exactly, in whatever order slices come", () => {
    fc.assert(
      fc.property(slices, (values) => {
        const order = values.map((_, z) => z).reverse();
        const expected = [0, 1, 2, 3].map((at) => Math.max(...values.map((slice) => slice[at]!)));
        expect(project("max", values, [...order, ...order])).toEqual(expected);
      }),
    );
  });

  it("rounds the mean to a value of the image", () => {
    expect(
      project(
        "mean",
        [
          [1, 0, 65_535, 7],
          [2, 0, 65_535, 8],
        ],
        [0, 1],
      ),
    ).toEqual([2, 0, 65_535, 8]);
  });

  it("changes no slice and knows how far it is", () => {
    const tile = new ProjectedTile("max", 3);
    const first = Uint16Array.of(5);
    tile.add(0, first);
    tile.add(2, Uint16Array.of(9));
    expect([tile.nDone, tile.isComplete, first[0]]).toEqual([2, false, 5]);
    expect(new Set(Object.values(PROJECTED_Z)).size).toBe(2);
  });
});
