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
  readonly #program: GlProgram;
  readonly #paint: PaintTexture;
  readonly #otherPaint: PaintTexture;
  readonly #selection: PaintTexture;
  /** The selection that the texture holds. */
  #selected: readonly number[] | null = null;

  constructor(gl: WebGL2RenderingContext, palette: Palette) {
    this.#gl = gl;
    this.#palette = palette;
    this.#program = new GlProgram(gl, shaders.SCREEN_VERTEX, shaders.COMPOSITE_FRAGMENT);
    this.#paint = new PaintTexture(gl);
    this.#otherPaint = new PaintTexture(gl);
    this.#selection = new PaintTexture(gl);
    this.setPaints(new MaskPaint(), new MaskPaint());
  }

  /** How every label of the shown image is drawn, and of the compared one. */
  setPaints(shown: MaskPaint, other: MaskPaint): void {
    this.#paint.upload(shown.table);
    this.#otherPaint.upload(other.table);
  }

  /** Make ready to draw; what follows is drawn into any clip of the composed layer. */
  use(layers: ScreenLayers, { display, hasOther, isCoarse, step, anchor }: Composition): void {
    const gl = this.#gl;
    const program = this.#program;
    program.use();
    this.#bind(0, layers.picture.texture, "u_picture");
    this.#bind(1, layers.labels.texture, "u_labels");
    this.#bind(2, this.#paint.texture, "u_paint");
    this.#bind(3, (hasOther ? layers.others : layers.labels).texture, "u_others");
    this.#bind(4, this.#otherPaint.texture, "u_other_paint");
    gl.uniform1i(program.at("u_n_others"), hasOther ? 1 : 0);
    gl.uniform1i(program.at("u_mode"), { off: 0, outline: 1, fill: 2 }[display.maskMode]);
    gl.uniform1f(program.at("u_opacity"), display.maskOpacity);
    gl.uniform1i(program.at("u_step"), step);
    gl.uniform3fv(program.at("u_palette"), this.#palette.labels.flat());
    gl.uniform1ui(program.at("u_hovered"), display.hovered);
    gl.uniform2i(program.at("u_last"), layers.width - 1, layers.height - 1);
    gl.uniform2i(program.at("u_anchor"), ...anchor);
    gl.uniform1i(program.at("u_is_coarse"), isCoarse ? 1 : 0);
    this.#setSelected(display.selected);
  }

  #setSelected(selected: readonly number[]): void {
    if (this.#selected !== selected) {
      this.#selection.upload(selectionBits(selected));
      this.#selected = selected;
    }
    this.#bind(5, this.#selection.texture, "u_selected");
    this.#gl.uniform1i(this.#program.at("u_n_selected"), selected.length === 0 ? 0 : 1);
  }

  #bind(unit: number, texture: WebGLTexture, name: string): void {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniform1i(this.#program.at(name), unit);
  }
}
