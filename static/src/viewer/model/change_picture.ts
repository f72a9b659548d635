/** A small picture of what some edits changed: the cells that won pixels, and faintly what went. */
import type { Edit } from "./edit.ts";
import { type Box, boxHeight, boxWidth, uniteBoxes } from "./geometry.ts";
import { labelColorIndex } from "./label_color.ts";
import { forEachSpan, type Patch } from "./patch.ts";

type Rgb = readonly [red: number, green: number, blue: number];

export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** Small changes are not blown up beyond this. */
const LARGEST_SCALE = 4;
const GONE_ALPHA = 90;

/**
 * RGBA, row by row; null when no pixel changed. Where edits touch several planes, the one of the
 * last patch is shown. `colors` are those of the tokens --label-1 and on, from 0 to 1.
 */
export function changePicture(
  edits: readonly Edit[],
  size: PictureSize,
  colors: readonly Rgb[],
): Uint8ClampedArray<ArrayBuffer> | null {
  const patches = edits.flatMap((edit) => edit.patches);
  const last = patches.at(-1);
  if (last === undefined) return null;
  const here = patches.filter(({ t, z }) => t === last.t && z === last.z);
  const box = here.map(({ bbox }) => bbox).reduce(uniteBoxes);
  const data = new Uint8ClampedArray(4 * size.height * size.width);
  for (const patch of here) paintPatch(data, size, patch, box, colors);
  return data;
}

function paintPatch(
  data: Uint8ClampedArray,
  { height, width }: PictureSize,
  patch: Patch,
  box: Box,
  colors: readonly Rgb[],
): void {
  const fitting = Math.min(height / boxHeight(box), width / boxWidth(box));
  const scale = Math.min(fitting, LARGEST_SCALE);
  const top = (height - scale * boxHeight(box)) / 2;
  const left = (width - scale * boxWidth(box)) / 2;
  const place = (corner: number, from: number, value: number) =>
    Math.floor(corner + scale * (value - from));
  forEachSpan(patch, (y, x0, x1, before, after) => {
    const [row0, col0] = [place(top, box[0], y), place(left, box[1], x0)];
    // Every pixel leaves a trace, however small it is here.
    const row1 = Math.max(row0 + 1, place(top, box[0], y + 1));
    const col1 = Math.max(col0 + 1, place(left, box[1], x1));
    const color = colors[labelColorIndex(after === 0 ? before : after) - 1]!;
    const rgba = [...color.map((part) => Math.round(255 * part)), after === 0 ? GONE_ALPHA : 255];
    for (let row = row0; row < Math.min(row1, height); row++) {
      for (let col = col0; col < Math.min(col1, width); col++)
        data.set(rgba, 4 * (row * width + col));
    }
  });
}
