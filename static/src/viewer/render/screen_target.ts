/** A texture as large as the screen that is drawn into. */
export type TargetKind = "picture" | "labels";

export class ScreenTarget {
  readonly texture: WebGLTexture;
  readonly framebuffer: WebGLFramebuffer;
  readonly #gl: WebGL2RenderingContext;
  readonly #width: number;
  readonly #height: number;

  constructor(gl: WebGL2RenderingContext, kind: TargetKind, width: number, height: number) {
    this.#gl = gl;
    this.#width = width;
    this.#height = height;
    this.texture = gl.createTexture();
    this.framebuffer = gl.createFramebuffer();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, kind === "picture" ? gl.RGBA8 : gl.R32UI, width, height);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
  }

  /** Take over another target of the same size, moved by pixels down and to the right. */
  copyMoved(source: ScreenTarget, down: number, right: number): void {
    const gl = this.#gl;
    // Rows of a texture are counted from the bottom.
    const up = -down;
    const [width, height] = [this.#width - Math.abs(right), this.#height - Math.abs(up)];
    const [toX, toY] = [Math.max(0, right), Math.max(0, up)];
    const [fromX, fromY] = [Math.max(0, -right), Math.max(0, -up)];
    gl.bindFramebuffer(gl.FRAMEBUFFER, source.framebuffer);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.copyTexSubImage2D(gl.TEXTURE_2D, 0, toX, toY, fromX, fromY, width, height);
  }

  delete(): void {
    this.#gl.deleteFramebuffer(this.framebuffer);
    this.#gl.deleteTexture(this.texture);
  }
}
