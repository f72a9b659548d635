/** A compiled shader program with its uniforms by name. */
export class GlProgram {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #places = new Map<string, WebGLUniformLocation | null>();

  constructor(gl: WebGL2RenderingContext, vertex: string, fragment: string) {
    this.#gl = gl;
    this.#program = gl.createProgram();
    const shaders = [
      compile(gl, gl.VERTEX_SHADER, vertex),
      compile(gl, gl.FRAGMENT_SHADER, fragment),
    ];
    for (const shader of shaders) gl.attachShader(this.#program, shader);
    gl.linkProgram(this.#program);
    for (const shader of shaders) gl.deleteShader(shader);
    const isLinked = gl.getProgramParameter(this.#program, gl.LINK_STATUS);
    if (!isLinked && !gl.isContextLost()) {
      throw new Error(gl.getProgramInfoLog(this.#program) ?? "The shaders cannot be linked.");
    }
  }

  use(): void {
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
}

function compile(gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader {
  const shader = gl.createShader(kind);
  // A lost context creates nothing; everything is made again when it is restored.
  if (shader === null) throw new Error("The graphics context is lost.");
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
    throw new Error(gl.getShaderInfoLog(shader) ?? "A shader cannot be compiled.");
  }
  return shader;
}
