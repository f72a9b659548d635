/** Which part of the plane is on the screen. Lengths of the screen are CSS pixels. */
import type { Box, Point } from "./geometry.ts";

export interface ViewSize {
  readonly height: number;
  readonly width: number;
  /** Device pixels for one CSS pixel; 1 when it is not said. */
  readonly density?: number;
}

export function isSameSize(a: ViewSize, b: ViewSize): boolean {
  return a.height === b.height && a.width === b.width && a.density === b.density;
}

/** What is drawn into, such as a canvas, in its own pixels. */
export interface Surface {
  readonly height: number;
  readonly width: number;
}

export class View {
  /** The image point in the middle of the screen. */
  readonly center: Point;
  /** Screen pixels per image pixel. */
  readonly zoom: number;
  readonly size: ViewSize;

  constructor(center: Point, zoom: number, size: ViewSize) {
    this.center = center;
    this.zoom = zoom;
    this.size = size;
  }

  /** The whole plane, with a margin around it. */
  static fit(height: number, width: number, size: ViewSize, margin = 24): View {
    const room = {
      height: Math.max(1, size.height - 2 * margin),
      width: Math.max(1, size.width - 2 * margin),
    };
    const zoom = Math.min(room.height / height, room.width / width);
    return new View([(height - 1) / 2, (width - 1) / 2], zoom, size);
  }

  imageToScreen([y, x]: Point): Point {
    return [
      (y - this.center[0]) * this.zoom + this.size.height / 2,
      (x - this.center[1]) * this.zoom + this.size.width / 2,
    ];
  }

  /** The same in the pixels of a canvas that fills the screen. */
  imageToPixels(point: Point, canvas: Surface): Point {
    const [y, x] = this.imageToScreen(point);
    const { height, width } = this.size;
    return [(y * canvas.height) / height, (x * canvas.width) / width];
  }

  screenToImage([y, x]: Point): Point {
    return [
      (y - this.size.height / 2) / this.zoom + this.center[0],
      (x - this.size.width / 2) / this.zoom + this.center[1],
    ];
  }

  /** The pixels on the screen; may reach outside the plane. */
  get box(): Box {
    const [y0, x0] = this.screenToImage([0, 0]);
    const [y1, x1] = this.screenToImage([this.size.height, this.size.width]);
    return [Math.floor(y0), Math.floor(x0), Math.ceil(y1) + 1, Math.ceil(x1) + 1];
  }

  /** Moved by screen pixels: positive pulls the picture down and to the right. */
  pan(dy: number, dx: number): View {
    const [y, x] = this.center;
    return new View([y - dy / this.zoom, x - dx / this.zoom], this.zoom, this.size);
  }

  /** Zoomed by a factor; the image point under the screen point `anchor` stays where it is. */
  zoomAt(anchor: Point, factor: number, limits: readonly [number, number]): View {
    const zoom = Math.min(limits[1], Math.max(limits[0], this.zoom * factor));
    const [y, x] = this.screenToImage(anchor);
    const center: Point = [
      y - (anchor[0] - this.size.height / 2) / zoom,
      x - (anchor[1] - this.size.width / 2) / zoom,
    ];
    return new View(center, zoom, this.size);
  }

  resized(size: ViewSize): View {
    return new View(this.center, this.zoom, size);
  }

  centeredOn(center: Point, zoom = this.zoom): View {
    return new View(center, zoom, this.size);
  }

  /** Device pixels per image pixel: what decides how fine the tiles must be. */
  get detail(): number {
    return this.zoom * (this.size.density ?? 1);
  }

  /** Pixels of a canvas that fills the screen for one CSS pixel, as outlines are counted. */
  stepOn(canvas: Surface): number {
    return Math.max(1, Math.round(canvas.width / this.size.width));
  }

  /**
   * Moved by less than a pixel of a canvas, so that the corner of the image lies between pixels of
   * the screen: at a zoom of 1 both are the same, and a pulled picture stays on the same pixels.
   */
  snapped(canvas: Surface): View {
    const { height, width } = this.size;
    const [y, x] = this.imageToScreen([-0.5, -0.5]);
    const snap = (place: number, scale: number) => Math.round(place * scale) / scale;
    const dy = snap(y, canvas.height / height) - y;
    const dx = snap(x, canvas.width / width) - x;
    return this.pan(dy, dx);
  }

  /** Kept so that the middle of the screen is always inside the plane. */
  inside(height: number, width: number): View {
    const clamp = (value: number, last: number) => Math.min(last, Math.max(0, value));
    const center: Point = [clamp(this.center[0], height - 1), clamp(this.center[1], width - 1)];
    return new View(center, this.zoom, this.size);
  }

  /** Whether the whole box is on the screen. */
  shows(box: Box): boolean {
    const [y0, x0, y1, x1] = this.box;
    return box[0] >= y0 && box[1] >= x0 && box[2] <= y1 && box[3] <= x1;
  }
}

/** A little beyond the whole plane to a pixel as large as a fingertip. */
export function zoomLimits(height: number, width: number, size: ViewSize): [number, number] {
  return [Math.min(0.25, View.fit(height, width, size).zoom * 0.5), 48];
}

/** The length that the scale bar shows: 1, 2 or 5 times a power of ten, at most `maximum`. */
export function roundLength(maximum: number): number {
  const power = 10 ** Math.floor(Math.log10(maximum));
  const factor = [5, 2, 1].find((candidate) => candidate * power <= maximum) ?? 1;
  return factor * power;
}
