/** Draws the tiles of picture and masks into layers, and puts the layers together. */
import { MOST_VISIBLE_CHANNELS, rgbOf } from "../model/channels.ts";
import { type Box, intersectBoxes } from "../model/geometry.ts";
import { type ImageTiles, imageTileKey } from "../model/image_tiles.ts";
import type { LabelSource } from "../model/label_source.ts";
import type { TileChange } from "../model/label_store.ts";
import type { MaskPaint } from "../model/mask_paint.ts";
import { type TileAddress, type TileGrid, tileKey } from "../model/tile_grid.ts";
import type { Surface, View } from "../model/view.ts";
import { clipSpaceOf } from "./clip_space.ts";
import { Compositor } from "./compositor.ts";
import type { Display, Palette } from "./display.ts";
import type { Frame } from "./frame.ts";
import { GlProgram } from "./gl_program.ts";
import type { ScreenLayers } from "./screen_layers.ts";
import type { ScreenTarget } from "./screen_target.ts";
import * as shaders from "./shaders.ts";
import { type DrawnTile, drawnTiles } from "./tile_plan.ts";
import { TileTextures } from "./tile_textures.ts";

const MEBIBYTE = 2 ** 20;
const IMAGE_BUDGET_BYTES = 80 * MEBIBYTE;
const LABEL_BUDGET_BYTES = 64 * MEBIBYTE;
/** From here on pixels are shown as squares. */
const SMOOTH_BELOW_ZOOM = 4;

/** Where no image is. */
export const BACKGROUND = [0.0157, 0.0235, 0.0353, 1] as const;

export class LayerPainter {
  readonly #gl: WebGL2RenderingContext;
  readonly #images: ImageTiles;
  readonly #imagePrograms = new Map<string, GlProgram>();
  readonly #labelProgram: GlProgram;
  readonly #compositor: Compositor;
  readonly #imageTextures: TileTextures;
  readonly #labelTextures: TileTextures;

  constructor(gl: WebGL2RenderingContext, images: ImageTiles, palette: Palette) {
    const { tileSize } = images.grid;
    this.#gl = gl;
    this.#images = images;
    this.#labelProgram = new GlProgram(gl, shaders.TILE_VERTEX, shaders.LABEL_FRAGMENT);
    this.#compositor = new Compositor(gl, palette);
    this.#imageTextures = new TileTextures(gl, tileSize, IMAGE_BUDGET_BYTES);
    this.#labelTextures = new TileTextures(gl, tileSize, LABEL_BUDGET_BYTES);
  }

  /** How every label of the shown image is drawn, and of the compared one. */
  setPaints(shown: MaskPaint, other: MaskPaint): void {
    this.#compositor.setPaints(shown, other);
  }

  /** Bring rewritten texels of a label tile to the card. */
  refreshLabels(source: LabelSource, change: TileChange): void {
    this.#labelTextures.refresh(keyIn(source, change.tile.address), change.tile.data, change);
  }

  drawPicture(layers: ScreenLayers, frame: Frame, clips: readonly Box[]): void {
    if (clips.length === 0) return;
    const gl = this.#gl;
    const channels = visibleChannels(frame.display);
    const program = channels.length > 0 ? this.#programFor(frame, channels) : null;
    const used = new Set<string>();
    for (const clip of clips) {
      this.#drawInto(layers, layers.picture, clip);
      gl.clearBufferfv(gl.COLOR, 0, BACKGROUND);
      if (program) this.#drawPictureTiles(program, layers, frame, channels, clip, used);
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
    layers: ScreenLayers,
    frame: Frame,
    channels: readonly number[],
    clip: Box,
    used: Set<string>,
  ): void {
    const gl = this.#gl;
    const { grid } = this.#images;
    const isReady = (tile: TileAddress) => channels.every((c) => this.#images.has({ ...tile, c }));
    for (const tile of tilesIn(grid, layers, frame.view, clip, frame.t, frame.imageZ)) {
      // Until a projection is made, the slice shows.
      const projected = drawnTiles(grid, tile, isReady);
      const isSlice = projected.length === 0 && frame.imageZ !== frame.z;
      const drawn = isSlice ? drawnTiles(grid, { ...tile, z: frame.z }, isReady) : projected;
      for (const one of drawn) {
        channels.forEach((c, unit) => {
          const address = { ...one.source, c };
          const key = imageTileKey(address);
          used.add(key);
          gl.activeTexture(gl.TEXTURE0 + unit);
          const texture = this.#imageTextures.get(key, this.#images.get(address)!);
          gl.bindTexture(gl.TEXTURE_2D, texture);
        });
        this.#drawTile(program, layers, frame.view, grid, one);
      }
    }
  }

  drawLabels(layers: ScreenLayers, frame: Frame, clips: readonly Box[]): void {
    if (clips.length === 0) return;
    const used = new Set<string>();
    for (const clip of clips) {
      this.#drawLabelLayer(layers, frame, frame.shown, layers.labels, clip, used);
      if (frame.other) this.#drawLabelLayer(layers, frame, frame.other, layers.others, clip, used);
    }
    this.#labelTextures.trim(used);
  }

  #drawLabelLayer(
    layers: ScreenLayers,
    frame: Frame,
    source: LabelSource,
    layer: ScreenTarget,
    clip: Box,
    used: Set<string>,
  ): void {
    const gl = this.#gl;
    this.#drawInto(layers, layer, clip);
    gl.clearBufferuiv(gl.COLOR, 0, [0, 0, 0, 0]);
    if (frame.display.maskMode === "off") return;
    const program = this.#labelProgram;
    program.use();
    gl.uniform1i(program.at("u_tile"), 0);
    gl.activeTexture(gl.TEXTURE0);
    const { store } = source;
    const isReady = (tile: TileAddress) => store.has(tile);
    for (const tile of tilesIn(store.grid, layers, frame.view, clip, frame.t, frame.z)) {
      for (const one of drawnTiles(store.grid, tile, isReady)) {
        const key = keyIn(source, one.source);
        used.add(key);
        const texture = this.#labelTextures.get(key, store.get(one.source)!.data);
        gl.bindTexture(gl.TEXTURE_2D, texture);
        this.#drawTile(program, layers, frame.view, store.grid, one);
      }
    }
  }

  /** Put picture and masks together; hatchings begin at the anchor, pixels to the right and up. */
  compose(
    layers: ScreenLayers,
    frame: Frame,
    clips: readonly Box[],
    anchor: readonly [right: number, up: number] = [0, 0],
  ): void {
    if (clips.length === 0) return;
    const { display, isCoarse } = frame;
    const hasOther = frame.other !== null;
    const step = frame.view.stepOn(layers);
    this.#compositor.use(layers, { display, hasOther, isCoarse, step, anchor });
    for (const clip of clips) {
      this.#drawInto(layers, layers.composed, clip);
      this.#gl.drawArrays(this.#gl.TRIANGLE_STRIP, 0, 4);
    }
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

  /** Draw the part of the screen that `place` covers from `source`, itself or a coarser one. */
  #drawTile(
    program: GlProgram,
    layers: ScreenLayers,
    view: View,
    grid: TileGrid,
    { place, source }: DrawnTile,
  ): void {
    const gl = this.#gl;
    const { height, width } = grid.levels[0]!;
    const [y0, x0, y1, x1] = intersectBoxes(grid.boxOf(place), [0, 0, height, width]);
    // The square of a pixel reaches half a pixel to each side of its centre.
    const corners = [
      view.imageToScreen([y0 - 0.5, x0 - 0.5]),
      view.imageToScreen([y1 - 0.5, x1 - 0.5]),
    ];
    gl.uniform4f(program.at("u_screen"), ...clipSpaceOf(corners[0]!, corners[1]!, view.size));
    gl.uniform4f(program.at("u_texels"), ...texelsOf(layers, view, grid, source));
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

  /** Draw into a layer, inside the clip only. */
  #drawInto({ height, width }: Surface, target: ScreenTarget, [y0, x0, y1, x1]: Box): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
    gl.viewport(0, 0, width, height);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(x0, height - y1, x1 - x0, y1 - y0);
  }
}

/** Columns and rows of a tile: at the bottom left of the layers, and per pixel of them. */
function texelsOf(
  { height, width }: Surface,
  view: View,
  grid: TileGrid,
  source: TileAddress,
): [number, number, number, number] {
  const step = 2 ** source.level;
  const [top, left] = grid.boxOf(source);
  const [y, x] = view.screenToImage([view.size.height, 0]);
  const perColumn = view.size.width / (width * view.zoom * step);
  const perRow = view.size.height / (height * view.zoom * step);
  return [(x + 0.5 - left) / step, (y + 0.5 - top) / step, perColumn, -perRow];
}

/** The tiles of the shown level that a box of the layers needs. */
function tilesIn(
  grid: TileGrid,
  { height, width }: Surface,
  view: View,
  clip: Box,
  t: number,
  z: number,
): TileAddress[] {
  const [sy, sx] = [view.size.height / height, view.size.width / width];
  const [y0, x0] = view.screenToImage([clip[0] * sy, clip[1] * sx]);
  const [y1, x1] = view.screenToImage([clip[2] * sy, clip[3] * sx]);
  const box: Box = [Math.floor(y0), Math.floor(x0), Math.ceil(y1) + 1, Math.ceil(x1) + 1];
  return grid.tilesOf(box, grid.levelFor(view.detail), t, z);
}

function keyIn(source: LabelSource, address: TileAddress): string {
  return `${source.id}:${tileKey(address)}`;
}

function visibleChannels(display: Display): number[] {
  const visible = display.channels.flatMap((channel, index) => (channel.isVisible ? [index] : []));
  return visible.slice(0, MOST_VISIBLE_CHANNELS);
}
