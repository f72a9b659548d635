/** A table by label on the graphics card, four bytes an entry. */
import { PAINT_TEXTURE_WIDTH } from "./shaders.ts";

export class PaintTexture {
  readonly texture: WebGLTexture;
  readonly #gl: WebGL2RenderingContext;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.texture = gl.createTexture();
  }

  upload(table: Uint8Array): void {
    const gl = this.#gl;
    const width = PAINT_TEXTURE_WIDTH;
    const most = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
    const height = Math.min(most, Math.max(1, Math.ceil(table.length / (4 * width))));
    const data = new Uint8Array(4 * width * height);
    data.set(table.subarray(0, data.length));
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const [format, type] = [gl.RGBA_INTEGER, gl.UNSIGNED_BYTE];
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8UI, width, height, 0, format, type, data);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }
}
