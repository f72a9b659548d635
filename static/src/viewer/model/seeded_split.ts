/**
 * Split a cell by two clicks, where it is narrowest between them; exactly what
 * annotations/labels/seeded_split.py does and explains, held to it by tests/golden/operations.json.
 *
 * On a crop that holds the whole cell the answer is that of the whole plane.
 */
import { copyRaster, type Raster } from "./raster.ts";

/** A pixel, in whole numbers. */
export type Pixel = readonly [y: number, x: number];

export function splitBySeeds(
  plane: Raster,
  label: number,
  first: Pixel,
  second: Pixel,
  newLabel: number,
): Raster {
  const { data } = plane;
  const seeds = [first, second].map((seed) => placeOf(plane, seed)).sort((a, b) => a - b);
  const [one, two] = [seeds[0]!, seeds[1]!];
  if (one === two || one < 0 || data[one] !== label || data[two] !== label) {
    return copyRaster(plane);
  }
  const depth = depthOf(plane, label);
  const middles = seeds.map((seed) => middleOf(plane, depth, seed));
  const areApart = middles[0] !== middles[1];
  const areReached = seeds.every((seed, i) => isConnected(plane, depth, seed, middles[i]!));
  const owner = flood(plane, depth, areApart && areReached ? middles : seeds);
  let lead = 0;
  for (const number of owner) lead += number === 1 ? 1 : number === 2 ? -1 : 0;
  const smaller = lead >= 0 ? 2 : 1;
  return { ...plane, data: data.map((value, at) => (owner[at] === smaller ? newLabel : value)) };
}

/** The pixel of the label that is farthest from its outline, the first of equals; null for none. */
export function deepestPixel(plane: Raster, label: number): Pixel | null {
  const depth = depthOf(plane, label);
  let deepest = 0;
  depth.forEach((value, at) => {
    if (value > depth[deepest]!) deepest = at;
  });
  if (!(depth[deepest]! > 0)) return null;
  return [plane.y0 + Math.floor(deepest / plane.width), plane.x0 + (deepest % plane.width)];
}

/** Where a pixel lies in the raster; -1 outside. */
function placeOf({ y0, x0, height, width }: Raster, [y, x]: Pixel): number {
  const [row, column] = [y - y0, x - x0];
  const isInside = row >= 0 && column >= 0 && row < height && column < width;
  return isInside ? row * width + column : -1;
}

/** The squared distance of every pixel of the label to the nearest that is not; 0 elsewhere. */
function depthOf({ data, height, width }: Raster, label: number): Float64Array {
  const across = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0, left = 0; x < width; x++) {
      left = data[y * width + x] === label ? left + 1 : 0;
      across[y * width + x] = left;
    }
    for (let x = width - 1, right = 0; x >= 0; x--) {
      right = data[y * width + x] === label ? right + 1 : 0;
      across[y * width + x] = Math.min(across[y * width + x]!, right);
    }
  }
  const depth = new Float64Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const x = at % width;
    const y = (at - x) / width;
    // Rows farther away than the nearest pixel found so far cannot hold a nearer one.
    let nearest = across[at]! ** 2;
    for (let step = 1; step * step < nearest; step++) {
      for (const row of [y - step, y + step]) {
        const beside = row < 0 || row >= height ? 0 : across[row * width + x]!;
        nearest = Math.min(nearest, step * step + beside ** 2);
      }
    }
    depth[at] = nearest;
  }
  return depth;
}

/** The deepest pixel whose disc holds the seed: the middle of the part in which the seed lies. */
function middleOf({ height, width }: Raster, depth: Float64Array, seed: number): number {
  const [seedY, seedX] = [Math.floor(seed / width), seed % width];
  let [best, bestDepth, bestAway] = [seed, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const away = (y - seedY) ** 2 + (x - seedX) ** 2;
      const deep = depth[at]!;
      if (away >= deep) continue;
      if (deep > bestDepth || (deep === bestDepth && away < bestAway)) {
        [best, bestDepth, bestAway] = [at, deep, away];
      }
    }
  }
  return best;
}

function isConnected(plane: Raster, depth: Float64Array, from: number, to: number): boolean {
  return flood(plane, depth, [from])[to] === 1;
}

/** Which seed, 1 or 2, reaches every pixel first, going on from the deepest; 0 for none. */
function flood(
  { height, width }: Raster,
  depth: Float64Array,
  seeds: readonly number[],
): Uint8Array {
  const owner = new Uint8Array(depth.length);
  const reached = new DeepestFirst(depth);
  seeds.forEach((seed, index) => {
    owner[seed] = index + 1;
    reached.push(seed);
  });
  for (let at = reached.pop(); at !== undefined; at = reached.pop()) {
    const x = at % width;
    const enter = (near: number) => {
      if (depth[near] === 0 || owner[near] !== 0) return;
      owner[near] = owner[at!]!;
      reached.push(near);
    };
    if (at >= width) enter(at - width);
    if (x > 0) enter(at - 1);
    if (x < width - 1) enter(at + 1);
    if (at < (height - 1) * width) enter(at + width);
  }
  return owner;
}

/** Gives back the deepest pixel first, of equals the one that came first: queues by depth. */
class DeepestFirst {
  readonly #depth: Float64Array;
  readonly #queues = new Map<number, { pixels: number[]; next: number }>();
  /** The depths that have a queue, the largest last. */
  readonly #depths: number[] = [];

  constructor(depth: Float64Array) {
    this.#depth = depth;
  }

  push(pixel: number): void {
    const depth = this.#depth[pixel]!;
    const queue = this.#queues.get(depth);
    if (queue) {
      queue.pixels.push(pixel);
      return;
    }
    this.#queues.set(depth, { pixels: [pixel], next: 0 });
    this.#depths.splice(this.#placeFor(depth), 0, depth);
  }

  pop(): number | undefined {
    const depth = this.#depths.at(-1);
    if (depth === undefined) return undefined;
    const queue = this.#queues.get(depth)!;
    const pixel = queue.pixels[queue.next++];
    if (queue.next === queue.pixels.length) {
      this.#queues.delete(depth);
      this.#depths.pop();
    }
    return pixel;
  }

  #placeFor(depth: number): number {
    let [low, high] = [0, this.#depths.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#depths[middle]! < depth) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
