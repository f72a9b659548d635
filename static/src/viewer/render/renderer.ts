/**
 * Draws the picture and the masks with WebGL2. What changed decides what is drawn again: a moved
 * view everything, a contrast only the picture, a brush stroke only its rectangle, a hovered cell
 * only the last pass.
 */
import { MOST_VISIBLE_CHANNELS, rgbOf } from "../model/channels.ts";
import { type Box, intersectBoxes, isEmptyBox, uniteBoxes } from "../model/geometry.ts";
import { type ImageTiles, imageTileKey } from "../model/image_tiles.ts";
import type { LabelSource } from "../model/label_source.ts";
import type { TileChange } from "../model/label_store.ts";
import { MaskPaint } from "../model/mask_paint.ts";
import { selectionBits } from "../model/selection_bits.ts";
import { type TileAddress, type TileGrid, tileKey } from "../model/tile_grid.ts";
import type { View } from "../model/view.ts";
import type { Display, Palette } from "./display.ts";
import { GlProgram } from "./gl_program.ts";
import { ScreenTarget } from "./screen_target.ts";
import * as shaders from "./shaders.ts";
import { readyTile, tilesOnScreen } from "./tile_plan.ts";
import { TileTextures } from "./tile_textures.ts";

const MEBIBYTE = 2 ** 20;
const IMAGE_BUDGET_BYTES = 160 * MEBIBYTE;
const LABEL_BUDGET_BYTES = 96 * MEBIBYTE;
/** Around a changed pixel the outlines of these many CSS pixels may change. */
const OUTLINE_REACH = 4;
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

interface Layers {
  readonly width: number;
  readonly height: number;
  readonly picture: ScreenTarget;
  readonly labels: ScreenTarget;
  readonly others: ScreenTarget;
}

export class Renderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #images: ImageTiles;
  readonly #palette: Palette;
  #imagePrograms = new Map<string, GlProgram>();
  #labelProgram!: GlProgram;
  #compositeProgram!: GlProgram;
  #imageTextures!: TileTextures;
  #labelTextures!: TileTextures;
  #paintTexture!: WebGLTexture;
  #otherPaintTexture!: WebGLTexture;
  #selectedTexture!: WebGLTexture;
  /** The selection that the texture holds. */
  #selected: readonly number[] | null = null;
  #layers: Layers | null = null;

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
    this.#imagePrograms = new Map();
    this.#labelProgram = new GlProgram(gl, shaders.TILE_VERTEX, shaders.LABEL_FRAGMENT);
    this.#compositeProgram = new GlProgram(gl, shaders.SCREEN_VERTEX, shaders.COMPOSITE_FRAGMENT);
    this.#imageTextures = new TileTextures(gl, tileSize, IMAGE_BUDGET_BYTES);
    this.#labelTextures = new TileTextures(gl, tileSize, LABEL_BUDGET_BYTES);
    this.#paintTexture = gl.createTexture();
    this.#otherPaintTexture = gl.createTexture();
    this.#selectedTexture = gl.createTexture();
    this.#selected = null;
    this.setPaints(new MaskPaint(), new MaskPaint());
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
    this.#uploadPaint(this.#paintTexture, shown.table);
    this.#uploadPaint(this.#otherPaintTexture, other.table);
  }

  #uploadPaint(texture: WebGLTexture, table: Uint8Array): void {
    const gl = this.#gl;
    const width = shaders.PAINT_TEXTURE_WIDTH;
    const most = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
    const height = Math.min(most, Math.max(1, Math.ceil(table.length / (4 * width))));
    const data = new Uint8Array(4 * width * height);
    data.set(table.subarray(0, data.length));
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const [format, type] = [gl.RGBA_INTEGER, gl.UNSIGNED_BYTE];
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8UI, width, height, 0, format, type, data);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }

  /** Bring rewritten texels of a label tile to the card. */
  refreshLabels(source: LabelSource, change: TileChange): void {
    this.#labelTextures.refresh(keyIn(source, change.tile.address), change.tile.data, change);
  }

  drawPicture(frame: Frame): void {
    const layers = this.#layersFor(frame.view);
    const gl = this.#gl;
    this.#drawInto(layers.picture, [0, 0, layers.height, layers.width]);
    gl.clearBufferfv(gl.COLOR, 0, [0.0157, 0.0235, 0.0353, 1]);
    const channels = visibleChannels(frame.display);
    if (channels.length === 0) return;
    const isSmooth = frame.view.zoom < SMOOTH_BELOW_ZOOM && !frame.isCoarse;
    const hasGamma = channels.some((c) => frame.display.channels[c]!.gamma !== 1);
    const isFloat = this.#images.dtype === "float32";
    const nChannels = channels.length;
    const program = this.#imageProgram({ nChannels, isFloat, isSmooth, hasGamma });
    program.use();
    this.#setChannels(program, frame.display, channels);
    const used = new Set<string>();
    const { grid } = this.#images;
    const isReady = (tile: TileAddress) => channels.every((c) => this.#images.has({ ...tile, c }));
    for (const tile of tilesOnScreen(grid, frame.view, frame.t, frame.imageZ)) {
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
    this.#imageTextures.trim(used);
  }

  /** Draw the label screen again; `within` (CSS pixels of the screen) limits it to a rectangle. */
  drawLabels(frame: Frame, within: Box | null): void {
    const layers = this.#layersFor(frame.view);
    const clip = this.#devicePixels(within, layers);
    if (isEmptyBox(clip)) return;
    const used = new Set<string>();
    this.#drawLabelLayer(frame, frame.shown, layers.labels, clip, used);
    if (frame.other) this.#drawLabelLayer(frame, frame.other, layers.others, clip, used);
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
    for (const tile of tilesOnScreen(store.grid, frame.view, frame.t, frame.z)) {
      const ready = readyTile(store.grid, tile, (candidate) => store.has(candidate));
      if (ready === null) continue;
      const key = keyIn(source, ready);
      used.add(key);
      gl.bindTexture(gl.TEXTURE_2D, this.#labelTextures.get(key, store.get(ready)!.data));
      this.#drawTile(program, frame.view, store.grid, tile, ready);
    }
  }

  /** Put picture and masks together on the canvas. */
  compose(frame: Frame, within: Box | null): void {
    const layers = this.#layersFor(frame.view);
    const clip = this.#devicePixels(within, layers);
    if (isEmptyBox(clip)) return;
    this.#drawInto(null, clip);
    const gl = this.#gl;
    const program = this.#compositeProgram;
    program.use();
    this.#bind(0, layers.picture.texture, program, "u_picture");
    this.#bind(1, layers.labels.texture, program, "u_labels");
    this.#bind(2, this.#paintTexture, program, "u_paint");
    this.#bind(3, layers.others.texture, program, "u_others");
    this.#bind(4, this.#otherPaintTexture, program, "u_other_paint");
    gl.uniform1i(program.at("u_n_others"), frame.other === null ? 0 : 1);
    this.#setMasks(program, frame.display);
    gl.uniform2i(program.at("u_last"), layers.width - 1, layers.height - 1);
    gl.uniform1i(program.at("u_is_coarse"), frame.isCoarse ? 1 : 0);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  #setMasks(program: GlProgram, display: Display): void {
    const gl = this.#gl;
    gl.uniform1i(program.at("u_mode"), { off: 0, outline: 1, fill: 2 }[display.maskMode]);
    gl.uniform1f(program.at("u_opacity"), display.maskOpacity);
    gl.uniform1i(program.at("u_step"), Math.max(1, Math.round(this.#pixelRatio)));
    gl.uniform3fv(program.at("u_palette"), this.#palette.labels.flat());
    this.#setSelected(program, display.selected);
    gl.uniform1ui(program.at("u_hovered"), display.hovered);
  }

  #setSelected(program: GlProgram, selected: readonly number[]): void {
    if (this.#selected !== selected) {
      this.#uploadPaint(this.#selectedTexture, selectionBits(selected));
      this.#selected = selected;
    }
    this.#bind(5, this.#selectedTexture, program, "u_selected");
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
    const step = 2 ** source.level;
    const [sourceTop, sourceLeft] = grid.boxOf(source);
    const texels = [x0 - sourceLeft, y0 - sourceTop, x1 - x0, y1 - y0].map((n) => n / step);
    gl.uniform4f(program.at("u_texels"), texels[0]!, texels[1]!, texels[2]!, texels[3]!);
    const [rows, columns] = grid.filledOf(source);
    gl.uniform2i(program.at("u_last"), columns - 1, rows - 1);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
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

  #bind(unit: number, texture: WebGLTexture, program: GlProgram, name: string): void {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniform1i(program.at(name), unit);
  }

  get #pixelRatio(): number {
    return this.#canvas.width / Math.max(1, this.#canvas.clientWidth);
  }

  #layersFor(view: View): Layers {
    const gl = this.#gl;
    const { width, height } = this.#canvas;
    if (this.#layers?.width === width && this.#layers.height === height) return this.#layers;
    if (view.size.width < 1) throw new RangeError("The view has no size.");
    this.#layers?.picture.delete();
    this.#layers?.labels.delete();
    this.#layers?.others.delete();
    const picture = new ScreenTarget(gl, "picture", width, height);
    const labels = new ScreenTarget(gl, "labels", width, height);
    const others = new ScreenTarget(gl, "labels", width, height);
    this.#layers = { width, height, picture, labels, others };
    return this.#layers;
  }

  /** Draw into a layer (null: the canvas), inside the clip (rows from the top) only. */
  #drawInto(target: ScreenTarget | null, [y0, x0, y1, x1]: Box): void {
    const gl = this.#gl;
    const { width, height } = this.#canvas;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target?.framebuffer ?? null);
    gl.viewport(0, 0, width, height);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(x0, height - y1, x1 - x0, y1 - y0);
  }

  #devicePixels(within: Box | null, layers: Layers): Box {
    const all: Box = [0, 0, layers.height, layers.width];
    if (within === null) return all;
    const ratio = this.#pixelRatio;
    const [y0, x0, y1, x1] = within;
    return intersectBoxes(all, [
      Math.floor(y0 * ratio),
      Math.floor(x0 * ratio),
      Math.ceil(y1 * ratio),
      Math.ceil(x1 * ratio),
    ]);
  }
}

/** The rectangle of the screen, CSS pixels, on which a change of image pixels can be seen. */
export function screenBoxOf(view: View, box: Box): Box {
  const [top, left] = view.imageToScreen([box[0] - 0.5, box[1] - 0.5]);
  const [bottom, right] = view.imageToScreen([box[2] - 0.5, box[3] - 0.5]);
  const reach = OUTLINE_REACH;
  return [top - reach, left - reach, bottom + reach, right + reach];
}

function keyIn(source: LabelSource, address: TileAddress): string {
  return `${source.id}:${tileKey(address)}`;
}

export function uniteOrTake(a: Box | null, b: Box): Box {
  return a === null ? b : uniteBoxes(a, b);
}

function visibleChannels(display: Display): number[] {
  const visible = display.channels.flatMap((channel, index) => (channel.isVisible ? [index] : []));
  return visible.slice(0, MOST_VISIBLE_CHANNELS);
}
