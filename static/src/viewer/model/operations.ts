/**
 * What the drawing tools do to the pixels of one plane; exactly what annotations/labels/operations.py
 * does, held to it by tests/golden/operations.json.
 *
 * The functions work on a box cut out of the plane and change nothing in place. Inside tests need
 * no division and no root, so with coordinates in multiples of 1/8 they are exact.
 */
import type { Box, Point } from "./geometry.ts";
import { boxOf, copyRaster, emptyMask, type Mask, type Raster } from "./raster.ts";

/** A round brush dragged along the points: pixels within `radius` of a segment (a capsule each). */
export function stroke(points: readonly Point[], radius: number, box: Box): Mask {
  const mask = emptyMask(box);
  forEachSegment(points, (a, b) => markCapsule(mask, a, b, radius));
  return mask;
}

/** Every pixel whose closed square the polyline touches (supercover). */
export function line(points: readonly Point[], box: Box): Mask {
  const mask = emptyMask(box);
  forEachSegment(points, ([ay, ax], [by, bx]) => {
    const [dy, dx] = [by - ay, bx - ax];
    const reach = 0.5 * (Math.abs(dy) + Math.abs(dx));
    const [top, bottom] = [Math.min(ay, by) - 0.5, Math.max(ay, by) + 0.5];
    const [left, right] = [Math.min(ax, bx) - 0.5, Math.max(ax, bx) + 0.5];
    markWhere(mask, [top, left, bottom, right], (y, x) => {
      return Math.abs((x - ax) * dy - (y - ay) * dx) <= reach;
    });
  });
  return mask;
}

/** The inside of a closed lasso by the even-odd rule on pixel centres. */
export function polygon(points: readonly Point[], box: Box): Mask {
  const mask = emptyMask(box);
  if (points.length < 3) return mask;
  points.forEach((start, index) => {
    const end = points[(index + 1) % points.length]!;
    const [[ay, ax], [by, bx]] = start[0] <= end[0] ? [start, end] : [end, start];
    const firstRow = Math.max(box[0], Math.ceil(ay));
    for (let y = firstRow; y < by && y < box[2]; y++) {
      const row = (y - box[0]) * mask.width;
      for (let x = box[1]; x < box[3]; x++) {
        if ((x - ax) * (by - ay) >= (y - ay) * (bx - ax)) break;
        mask.data[row + x - box[1]]! ^= 1;
      }
    }
  });
  return mask;
}

/** Write `label` where the mask is true; with `protectOthers` only on background. */
export function paint(plane: Raster, mask: Mask, label: number, protectOthers: boolean): Raster {
  return rewrite(plane, (value, at) => {
    if (mask.data[at] === 0) return value;
    return protectOthers && value !== 0 ? value : label;
  });
}

/** Write background where the mask is true; of `onlyLabel` alone when it is given. */
export function erase(plane: Raster, mask: Mask, onlyLabel: number | null): Raster {
  return rewrite(plane, (value, at) => {
    if (mask.data[at] === 0) return value;
    return onlyLabel === null || value === onlyLabel ? 0 : value;
  });
}

/** Give all pixels of `labels` the label `target`. */
export function merge(plane: Raster, labels: ReadonlySet<number>, target: number): Raster {
  // A pixel mostly has the label of the one before it.
  let [last, isMeant] = [0, labels.has(0)];
  return rewrite(plane, (value) => {
    if (value !== last) [last, isMeant] = [value, labels.has(value)];
    return isMeant ? target : value;
  });
}

/** Turn all pixels of `labels` into background. */
export function remove(plane: Raster, labels: ReadonlySet<number>): Raster {
  return merge(plane, labels, 0);
}

/**
 * Give the background inside `label` to it; other labels inside keep their pixels. A pixel is
 * inside when it cannot reach the edge of the raster by steps to its four neighbours without
 * crossing the label. On a crop the answer is that of the whole plane when the crop holds the
 * label with one pixel to spare wherever the plane goes on.
 */
export function fillHoles(plane: Raster, label: number): Raster {
  const { height, width, data } = plane;
  const isOutside = new Uint8Array(data.length);
  const queue: number[] = [];
  const enter = (at: number) => {
    if (data[at] === label || isOutside[at] === 1) return;
    isOutside[at] = 1;
    queue.push(at);
  };
  for (let x = 0; x < width; x++) {
    enter(x);
    enter((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    enter(y * width);
    enter(y * width + width - 1);
  }
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    forEachNeighbor(at, height, width, enter);
  }
  return rewrite(plane, (value, at) => (isOutside[at] === 0 && value === 0 ? label : value));
}

/** How many parts the line cuts the label into; 0 or 1 mean that nothing is split. */
export function countParts(plane: Raster, label: number, points: readonly Point[]): number {
  const cut = cutOf(plane, label, points);
  return cut.isTouched ? cut.sizes.length - 1 : 0;
}

/**
 * Cut the object `label` along a polyline. The pixels of the label that the line touches are the
 * cut; the 4-connected components of the rest are numbered by their first pixel in raster order;
 * the largest keeps the label, the others take `newLabels` in order; the cut is handed back in
 * rounds to the neighbouring component with the smallest number.
 */
export function splitByLine(
  plane: Raster,
  label: number,
  points: readonly Point[],
  newLabels: readonly number[],
): Raster {
  const { components, sizes, cut, isTouched } = cutOf(plane, label, points);
  const nParts = sizes.length - 1;
  if (nParts < 2 || !isTouched) return copyRaster(plane);
  if (newLabels.length < nParts - 1) {
    throw new RangeError(`The cut makes ${nParts} parts; too few new labels were given.`);
  }
  let largest = 1;
  for (let part = 2; part <= nParts; part++) if (sizes[part]! > sizes[largest]!) largest = part;
  // names[0] stands for the cut pixels that no part reaches.
  const names = [label, ...newLabels.slice(0, nParts - 1)];
  names.splice(largest, 0, label);
  handBack(components, cut, plane.height, plane.width);
  return rewrite(plane, (value, at) => (value === label ? names[components[at]!]! : value));
}

interface Cut {
  components: Uint32Array;
  sizes: number[];
  cut: Uint8Array;
  isTouched: boolean;
}

function cutOf(plane: Raster, label: number, points: readonly Point[]): Cut {
  const cut = line(points, boxOf(plane)).data;
  const rest = new Uint8Array(cut.length);
  let isTouched = false;
  plane.data.forEach((value, at) => {
    if (value !== label) cut[at] = 0;
    else if (cut[at] === 1) isTouched = true;
    else rest[at] = 1;
  });
  return { ...connectedComponents(rest, plane.height, plane.width), cut, isTouched };
}

/** 4-connected components as 1..n in the raster order of their first pixels, with their sizes. */
function connectedComponents(mask: Uint8Array, height: number, width: number) {
  const components = new Uint32Array(mask.length);
  const sizes = [0];
  const stack: number[] = [];
  for (let first = 0; first < mask.length; first++) {
    if (mask[first] === 0 || components[first] !== 0) continue;
    const number = sizes.length;
    let size = 0;
    const enter = (at: number) => {
      if (mask[at] === 0 || components[at] !== 0) return;
      components[at] = number;
      size++;
      stack.push(at);
    };
    enter(first);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      forEachNeighbor(at, height, width, enter);
    }
    sizes.push(size);
  }
  return { components, sizes };
}

function handBack(components: Uint32Array, cut: Uint8Array, height: number, width: number): void {
  let waiting: number[] = [];
  cut.forEach((isCut, at) => {
    if (isCut === 1) waiting.push(at);
  });
  while (true) {
    const reached: [at: number, component: number][] = [];
    waiting = waiting.filter((at) => {
      let nearest = Infinity;
      forEachNeighbor(at, height, width, (neighbor) => {
        const component = components[neighbor]!;
        if (component > 0 && component < nearest) nearest = component;
      });
      if (nearest === Infinity) return true;
      reached.push([at, nearest]);
      return false;
    });
    if (reached.length === 0) return;
    for (const [at, component] of reached) components[at] = component;
  }
}

function markCapsule(mask: Mask, [ay, ax]: Point, [by, bx]: Point, radius: number): void {
  const [dy, dx] = [by - ay, bx - ax];
  const lengthSquared = dy * dy + dx * dx;
  const radiusSquared = radius * radius;
  const [top, bottom] = [Math.min(ay, by) - radius, Math.max(ay, by) + radius];
  const [left, right] = [Math.min(ax, bx) - radius, Math.max(ax, bx) + radius];
  markWhere(mask, [top, left, bottom, right], (y, x) => {
    const [fromA, fromB] = [(y - ay) ** 2 + (x - ax) ** 2, (y - by) ** 2 + (x - bx) ** 2];
    if (fromA <= radiusSquared || fromB <= radiusSquared) return true;
    const along = (y - ay) * dy + (x - ax) * dx;
    const across = (x - ax) * dy - (y - ay) * dx;
    return along > 0 && along < lengthSquared && across * across <= radiusSquared * lengthSquared;
  });
}

/** Mark the pixels with centres inside the closed limits (top, left, bottom, right) that pass. */
function markWhere(mask: Mask, limits: Box, isInside: (y: number, x: number) => boolean): void {
  const y1 = Math.min(mask.y0 + mask.height - 1, Math.floor(limits[2]));
  const x1 = Math.min(mask.x0 + mask.width - 1, Math.floor(limits[3]));
  const firstX = Math.max(mask.x0, Math.ceil(limits[1]));
  for (let y = Math.max(mask.y0, Math.ceil(limits[0])); y <= y1; y++) {
    const row = (y - mask.y0) * mask.width - mask.x0;
    for (let x = firstX; x <= x1; x++) if (isInside(y, x)) mask.data[row + x] = 1;
  }
}

function forEachSegment(points: readonly Point[], visit: (a: Point, b: Point) => void): void {
  if (points.length === 1) visit(points[0]!, points[0]!);
  for (let index = 1; index < points.length; index++) visit(points[index - 1]!, points[index]!);
}

function forEachNeighbor(
  at: number,
  height: number,
  width: number,
  visit: (neighbor: number) => void,
): void {
  const x = at % width;
  if (at >= width) visit(at - width);
  if (x > 0) visit(at - 1);
  if (x < width - 1) visit(at + 1);
  if (at < (height - 1) * width) visit(at + width);
}

function rewrite(plane: Raster, value: (old: number, at: number) => number): Raster {
  const data = new Uint32Array(plane.data.length);
  for (let at = 0; at < data.length; at++) data[at] = value(plane.data[at]!, at);
  return { ...plane, data };
}
