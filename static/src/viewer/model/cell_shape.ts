/**
 * The shape of one cell, as the report measures it (annotations/labels/measure.py and shape.py):
 * axes and eccentricity of the ellipse with the same second moments, perimeter after Cauchy and
 * Crofton in four directions, solidity from the convex hull of the middles of the pixel sides.
 */

/** Three numbers for every run: row, first column, column after the last. */
export type Runs = readonly number[];

/** Lengths in units of `size`, the angle from the vertical, counter-clockwise; NaN: not defined. */
export interface CellShape {
  readonly major_axis: number;
  readonly minor_axis: number;
  readonly eccentricity: number;
  readonly orientation: number;
  readonly perimeter: number;
  readonly circularity: number;
  readonly solidity: number;
}

/** A cell's pixels with a margin of one, from its first row and column. */
interface CellRaster {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}

/** Sides of a pixel that differ by less than this part of them are the same. */
const SQUARE_WITHIN = 1e-3;
const STRAIGHT = Math.PI / 4;
const SLANT = Math.PI / (4 * Math.SQRT2);
const PAIRS = STRAIGHT + SLANT;
/** By the pattern of a 2 x 2 window: lower right 1, upper right 2, lower left 4, upper left 8. */
const CROFTON = [
  ...[0, PAIRS, SLANT, 2 * SLANT, 0, PAIRS, 0, SLANT],
  ...[STRAIGHT, 2 * STRAIGHT, SLANT, SLANT, STRAIGHT, 2 * STRAIGHT, 0, 0],
] as const;

/** `size`: that of a pixel. On pixels that are not square there is no perimeter. */
export function shapeOf(runs: Runs, size: readonly [y: number, x: number]): CellShape {
  const raster = rasterOf(runs);
  const isSquare = Math.abs(size[0] - size[1]) <= SQUARE_WITHIN * Math.max(...size);
  const steps = isSquare ? perimeterOf(raster) : NaN;
  const area = raster.data.reduce((sum, value) => sum + value, 0);
  return {
    ...axesOf(raster, area, size),
    perimeter: steps * ((size[0] + size[1]) / 2),
    circularity: (4 * Math.PI * area) / steps ** 2,
    solidity: area / convexAreaOf(raster),
  };
}

function rasterOf(runs: Runs): CellRaster {
  let [y0, x0, y1, x1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < runs.length; at += 3) {
    y0 = Math.min(y0, runs[at]!);
    y1 = Math.max(y1, runs[at]! + 1);
    x0 = Math.min(x0, runs[at + 1]!);
    x1 = Math.max(x1, runs[at + 2]!);
  }
  const [height, width] = [y1 - y0 + 2, x1 - x0 + 2];
  const data = new Uint8Array(height * width);
  for (let at = 0; at < runs.length; at += 3) {
    const row = (runs[at]! - y0 + 1) * width + 1 - x0;
    data.fill(1, row + runs[at + 1]!, row + runs[at + 2]!);
  }
  return { height, width, data };
}

function perimeterOf({ height, width, data }: CellRaster): number {
  let total = 0;
  for (let y = 1; y < height; y++) {
    for (let at = y * width + 1; at < (y + 1) * width; at++) {
      const upper = 2 * data[at - width]! + 8 * data[at - width - 1]!;
      total += CROFTON[data[at]! + 4 * data[at - 1]! + upper]!;
    }
  }
  return total;
}

function axesOf({ height, width, data }: CellRaster, area: number, size: readonly number[]) {
  let [y, x, yy, yx, xx] = [0, 0, 0, 0, 0];
  for (let row = 1; row < height; row++) {
    for (let column = 1; column < width; column++) {
      if (data[row * width + column] === 0) continue;
      y += row;
      x += column;
      yy += row * row;
      yx += row * column;
      xx += column * column;
    }
  }
  const [middleY, middleX] = [y / area, x / area];
  const [sizeY, sizeX] = size as [number, number];
  yy = (yy / area - middleY ** 2) * sizeY ** 2;
  yx = (yx / area - middleY * middleX) * sizeY * sizeX;
  xx = (xx / area - middleX ** 2) * sizeX ** 2;
  const large = (yy + xx) / 2 + Math.hypot((yy - xx) / 2, yx);
  const small = large > 0 ? Math.max(0, yy * xx - yx * yx) / large : 0;
  const [major_axis, minor_axis] = [4 * Math.sqrt(Math.max(0, large)), 4 * Math.sqrt(small)];
  const ratio = major_axis > 0 ? Math.min(1, minor_axis / major_axis) : 1;
  const diagonal = yx > 0 ? Math.PI / 4 : -Math.PI / 4;
  const orientation = yy === xx ? diagonal : 0.5 * Math.atan2(2 * yx, yy - xx);
  return { major_axis, minor_axis, orientation, eccentricity: Math.sqrt(1 - ratio ** 2) };
}

/** How many pixel centres lie in or on the convex hull. */
function convexAreaOf({ height, width, data }: CellRaster): number {
  const [left, right]: [number[], number[]] = [[], []];
  for (let row = 1; row < height - 1; row++) {
    const line = data.subarray(row * width, (row + 1) * width);
    const first = line.indexOf(1);
    left.push(first === -1 ? Infinity : first);
    right.push(first === -1 ? Infinity : -line.lastIndexOf(1));
  }
  const [first, last] = [firstInside(left), firstInside(right)];
  return first.reduce((sum, start, row) => sum - last[row]! - start + 1, 0);
}

/** For each row the first pixel whose centre is on or right of the lower convex envelope. */
function firstInside(extremes: readonly number[]): number[] {
  const hull = envelopeOf(extremes);
  let side = 0;
  return extremes.map((_, row) => {
    while (hull[side + 1]![0] < 2 * row) side++;
    const [[y, x], [nextY, nextX]] = [hull[side]!, hull[side + 1]!];
    const [rise, run] = [nextY - y, nextX - x];
    return Math.ceil((x * rise + (2 * row - y) * run) / (2 * rise));
  });
}

/**
 * Andrew's monotone chain (1979) down the middles of the pixel sides, in half pixels: those of the
 * leftmost pixel of a row are (2y, 2x - 1), (2y - 1, 2x) and (2y + 1, 2x).
 */
function envelopeOf(extremes: readonly number[]): [y: number, x: number][] {
  const hull: [number, number][] = [];
  for (let y = -1; y < 2 * extremes.length; y++) {
    const [above, below] = [extremes[(y - 1) / 2] ?? Infinity, extremes[(y + 1) / 2] ?? Infinity];
    const x = y % 2 === 0 ? 2 * extremes[y / 2]! - 1 : 2 * Math.min(above, below);
    if (x === Infinity) continue;
    while (hull.length > 1 && isRightOf(hull.at(-1)!, hull.at(-2)!, [y, x])) hull.pop();
    hull.push([y, x]);
  }
  return hull;
}

type HalfPixel = readonly [y: number, x: number];

/** Whether a corner is no corner of the envelope: the line past it lies as far left. */
function isRightOf([y, x]: HalfPixel, [fromY, fromX]: HalfPixel, [toY, toX]: HalfPixel): boolean {
  return (x - fromX) * (toY - fromY) >= (toX - fromX) * (y - fromY);
}
