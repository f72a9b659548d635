/** The small picture of a change in the history. */
import { describe, expect, it } from "vitest";
import { changePicture } from "../../../static/src/viewer/model/change_picture.ts";
import type { Edit } from "../../../static/src/viewer/model/edit.ts";
import type { Box } from "../../../static/src/viewer/model/geometry.ts";
import { labelColorIndex } from "../../../static/src/viewer/model/label_color.ts";

const SIZE = { height: 8, width: 12 };
const COLORS = Array.from({ length: 8 }, (_, index) => [index / 255, 0, 0] as const);

function painted(bbox: Box, before: number, after: number, t = 0): Edit {
  const n_pixels = (bbox[2] - bbox[0]) * (bbox[3] - bbox[1]);
  const patch = { t, z: 0, bbox, runs: Uint32Array.of(0, n_pixels, before, after) };
  const rest = { version: 1, client_id: "", author: { id: "", name: "" }, created_at: "" };
  return { ...rest, kind: "brush", undoes: null, patches: [patch], marks: [] };
}

/** Opacity by row and column, as letters: # what came, - what went, . nothing. */
function drawn(edits: readonly Edit[]): string[] {
  const data = changePicture(edits, SIZE, COLORS)!;
  const sign = (at: number) => (data[4 * at + 3] === 255 ? "#" : data[4 * at + 3] ? "-" : ".");
  const row = (y: number) => Array.from({ length: SIZE.width }, (_, x) => sign(y * SIZE.width + x));
  return Array.from({ length: SIZE.height }, (_, y) => row(y).join(""));
}

describe("the picture of a change", () => {
  it("fits the change into its middle, in the color of the cell", () => {
    expect(drawn([painted([100, 50, 116, 58], 0, 7)])).toEqual(new Array(8).fill("....####...."));
    const data = changePicture([painted([0, 0, 2, 3], 0, 7)], SIZE, COLORS)!;
    expect(data[0]).toBe(labelColorIndex(7) - 1);
  });

  it("shows faintly what went, and what several edits did together", () => {
    const edits = [painted([0, 0, 8, 6], 3, 0), painted([0, 6, 8, 12], 0, 4)];
    expect(drawn(edits)).toEqual(new Array(8).fill("------######"));
  });

  it("keeps a trace of every pixel of a huge change, and shows one plane", () => {
    const edits = [painted([0, 0, 1, 1], 0, 2), painted([799, 1199, 800, 1200], 0, 2)];
    const rows = drawn(edits);
    expect([rows[0]![0], rows[7]![11]]).toEqual(["#", "#"]);
    expect(drawn([painted([0, 0, 8, 12], 0, 2), painted([0, 0, 8, 6], 0, 2, 1)])[0]).toBe(
      "...######...",
    );
  });

  it("is none where only something was said", () => {
    expect(
      changePicture([{ ...painted([0, 0, 1, 1], 0, 2), patches: [] }], SIZE, COLORS),
    ).toBeNull();
  });
});
