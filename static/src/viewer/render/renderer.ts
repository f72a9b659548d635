/**
 * Draws the picture and the masks with WebGL2. What changed decides what is drawn again: another
 * zoom everything, a moved view the stripes that came onto the screen, a contrast only the picture,
 * a brush stroke only its rectangle, a hovered cell only its place in the last pass.
 *
 * Boxes are device pixels of the screen, rows from the top; null means the whole screen.
 */
import { MOST_VISIBLE_CHANNELS, rgbOf } from "../model/channels.ts";
import { type Box, growBox, intersectBoxes, isEmptyBox, type Point } from "../model/geometry.ts";
import { type ImageTiles, imageTileKey } from "../model/image_tiles.ts";
import type { LabelSource } from "../model/label_source.ts";
import type { TileChange } from "../model/label_store.ts";
import type { MaskPaint } from "../model/mask_paint.ts";
import { type TileAddress, type TileGrid, tileKey } from "../model/tile_grid.ts";
import type { View } from "../model/view.ts";
import { Compositor } from "./compositor.ts";
import type { Display, Palette } from "./display.ts";
import { GlProgram } from "./gl_program.ts";
import { ScreenLayers } from "./screen_layers.ts";
import type { ScreenTarget } from "./screen_target.ts";
import * as shaders from "./shaders.ts";
import { readyTile } from "./tile_plan.ts";
import { TileTextures } from "./tile_textures.ts";

const MEBIBYTE = 2 ** 20;
const IMAGE_BUDGET_BYTES = 160 * MEBIBYTE;
const LABEL_BUDGET_BYTES = 96 * MEBIBYTE;
/** Around a changed pixel the outlines of these many steps of the shader may change. */
const OUTLINE_REACH = 3;
/** A view that moves further than this part of the screen is drawn as a whole. */
const FURTHEST_MOVE = 0.5;
/** From here on pixels are shown as squares. */
const SMOOTH_BELOW_ZOOM = 4;

export interface Frame {
  readonly view: View;
  readonly t: number;
  readonly z: number;
  /** The slice of the picture, or its projection. */
  readonly imageZ: number;
  readonly display: Display;
  readonly shown: LabelSource;
  /** The label image that is compared with the shown one. */
  readonly other: LabelSource | null;
  /** The view is moving and the machine is slow: show the nearest pixel instead of a mixture. */
  readonly isCoarse: boolean;
}

export class Renderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #images: ImageTiles;
  readonly #palette: Palette;
  #imagePrograms = new Map<string, GlProgram>();
  #labelProgram!: GlProgram;
  #compositor!: Compositor;
  #imageTextures!: TileTextures;
  #labelTextures!: TileTextures;
  #layers: ScreenLayers | null = null;
  /** The view that the layers show. */
  #drawnView: View | null = null;
  /** Where hatchings begin, in pixels to the right and up; it moves with the picture. */
  #anchor: [number, number] = [0, 0];

  constructor(canvas: HTMLCanvasElement, images: ImageTiles, palette: Palette) {
    const gl = canvas.getContext("webgl2", {
      alpha: false,
      antialias: false,
      depth: false,
      // What is not drawn again in this frame must still be there.
      preserveDrawingBuffer: true,
      powerPreference: "high-performance",
    });
    if (gl === null) throw new Error("This browser has no WebGL 2, which the viewer needs.");
    this.#canvas = canvas;
    this.#gl = gl;
    this.#images = images;
    this.#palette = palette;
    this.setUp();
  }

  /** Make everything that lives on the graphics card; again after its context was lost. */
  setUp(): void {
    const gl = this.#gl;
    const { tileSize } = this.#images.grid;
    this.#layers = null;
    this.#drawnView = null;
    this.#imagePrograms = new Map();
    this.#labelProgram = new GlProgram(gl, shaders.TILE_VERTEX, shaders.LABEL_FRAGMENT);
    this.#compositor = new Compositor(gl, this.#palette);
    this.#imageTextures = new TileTextures(gl, tileSize, IMAGE_BUDGET_BYTES);
    this.#labelTextures = new TileTextures(gl, tileSize, LABEL_BUDGET_BYTES);
    gl.bindVertexArray(gl.createVertexArray());
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  }

  get isLost(): boolean {
    return this.#gl.isContextLost();
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
    this.#compositor.setPaints(shown, other);
  }

  /** Bring rewritten texels of a label tile to the card. */
  refreshLabels(source: LabelSource, change: TileChange): void {
    this.#labelTextures.refresh(keyIn(source, change.tile.address), change.tile.data, change);
  }

  /** The view on whole device pixels, so that a moved picture fits the pixels that are there. */
  snapped(view: View): View {
    return view.snapped(this.#canvas);
  }

  /**
   * Move what is drawn to another view; returns the boxes that came onto the screen, or null when
   * nothing can be kept. The view must be a snapped one.
   */
  moveTo(view: View): Box[] | null {
    const layers = this.#layersFor(view);
    const from = this.#drawnView;
    this.#drawnView = view;
    if (from === null || from.zoom !== view.zoom) return null;
    const [y0, x0] = this.#toDevice(from, [0, 0]);
    const [y1, x1] = this.#toDevice(view, [0, 0]);
    const [down, right] = [Math.round(y1 - y0), Math.round(x1 - x0)];
    const isNear =
      Math.abs(down) < layers.height * FURTHEST_MOVE &&
      Math.abs(right) < layers.width * FURTHEST_MOVE;
    if (!isNear) return null;
    if (down === 0 && right === 0) return [];
    this.#anchor = [this.#anchor[0] + right, this.#anchor[1] - down];
    return layers.move(down, right);
  }

  /** The device pixels on which a change of image pixels can be seen. */
  boxOf(view: View, [y0, x0, y1, x1]: Box): Box {
    const [top, left] = this.#toDevice(view, [y0 - 0.5, x0 - 0.5]);
    const [bottom, right] = this.#toDevice(view, [y1 - 0.5, x1 - 0.5]);
    return [Math.floor(top) - 1, Math.floor(left) - 1, Math.ceil(bottom) + 1, Math.ceil(right) + 1];
  }

  drawPicture(frame: Frame, boxes: readonly Box[] | null): void {
    const layers = this.#layersFor(frame.view);
    const clips = this.#clips(boxes, layers);
    if (clips.length === 0) return;
    const gl = this.#gl;
    const channels = visibleChannels(frame.display);
    const program = channels.length > 0 ? this.#programFor(frame, channels) : null;
    const used = new Set<string>();
    for (const clip of clips) {
      this.#drawInto(layers.picture, clip);
      gl.clearBufferfv(gl.COLOR, 0, [0.0157, 0.0235, 0.0353, 1]);
      if (program) this.#drawPictureTiles(program, frame, channels, clip, used);
    }
    this.#imageTextures.trim(used);
  }

  #programFor({ view, display, isCoarse }: Frame, channels: readonly number[]): GlProgram {
    const isSmooth = view.zoom < SMOOTH_BELOW_ZOOM && !isCoarse;
    const hasGamma = channels.some((c) => display.channels[c]!.gamma !== 1);
    const isFloat = this.#images.dtype === "float32";
    const program = this.#imageProgram({ nChannels: channels.length, isFloat, isSmooth, hasGamma });
    program.use();
    this.#setChannels(program, display, channels);
    return program;
  }

  #drawPictureTiles(
    program: GlProgram,
    frame: Frame,
    channels: readonly number[],
    clip: Box,
    used: Set<string>,
  ): void {
    const gl = this.#gl;
    const { grid } = this.#images;
    const isReady = (tile: TileAddress) => channels.every((c) => this.#images.has({ ...tile, c }));
    for (const tile of this.#tilesIn(grid, frame.view, clip, frame.t, frame.imageZ)) {
      // Until a projection is made, the slice shows.
      const slice = { ...tile, z: frame.z };
      const source = readyTile(grid, tile, isReady) ?? readyTile(grid, slice, isReady);
      if (source === null) continue;
      channels.forEach((c, unit) => {
        const address = { ...source, c };
        const key = imageTileKey(address);
        used.add(key);
        gl.activeTexture(gl.TEXTURE0 + unit);
        const texture = this.#imageTextures.get(key, this.#images.get(address)!);
        gl.bindTexture(gl.TEXTURE_2D, texture);
      });
      this.#drawTile(program, frame.view, grid, tile, source);
    }
  }

  drawLabels(frame: Frame, boxes: readonly Box[] | null): void {
    const layers = this.#layersFor(frame.view);
    const clips = this.#clips(boxes, layers);
    if (clips.length === 0) return;
    const used = new Set<string>();
    for (const clip of clips) {
      this.#drawLabelLayer(frame, frame.shown, layers.labels, clip, used);
      if (frame.other) this.#drawLabelLayer(frame, frame.other, layers.others, clip, used);
    }
    this.#labelTextures.trim(used);
  }

  #drawLabelLayer(
    frame: Frame,
    source: LabelSource,
    layer: ScreenTarget,
    clip: Box,
    used: Set<string>,
  ): void {
    const gl = this.#gl;
    this.#drawInto(layer, clip);
    gl.clearBufferuiv(gl.COLOR, 0, [0, 0, 0, 0]);
    if (frame.display.maskMode === "off") return;
    const program = this.#labelProgram;
    program.use();
    gl.uniform1i(program.at("u_tile"), 0);
    gl.activeTexture(gl.TEXTURE0);
    const { store } = source;
    for (const tile of this.#tilesIn(store.grid, frame.view, clip, frame.t, frame.z)) {
      const ready = readyTile(store.grid, tile, (candidate) => store.has(candidate));
      if (ready === null) continue;
      const key = keyIn(source, ready);
      used.add(key);
      gl.bindTexture(gl.TEXTURE_2D, this.#labelTextures.get(key, store.get(ready)!.data));
      this.#drawTile(program, frame.view, store.grid, tile, ready);
    }
  }

  /** Put picture and masks together on the canvas. */
  compose(frame: Frame, boxes: readonly Box[] | null): void {
    const layers = this.#layersFor(frame.view);
    const reach = OUTLINE_REACH * this.#stepOf(frame.view) + 1;
    const clips = this.#clips(boxes?.map((box) => growBox(box, reach)) ?? null, layers);
    if (clips.length === 0) return;
    const hasOther = frame.other !== null;
    const { display, isCoarse } = frame;
    const [step, anchor] = [this.#stepOf(frame.view), this.#anchor];
    this.#compositor.use(layers, { display, hasOther, isCoarse, step, anchor });
    for (const clip of clips) {
      this.#drawInto(layers.composed, clip);
      this.#gl.drawArrays(this.#gl.TRIANGLE_STRIP, 0, 4);
    }
  }

  /** Bring what is composed to the canvas. */
  present(): void {
    const gl = this.#gl;
    const layers = this.#layers;
    if (layers === null) return;
    const { width, height } = layers;
    gl.disable(gl.SCISSOR_TEST);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, layers.composed.framebuffer);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
    const all = [0, 0, width, height] as const;
    gl.blitFramebuffer(...all, ...all, gl.COLOR_BUFFER_BIT, gl.NEAREST);
  }

  #setChannels(program: GlProgram, display: Display, channels: readonly number[]): void {
    const gl = this.#gl;
    const shown = channels.map((c) => display.channels[c]!);
    for (const unit of channels.keys()) gl.uniform1i(program.at(`u_tile${unit}`), unit);
    gl.uniform3fv(
      program.at("u_color"),
      shown.flatMap(({ color }) => rgbOf(color)),
    );
    const windowOf = ({ low, high, gamma }: (typeof shown)[number]) => {
      return [low, 1 / Math.max(high - low, 1e-6), 1 / gamma];
    };
    gl.uniform3fv(program.at("u_window"), shown.flatMap(windowOf));
  }

  /** Draw the part of the screen that `tile` covers from `source`, itself or a coarser one. */
  #drawTile(
    program: GlProgram,
    view: View,
    grid: TileGrid,
    tile: TileAddress,
    source: TileAddress,
  ): void {
    const gl = this.#gl;
    const { height, width } = grid.levels[0]!;
    const [y0, x0, y1, x1] = intersectBoxes(grid.boxOf(tile), [0, 0, height, width]);
    // The square of a pixel reaches half a pixel to each side of its centre.
    const [top, left] = view.imageToScreen([y0 - 0.5, x0 - 0.5]);
    const [bottom, right] = view.imageToScreen([y1 - 0.5, x1 - 0.5]);
    const [sx, sy] = [2 / view.size.width, 2 / view.size.height];
    const clip = [
      left * sx - 1,
      1 - bottom * sy,
      (right - left) * sx,
      (bottom - top) * sy,
    ] as const;
    gl.uniform4f(program.at("u_screen"), ...clip);
    gl.uniform4f(program.at("u_texels"), ...this.#texelsOf(view, grid, source));
    const [rows, columns] = grid.filledOf(source);
    gl.uniform2i(program.at("u_last"), columns - 1, rows - 1);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  /** Columns and rows of a tile: at the bottom left of the screen, and per device pixel. */
  #texelsOf(view: View, grid: TileGrid, source: TileAddress): [number, number, number, number] {
    const { height, width } = this.#canvas;
    const step = 2 ** source.level;
    const [top, left] = grid.boxOf(source);
    const [y, x] = view.screenToImage([view.size.height, 0]);
    const perColumn = view.size.width / (width * view.zoom * step);
    const perRow = view.size.height / (height * view.zoom * step);
    return [(x + 0.5 - left) / step, (y + 0.5 - top) / step, perColumn, -perRow];
  }

  #imageProgram(variant: shaders.ImageVariant): GlProgram {
    const key = JSON.stringify(variant);
    let program = this.#imagePrograms.get(key);
    if (program === undefined) {
      program = new GlProgram(this.#gl, shaders.TILE_VERTEX, shaders.imageFragment(variant));
      this.#imagePrograms.set(key, program);
    }
    return program;
  }

  /** Device pixels for one CSS pixel, as the shader counts them. */
  #stepOf(view: View): number {
    return Math.max(1, Math.round(this.#canvas.width / view.size.width));
  }

  #toDevice(view: View, point: Point): Point {
    const [y, x] = view.imageToScreen(point);
    const { height, width } = view.size;
    return [(y * this.#canvas.height) / height, (x * this.#canvas.width) / width];
  }

  /** The tiles of the shown level that a box of the screen needs. */
  #tilesIn(grid: TileGrid, view: View, clip: Box, t: number, z: number): TileAddress[] {
    const { height, width } = this.#canvas;
    const [sy, sx] = [view.size.height / height, view.size.width / width];
    const [y0, x0] = view.screenToImage([clip[0] * sy, clip[1] * sx]);
    const [y1, x1] = view.screenToImage([clip[2] * sy, clip[3] * sx]);
    const box: Box = [Math.floor(y0), Math.floor(x0), Math.ceil(y1) + 1, Math.ceil(x1) + 1];
    return grid.tilesOf(box, grid.levelFor(view.detail), t, z);
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

  /** Draw into a layer, inside the clip only. */
  #drawInto(target: ScreenTarget, [y0, x0, y1, x1]: Box): void {
    const gl = this.#gl;
    const { width, height } = this.#canvas;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
    gl.viewport(0, 0, width, height);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(x0, height - y1, x1 - x0, y1 - y0);
  }

  /** The boxes, cut to the screen. */
  #clips(boxes: readonly Box[] | null, { height, width }: ScreenLayers): Box[] {
    const all: Box = [0, 0, height, width];
    if (boxes === null) return [all];
    return boxes.map((box) => intersectBoxes(box, all)).filter((box) => !isEmptyBox(box));
  }
}

function keyIn(source: LabelSource, address: TileAddress): string {
  return `${source.id}:${tileKey(address)}`;
}

function visibleChannels(display: Display): number[] {
  const visible = display.channels.flatMap((channel, index) => (channel.isVisible ? [index] : []));
  return visible.slice(0, MOST_VISIBLE_CHANNELS);
}
