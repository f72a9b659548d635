/** The context on the graphics card with which a canvas is drawn. */

const ATTRIBUTES: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  depth: false,
  // What is not drawn again in this frame must still be there.
  preserveDrawingBuffer: true,
  powerPreference: "high-performance",
};

/**
 * A canvas keeps the context that it once got. Making it takes a while: whoever waits for
 * something else may ask for it early.
 */
export function openGraphics(canvas: HTMLCanvasElement): WebGL2RenderingContext {
  const gl = canvas.getContext("webgl2", ATTRIBUTES);
  if (gl === null) throw new Error("This browser has no WebGL 2, which the viewer needs.");
  return gl;
}
