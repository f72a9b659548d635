/** Tiles on the graphics card: integer textures, the ones drawn last kept up to a budget. */
import type { PixelArray } from "../model/image_tiles.ts";
import { LeastRecentlyUsed } from "../model/least_recently_used.ts";

export type TileArray = PixelArray | Uint32Array;

interface TileTexture {
  readonly texture: WebGLTexture;
  /** The pixels that were uploaded; other pixels under the same key are uploaded anew. */
  readonly data: TileArray;
}

/** Texels [row0, row1) x [col0, col1). */
export interface TexelBox {
  readonly row0: number;
  readonly col0: number;
  readonly row1: number;
  readonly col1: number;
}

export class TileTextures {
  readonly #gl: WebGL2RenderingContext;
  readonly #size: number;
  readonly #textures: LeastRecentlyUsed<TileTexture>;

  constructor(gl: WebGL2RenderingContext, tileSize: number, budgetBytes: number) {
    this.#gl = gl;
    this.#size = tileSize;
    this.#textures = new LeastRecentlyUsed(budgetBytes, (_key, { texture }) => {
      gl.deleteTexture(texture);
    });
  }

  /** The texture of a tile, uploaded when it is not there yet. */
  get(key: string, data: TileArray): WebGLTexture {
    const known = this.#textures.get(key);
    if (known?.data === data) return known.texture;
    this.#textures.delete(key);
    const texture = this.#upload(data);
    this.#textures.set(key, { texture, data }, data.byteLength);
    return texture;
  }

  /** Upload again the texels of a box, when the tile is on the card. */
  refresh(key: string, data: TileArray, box: TexelBox): void {
    const known = this.#textures.peek(key);
    if (known?.data !== data) return;
    const gl = this.#gl;
    const { format, type } = formatOf(gl, data);
    gl.bindTexture(gl.TEXTURE_2D, known.texture);
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, this.#size);
    gl.pixelStorei(gl.UNPACK_SKIP_ROWS, box.row0);
    gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, box.col0);
    const [width, height] = [box.col1 - box.col0, box.row1 - box.row0];
    gl.texSubImage2D(gl.TEXTURE_2D, 0, box.col0, box.row0, width, height, format, type, data);
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, 0);
    gl.pixelStorei(gl.UNPACK_SKIP_ROWS, 0);
    gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, 0);
  }

  trim(keep: ReadonlySet<string>): void {
    this.#textures.trim((key) => keep.has(key));
  }

  #upload(data: TileArray): WebGLTexture {
    const gl = this.#gl;
    const texture = gl.createTexture();
    const { internal, format, type } = formatOf(gl, data);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const size = this.#size;
    gl.texImage2D(gl.TEXTURE_2D, 0, internal, size, size, 0, format, type, data);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    return texture;
  }
}

function formatOf(gl: WebGL2RenderingContext, data: TileArray) {
  if (data instanceof Uint8Array) {
    return { internal: gl.R8UI, format: gl.RED_INTEGER, type: gl.UNSIGNED_BYTE };
  }
  if (data instanceof Uint16Array) {
    return { internal: gl.R16UI, format: gl.RED_INTEGER, type: gl.UNSIGNED_SHORT };
  }
  if (data instanceof Float32Array) return { internal: gl.R32F, format: gl.RED, type: gl.FLOAT };
  return { internal: gl.R32UI, format: gl.RED_INTEGER, type: gl.UNSIGNED_INT };
}
