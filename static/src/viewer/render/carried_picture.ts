/**
 * What is shown while the zoom changes faster than this machine can draw: the picture as it was
 * drawn last, scaled like a photograph, and where it does not reach the whole plane, coarse. With
 * every frame a part of the next picture is drawn, so that no frame takes long.
 */
import type { TileGrid } from "../model/tile_grid.ts";
import { type Surface, View } from "../model/view.ts";
import { clipSpaceOf } from "./clip_space.ts";
import type { Frame } from "./frame.ts";
import { BACKGROUND, type LayerPainter } from "./layer_painter.ts";
import type { Projector } from "./projector.ts";
import { ScreenLayers } from "./screen_layers.ts";

/** Pixels of the next picture for one of the screen, along a side. */
const SHARPNESS = 0.5;
/** The next picture shows more than the screen while the view moves out. */
const WIDER = 1.4;
/** The frames that putting picture and masks together is spread over. */
const N_COMPOSING = 3;
/** Of the picture of the whole plane. */
const LONGEST_SIDE = 400;

/** Layers that are put together, and what they show. */
export interface Photograph {
  readonly layers: ScreenLayers;
  readonly view: View;
}

export class CarriedPicture {
  readonly #gl: WebGL2RenderingContext;
  readonly #painter: LayerPainter;
  readonly #grid: TileGrid;
  readonly #projector: Projector;
  #shown: Photograph | null = null;
  #next: { readonly photograph: Photograph; readonly parts: Iterator<void> } | null = null;
  #plane: Photograph | null = null;
  /** One for the photograph that is shown, one for the next. */
  #own: ScreenLayers[] = [];
  #planeLayers: ScreenLayers | null = null;
  /** The zoom of the frame before. */
  #zoom = 0;

  constructor(
    gl: WebGL2RenderingContext,
    painter: LayerPainter,
    projector: Projector,
    grid: TileGrid,
  ) {
    this.#gl = gl;
    this.#painter = painter;
    this.#grid = grid;
    this.#projector = projector;
  }

  /** Draw a frame on the canvas; `screen` is what was drawn last, to begin with. */
  show(frame: Frame, screen: Photograph): void {
    if (this.#shown === null) [this.#shown, this.#zoom] = [screen, screen.view.zoom];
    const photographs = [this.#shown];
    if (!this.#shown.view.shows(frame.view.box)) {
      this.#plane ??= this.#takePlane(frame);
      photographs.unshift(this.#plane);
    }
    this.#drawOn(screen.layers, frame.view, photographs);
    this.#goOn(frame, screen.layers);
    this.#zoom = frame.view.zoom;
  }

  /** The screen itself is drawn again. */
  end(): void {
    this.#shown = this.#next = this.#plane = null;
  }

  /** Draw one part of the next photograph; when it is whole, it is shown from then on. */
  #goOn(frame: Frame, screen: Surface): void {
    this.#next ??= this.#begin(frame, screen);
    if (!this.#next.parts.next().done) return;
    this.#shown = this.#next.photograph;
    this.#next = null;
  }

  #begin(frame: Frame, screen: Surface) {
    const layers = this.#freeLayers(screen);
    const { center, zoom, size } = frame.view;
    const wider = zoom < this.#zoom ? WIDER : 1;
    const density = SHARPNESS * (size.density ?? 1);
    const photograph = { layers, view: new View(center, zoom / wider, { ...size, density }) };
    return { photograph, parts: this.#take(photograph, frame) };
  }

  /** The tiles in the first frame, and the masks put on the picture stripe by stripe. */
  *#take({ layers, view }: Photograph, frame: Frame): Generator<void> {
    const coarse = { ...frame, view, isCoarse: true };
    const { height, width } = layers;
    this.#painter.drawPicture(layers, coarse, [[0, 0, height, width]]);
    this.#painter.drawLabels(layers, coarse, [[0, 0, height, width]]);
    for (let part = 0; part < N_COMPOSING; part++) {
      yield;
      const [top, bottom] = [part, part + 1].map((n) => Math.round((n * height) / N_COMPOSING));
      this.#painter.compose(layers, coarse, [[top!, 0, bottom!, width]]);
    }
  }

  #takePlane(frame: Frame): Photograph {
    const { height, width } = this.#grid.levels[0]!;
    const zoom = Math.min(1, LONGEST_SIDE / Math.max(height, width));
    const size = { height: Math.ceil(height * zoom), width: Math.ceil(width * zoom) };
    this.#planeLayers ??= new ScreenLayers(this.#gl, size.width, size.height);
    const view = new View([(height - 1) / 2, (width - 1) / 2], zoom, size);
    const photograph = { layers: this.#planeLayers, view };
    for (const _ of this.#take(photograph, frame));
    return photograph;
  }

  /** Layers of half the size of the screen that are not shown. */
  #freeLayers(screen: Surface): ScreenLayers {
    const [height, width] = [screen.height, screen.width].map((length) =>
      Math.max(1, Math.round(length * SHARPNESS)),
    ) as [number, number];
    if (this.#own.some((layers) => layers.height !== height || layers.width !== width)) {
      for (const layers of this.#own) layers.delete();
      this.#own = [];
    }
    const free = this.#own.find((layers) => layers !== this.#shown?.layers);
    if (free) return free;
    const made = new ScreenLayers(this.#gl, width, height);
    this.#own.push(made);
    return made;
  }

  #drawOn(canvas: Surface, view: View, photographs: readonly Photograph[]): void {
    const pictures = photographs.map(({ layers, view: taken }) => {
      const { height, width } = taken.size;
      const corner = (y: number, x: number) => view.imageToScreen(taken.screenToImage([y, x]));
      const box = clipSpaceOf(corner(0, 0), corner(height, width), view.size);
      return { texture: layers.composed.texture, box };
    });
    this.#projector.stretch(canvas, BACKGROUND, pictures);
  }
}
