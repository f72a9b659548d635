/** The last pass: puts picture and masks together, each cell drawn as its table says. */
import { MaskPaint } from "../model/mask_paint.ts";
import { selectionBits } from "../model/selection_bits.ts";
import type { Display, Palette } from "./display.ts";
import { GlProgram } from "./gl_program.ts";
import { PaintTexture } from "./paint_texture.ts";
import type { ScreenLayers } from "./screen_layers.ts";
import * as shaders from "./shaders.ts";

/** What the pass needs to know besides the layers. */
export interface Composition {
  readonly display: Display;
  readonly hasOther: boolean;
  readonly isCoarse: boolean;
  /** Device pixels for one CSS pixel. */
  readonly step: number;
  /** Where hatchings begin, in pixels to the right and up. */
  readonly anchor: readonly [right: number, up: number];
}

export class Compositor {
  readonly #gl: WebGL2RenderingContext;
  readonly #palette: Palette;
  readonly #programs = new Map<string, GlProgram>();
  readonly #paint: PaintTexture;
  readonly #otherPaint: PaintTexture;
  readonly #selection: PaintTexture;
  /** The selection that the texture holds. */
  #selected: readonly number[] | null = null;
  #hasPaint = false;

  constructor(gl: WebGL2RenderingContext, palette: Palette) {
    this.#gl = gl;
    this.#palette = palette;
    this.#paint = new PaintTexture(gl);
    this.#otherPaint = new PaintTexture(gl);
    this.#selection = new PaintTexture(gl);
    this.setPaints(new MaskPaint(), new MaskPaint());
  }

  /** How every label of the shown image is drawn, and of the compared one. */
  setPaints(shown: MaskPaint, other: MaskPaint): void {
    this.#hasPaint = !shown.isPlain;
    this.#paint.upload(shown.table);
    this.#otherPaint.upload(other.table);
  }

  /** Make ready to draw; what follows is drawn into any clip of the composed layer. */
  use(layers: ScreenLayers, { display, hasOther, isCoarse, step, anchor }: Composition): void {
    const gl = this.#gl;
    const { maskMode, selected } = display;
    const [hasMasks, hasSelection] = [maskMode !== "off", selected.length > 0];
    const hasPaint = this.#hasPaint;
    const program = this.#programFor({ hasMasks, hasOther, hasSelection, hasPaint, isCoarse });
    if (hasSelection) this.#keepSelection(selected);
    program.use();
    const bind = (unit: number, texture: WebGLTexture, name: string) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.uniform1i(program.at(name), unit);
    };
    bind(0, layers.picture.texture, "u_picture");
    bind(1, layers.labels.texture, "u_labels");
    bind(2, this.#paint.texture, "u_paint");
    if (hasOther) bind(3, layers.others.texture, "u_others");
    bind(4, this.#otherPaint.texture, "u_other_paint");
    bind(5, this.#selection.texture, "u_selected");
    gl.uniform1f(program.at("u_filled"), maskMode === "fill" ? 1 : 0);
    gl.uniform1f(program.at("u_opacity"), display.maskOpacity);
    gl.uniform1i(program.at("u_step"), step);
    gl.uniform3fv(program.at("u_palette"), this.#palette.labels.flat());
    gl.uniform1ui(program.at("u_hovered"), display.hovered);
    gl.uniform2i(program.at("u_last"), layers.width - 1, layers.height - 1);
    gl.uniform2i(program.at("u_anchor"), ...anchor);
  }

  #keepSelection(selected: readonly number[]): void {
    if (this.#selected === selected) return;
    this.#selection.upload(selectionBits(selected));
    this.#selected = selected;
  }

  #programFor(variant: shaders.CompositeVariant): GlProgram {
    const key = JSON.stringify(variant);
    let program = this.#programs.get(key);
    if (program === undefined) {
      program = new GlProgram(this.#gl, shaders.SCREEN_VERTEX, shaders.compositeFragment(variant));
      this.#programs.set(key, program);
    }
    return program;
  }
}
