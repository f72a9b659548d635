/** Strokes that end where the model sees the outline of a cell. */
import { type Box, intersectBoxes, isEmptyBox, type Point } from "./geometry.ts";
import { emptyRaster, type Mask, type Raster } from "./raster.ts";

/** A row of pixels of a cell: y, first x, end x. */
type Row = readonly [y: number, start: number, stop: number];

/** The cells that the model sees in a box, numbered from 1; they are nobody's labels. */
export function suggestionFrom(cells: readonly (readonly Row[])[], box: Box): Raster {
  const raster = emptyRaster(box);
  cells.forEach((rows, index) => {
    for (const [y, start, stop] of rows) {
      const line = intersectBoxes([y, start, y + 1, stop], box);
      if (isEmptyBox(line)) continue;
      const at = (y - box[0]) * raster.width - box[1];
      raster.data.fill(index + 1, at + line[1], at + line[3]);
    }
  });
  return raster;
}

/** Which cell the model sees at a place; 0 for none, or for a place outside. */
export function suggestedAt({ y0, x0, height, width, data }: Raster, [y, x]: Point): number {
  const [row, column] = [Math.round(y) - y0, Math.round(x) - x0];
  if (row < 0 || column < 0 || row >= height || column >= width) return 0;
  return data[row * width + column]!;
}

/** Of a stroke what lies in one cell that the model sees, or beside all of them (0). */
export function snapped(mask: Mask, suggestion: Raster, cell: number): Mask {
  const data = new Uint8Array(mask.data.length);
  for (let row = 0; row < mask.height; row++) {
    const line = mask.y0 + row - suggestion.y0;
    if (line < 0 || line >= suggestion.height) continue;
    const first = Math.max(mask.x0, suggestion.x0);
    const last = Math.min(mask.x0 + mask.width, suggestion.x0 + suggestion.width);
    const from = line * suggestion.width - suggestion.x0;
    const to = row * mask.width - mask.x0;
    for (let x = first; x < last; x++) {
      if (suggestion.data[from + x] === cell) data[to + x] = mask.data[to + x]!;
    }
  }
  return { ...mask, data };
}
