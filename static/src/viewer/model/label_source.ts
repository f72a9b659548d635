/** A label image that can be shown: the living one, an old version of it, or another result. */
import type { LabelStore } from "./label_store.ts";
import type { ObjectIndex } from "./object_index.ts";
import type { TileAddress } from "./tile_grid.ts";

export interface LabelSource {
  /** Tells the tiles of one source from those of another. */
  readonly id: string;
  readonly store: LabelStore;
  readonly objects: ObjectIndex;
  /** Where its tiles are fetched; null when all of it is background. */
  readonly tileUrl: string | null;
  /** Take in a tile as the server has it. */
  putTile(address: TileAddress, base: Uint32Array): void;
}
