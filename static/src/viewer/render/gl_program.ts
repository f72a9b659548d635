/** A shader program with its uniforms by name. */
export class GlProgram {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #places = new Map<string, WebGLUniformLocation | null>();
  /** Until it is asked how compiling went; asking waits for it. */
  #unchecked: readonly WebGLShader[];

  /** Begins to compile; meanwhile the page goes on, as another process does it. */
  constructor(gl: WebGL2RenderingContext, vertex: string, fragment: string) {
    this.#gl = gl;
    this.#program = gl.createProgram();
    this.#unchecked = [
      compile(gl, gl.VERTEX_SHADER, vertex),
      compile(gl, gl.FRAGMENT_SHADER, fragment),
    ];
    for (const shader of this.#unchecked) gl.attachShader(this.#program, shader);
    gl.linkProgram(this.#program);
  }

  /** Throws what the compiler says when the program cannot be made. */
  use(): void {
    if (this.#unchecked.length > 0) this.#check();
    this.#gl.useProgram(this.#program);
  }

  at(name: string): WebGLUniformLocation | null {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = this.#gl.getUniformLocation(this.#program, name);
      this.#places.set(name, place);
    }
    return place;
  }

  #check(): void {
    const gl = this.#gl;
    // A lost context makes nothing; everything is made again when it is restored.
    if (!gl.getProgramParameter(this.#program, gl.LINK_STATUS) && !gl.isContextLost()) {
      const logs = [
        ...this.#unchecked.map((shader) => gl.getShaderInfoLog(shader)),
        gl.getProgramInfoLog(this.#program),
      ];
      throw new Error(logs.filter(Boolean).join("\n") || "The shaders cannot be linked.");
    }
    for (const shader of this.#unchecked) gl.deleteShader(shader);
    this.#unchecked = [];
  }
}

function compile(gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader {
  const shader = gl.createShader(kind);
  // A lost context creates nothing; everything is made again when it is restored.
  if (shader === null) throw new Error("The graphics context is lost.");
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}
