/** A rectangle of labels cut out of a plane, row by row; `y0`, `x0` say where it lies. */
import type { Box } from "./geometry.ts";

export interface Raster {
  readonly y0: number;
  readonly x0: number;
  readonly height: number;
  readonly width: number;
  readonly data: Uint32Array;
}

/** True (1) or false (0) for every pixel of a box. */
export interface Mask {
  readonly y0: number;
  readonly x0: number;
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}

export function emptyRaster(box: Box): Raster {
  const [height, width] = [Math.max(0, box[2] - box[0]), Math.max(0, box[3] - box[1])];
  return { y0: box[0], x0: box[1], height, width, data: new Uint32Array(height * width) };
}

export function emptyMask(box: Box): Mask {
  const [height, width] = [Math.max(0, box[2] - box[0]), Math.max(0, box[3] - box[1])];
  return { y0: box[0], x0: box[1], height, width, data: new Uint8Array(height * width) };
}

export function copyRaster(raster: Raster): Raster {
  return { ...raster, data: raster.data.slice() };
}

export function boxOf(raster: Raster | Mask): Box {
  return [raster.y0, raster.x0, raster.y0 + raster.height, raster.x0 + raster.width];
}
