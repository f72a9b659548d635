/**
 * Draws the picture and the masks with WebGL2. What changed decides what is drawn again: another
 * zoom everything, a moved view the stripes that came onto the screen, a contrast only the picture,
 * a brush stroke only its rectangle, a hovered cell only its place in the last pass.
 *
 * Boxes are device pixels of the screen, rows from the top; null means the whole screen.
 */
import { type Box, growBox, intersectBoxes, isEmptyBox } from "../model/geometry.ts";
import type { ImageTiles } from "../model/image_tiles.ts";
import type { LabelSource } from "../model/label_source.ts";
import type { TileChange } from "../model/label_store.ts";
import type { MaskPaint } from "../model/mask_paint.ts";
import type { View } from "../model/view.ts";
import { CarriedPicture } from "./carried_picture.ts";
import type { Palette } from "./display.ts";
import type { Frame } from "./frame.ts";
import { openGraphics } from "./graphics.ts";
import { LayerPainter } from "./layer_painter.ts";
import { Projector } from "./projector.ts";
import { ScreenLayers } from "./screen_layers.ts";

/** Around a changed pixel the outlines of these many steps of the shader may change. */
const OUTLINE_REACH = 3;
/** A view that moves further than this part of the screen is drawn as a whole. */
const FURTHEST_MOVE = 0.5;

export class Renderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #images: ImageTiles;
  readonly #palette: Palette;
  #painter!: LayerPainter;
  #projector!: Projector;
  #carried!: CarriedPicture;
  #layers: ScreenLayers | null = null;
  /** The view that the layers show. */
  #drawnView: View | null = null;
  /** Whether the canvas shows another view than the layers. */
  #hasMoved = false;
  /** Where hatchings begin, in pixels to the right and up; it moves with the picture. */
  #anchor: [number, number] = [0, 0];

  constructor(canvas: HTMLCanvasElement, images: ImageTiles, palette: Palette) {
    this.#canvas = canvas;
    this.#gl = openGraphics(canvas);
    this.#images = images;
    this.#palette = palette;
    this.setUp();
  }

  /** Make everything that lives on the graphics card; again after its context was lost. */
  setUp(): void {
    const gl = this.#gl;
    this.#layers = null;
    this.#drawnView = null;
    this.#painter = new LayerPainter(gl, this.#images, this.#palette);
    this.#projector = new Projector(gl);
    this.#carried = new CarriedPicture(gl, this.#painter, this.#projector, this.#images.grid);
    gl.bindVertexArray(gl.createVertexArray());
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  }

  get isLost(): boolean {
    return this.#gl.isContextLost();
  }

  /** Give everything on the graphics card back; nothing is drawn any more. */
  release(): void {
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** Begin to draw now what is off the page: else it would wait until it is on it. */
  flush(): void {
    this.#gl.flush();
  }

  /** Wait until everything is drawn; for measuring. */
  finish(): void {
    const gl = this.#gl;
    // finish() alone does not wait for the process that draws; reading a pixel does.
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  /** How every label of the shown image is drawn, and of the compared one. */
  setPaints(shown: MaskPaint, other: MaskPaint): void {
    this.#painter.setPaints(shown, other);
  }

  /** Bring rewritten texels of a label tile to the card. */
  refreshLabels(source: LabelSource, change: TileChange): void {
    this.#painter.refreshLabels(source, change);
  }

  /** The view on whole device pixels, so that a moved picture fits the pixels that are there. */
  snapped(view: View): View {
    return view.snapped(this.#canvas);
  }

  /**
   * Show the picture as it was drawn last, scaled to another view, and go on with the next one;
   * false when there is none to begin with.
   */
  carry(frame: Frame): boolean {
    const [layers, view] = [this.#layers, this.#drawnView];
    const isDrawn = layers?.width === this.#canvas.width && layers.height === this.#canvas.height;
    if (!isDrawn || view === null) return false;
    this.#carried.show(frame, { layers, view });
    this.#hasMoved = true;
    return true;
  }

  /**
   * Move what is drawn to another view; returns the boxes that came onto the screen, or null when
   * nothing can be kept. The view must be a snapped one.
   */
  moveTo(view: View): Box[] | null {
    this.#carried.end();
    const layers = this.#layersFor(view);
    const from = this.#drawnView;
    this.#drawnView = view;
    if (from === null || from.zoom !== view.zoom) return null;
    const [y0, x0] = from.imageToPixels([0, 0], layers);
    const [y1, x1] = view.imageToPixels([0, 0], layers);
    const [down, right] = [Math.round(y1 - y0), Math.round(x1 - x0)];
    const isNear =
      Math.abs(down) < layers.height * FURTHEST_MOVE &&
      Math.abs(right) < layers.width * FURTHEST_MOVE;
    if (!isNear) return null;
    if (down === 0 && right === 0) return [];
    this.#hasMoved = true;
    this.#anchor = [this.#anchor[0] + right, this.#anchor[1] - down];
    return layers.move(down, right);
  }

  /** The device pixels on which a change of image pixels can be seen. */
  boxOf(view: View, [y0, x0, y1, x1]: Box): Box {
    const [top, left] = view.imageToPixels([y0 - 0.5, x0 - 0.5], this.#canvas);
    const [bottom, right] = view.imageToPixels([y1 - 0.5, x1 - 0.5], this.#canvas);
    return [Math.floor(top) - 1, Math.floor(left) - 1, Math.ceil(bottom) + 1, Math.ceil(right) + 1];
  }

  drawPicture(frame: Frame, boxes: readonly Box[] | null): void {
    const layers = this.#layersFor(frame.view);
    this.#painter.drawPicture(layers, frame, clipsOf(boxes, layers));
  }

  drawLabels(frame: Frame, boxes: readonly Box[] | null): void {
    const layers = this.#layersFor(frame.view);
    this.#painter.drawLabels(layers, frame, clipsOf(boxes, layers));
  }

  /** Put picture and masks together, and bring what is new to the canvas. */
  compose(frame: Frame, boxes: readonly Box[] | null): void {
    const layers = this.#layersFor(frame.view);
    const reach = OUTLINE_REACH * frame.view.stepOn(layers) + 1;
    const clips = clipsOf(boxes?.map((box) => growBox(box, reach)) ?? null, layers);
    this.#painter.compose(layers, frame, clips, this.#anchor);
    const fresh = this.#hasMoved ? clipsOf(null, layers) : clips;
    this.#projector.copy(layers, layers.composed.texture, fresh);
    this.#hasMoved = false;
  }

  #layersFor(view: View): ScreenLayers {
    const { width, height } = this.#canvas;
    if (this.#layers?.width === width && this.#layers.height === height) return this.#layers;
    if (view.size.width < 1) throw new RangeError("The view has no size.");
    this.#layers?.delete();
    this.#layers = new ScreenLayers(this.#gl, width, height);
    this.#drawnView = null;
    return this.#layers;
  }
}

/** The boxes, cut to the screen. */
function clipsOf(boxes: readonly Box[] | null, { height, width }: ScreenLayers): Box[] {
  const all: Box = [0, 0, height, width];
  if (boxes === null) return [all];
  return boxes.map((box) => intersectBoxes(box, all)).filter((box) => !isEmptyBox(box));
}
