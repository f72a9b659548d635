/** Points and boxes in image pixels: (y, x), origin top left, pixel centres at whole numbers. */

export type Point = readonly [y: number, x: number];

/** y0, x0, y1, x1 in pixels, half open. */
export type Box = readonly [y0: number, x0: number, y1: number, x1: number];

export function boxHeight(box: Box): number {
  return box[2] - box[0];
}

export function boxWidth(box: Box): number {
  return box[3] - box[1];
}

export function isEmptyBox(box: Box): boolean {
  return box[0] >= box[2] || box[1] >= box[3];
}

/** The common part of two boxes; may be empty (see `isEmptyBox`). */
export function intersectBoxes(a: Box, b: Box): Box {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

export function boxesTouch(a: Box, b: Box): boolean {
  return !isEmptyBox(intersectBoxes(a, b));
}

/** The smallest box around both. */
export function uniteBoxes(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

export function growBox(box: Box, margin: number): Box {
  return [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin];
}

/** The box of whole pixels that holds every pixel within `margin` of the points. */
export function boxAround(points: readonly Point[], margin: number): Box {
  let [y0, x0, y1, x1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [y, x] of points) {
    y0 = Math.min(y0, y);
    x0 = Math.min(x0, x);
    y1 = Math.max(y1, y);
    x1 = Math.max(x1, x);
  }
  return [
    Math.floor(y0 - margin),
    Math.floor(x0 - margin),
    Math.ceil(y1 + margin) + 1,
    Math.ceil(x1 + margin) + 1,
  ];
}

/** Round to 1/8 px, where the inside tests of the drawing operations are exact in doubles. */
export function onEighths(point: Point): Point {
  return [Math.round(point[0] * 8) / 8, Math.round(point[1] * 8) / 8];
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
