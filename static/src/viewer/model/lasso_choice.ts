/** Which cells a lasso means: those that lie inside it by more than half. */
import { type Box, boxAround, boxesTouch, type Point } from "./geometry.ts";
import type { CellObject } from "./object_index.ts";
import { polygon } from "./operations.ts";
import type { Mask } from "./raster.ts";

/** The lasso is drawn on a raster of at most about so many pixels a side. */
const MOST_PIXELS = 1024;
/** A cell is looked at in so many places in each direction. */
const SAMPLES = 9;

/** `labelAt` is asked only about cells that the line of the lasso runs through. */
export function cellsInLasso(
  points: readonly Point[],
  cells: readonly CellObject[],
  labelAt: (point: Point) => number,
): number[] {
  if (points.length < 3) return [];
  const box = boxAround(points, 1);
  const scale = Math.max(1, Math.max(box[2] - box[0], box[3] - box[1]) / MOST_PIXELS);
  const corners = points.map(([y, x]): Point => [(y - box[0]) / scale, (x - box[1]) / scale]);
  const side = (length: number) => Math.ceil(length / scale) + 1;
  const mask = polygon(corners, [0, 0, side(box[2] - box[0]), side(box[3] - box[1])]);
  const isInside = ([y, x]: Point) => isSet(mask, (y - box[0]) / scale, (x - box[1]) / scale);
  return cells
    .filter((cell) => boxesTouch(cell.box, box) && isMostlyInside(cell, isInside, labelAt))
    .map(({ label }) => label);
}

function isMostlyInside(
  { label, box }: CellObject,
  isInside: (point: Point) => boolean,
  labelAt: (point: Point) => number,
): boolean {
  const places = placesIn(box);
  const inside = places.map(isInside);
  if (inside.every((value) => value)) return true;
  if (!inside.some((value) => value)) return false;
  const own = places.map((place) => labelAt(place) === label);
  const nOwn = own.filter((value) => value).length;
  // A cell so thin that no place meets it is judged by its box.
  if (nOwn === 0) return 2 * inside.filter((value) => value).length > places.length;
  return 2 * inside.filter((value, index) => value && own[index]).length > nOwn;
}

/** The middles of the squares of a grid over the box, on whole pixels. */
function placesIn([y0, x0, y1, x1]: Box): Point[] {
  const along = (start: number, stop: number) => {
    const count = Math.min(SAMPLES, stop - start);
    return Array.from({ length: count }, (_, i) =>
      Math.floor(start + ((i + 0.5) * (stop - start)) / count),
    );
  };
  const columns = along(x0, x1);
  return along(y0, y1).flatMap((y) => columns.map((x): Point => [y, x]));
}

function isSet(mask: Mask, y: number, x: number): boolean {
  const [row, column] = [Math.round(y), Math.round(x)];
  if (row < 0 || column < 0 || row >= mask.height || column >= mask.width) return false;
  return mask.data[row * mask.width + column] === 1;
}
