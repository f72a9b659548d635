/** Brings pictures that are drawn already to the canvas, as they are or stretched. */
import type { Box } from "../model/geometry.ts";
import type { Surface } from "../model/view.ts";
import { GlProgram } from "./gl_program.ts";
import * as shaders from "./shaders.ts";

/** Left, bottom, width and height where the canvas reaches from -1 to 1, upwards. */
export type ClipSpaceBox = readonly [left: number, bottom: number, width: number, height: number];

const WHOLE: ClipSpaceBox = [-1, -1, 2, 2];

export class Projector {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: GlProgram;
  readonly #smooth: WebGLSampler;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = new GlProgram(gl, shaders.PICTURE_VERTEX, shaders.PICTURE_FRAGMENT);
    this.#smooth = gl.createSampler();
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.samplerParameteri(this.#smooth, filter, gl.LINEAR);
    }
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
      gl.samplerParameteri(this.#smooth, wrap, gl.CLAMP_TO_EDGE);
    }
  }

  /** Copy boxes of a picture as large as the canvas; drawing takes half the time of a blit. */
  copy(canvas: Surface, picture: WebGLTexture, boxes: readonly Box[]): void {
    const gl = this.#gl;
    this.#begin(canvas);
    gl.enable(gl.SCISSOR_TEST);
    for (const [y0, x0, y1, x1] of boxes) {
      gl.scissor(x0, canvas.height - y1, x1 - x0, y1 - y0);
      this.#draw(picture, WHOLE);
    }
  }

  /** Cover the canvas with pictures, each stretched over its box, the last one on top. */
  stretch(
    canvas: Surface,
    background: readonly [number, number, number, number],
    pictures: readonly { readonly texture: WebGLTexture; readonly box: ClipSpaceBox }[],
  ): void {
    const gl = this.#gl;
    this.#begin(canvas);
    gl.disable(gl.SCISSOR_TEST);
    gl.clearBufferfv(gl.COLOR, 0, background);
    gl.bindSampler(0, this.#smooth);
    for (const { texture, box } of pictures) this.#draw(texture, box);
    // Tiles are textures of whole numbers, which must not be interpolated.
    gl.bindSampler(0, null);
  }

  #begin({ height, width }: Surface): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, width, height);
    this.#program.use();
    gl.uniform1i(this.#program.at("u_picture"), 0);
    gl.activeTexture(gl.TEXTURE0);
  }

  #draw(picture: WebGLTexture, box: ClipSpaceBox): void {
    const gl = this.#gl;
    gl.uniform4f(this.#program.at("u_screen"), ...box);
    gl.bindTexture(gl.TEXTURE_2D, picture);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }
}
