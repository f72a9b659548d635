/** A texture as large as the screen that is drawn into. */
export class ScreenTarget {
  readonly texture: WebGLTexture;
  readonly framebuffer: WebGLFramebuffer;
  readonly #gl: WebGL2RenderingContext;

  constructor(
    gl: WebGL2RenderingContext,
    kind: "picture" | "labels",
    width: number,
    height: number,
  ) {
    this.#gl = gl;
    this.texture = gl.createTexture();
    this.framebuffer = gl.createFramebuffer();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, kind === "picture" ? gl.RGBA8 : gl.R32UI, width, height);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
  }

  delete(): void {
    this.#gl.deleteFramebuffer(this.framebuffer);
    this.#gl.deleteTexture(this.texture);
  }
}
