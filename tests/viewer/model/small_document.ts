/** One empty plane of 16 x 16 pixels that edits are made on. */
import type { Box } from "../../../static/src/viewer/model/geometry.ts";
import { type Author, LabelDocument } from "../../../static/src/viewer/model/label_document.ts";
import { LabelStore } from "../../../static/src/viewer/model/label_store.ts";
import { ObjectIndex } from "../../../static/src/viewer/model/object_index.ts";
import { TileGrid } from "../../../static/src/viewer/model/tile_grid.ts";

export const SIZE = 16;
export const WHOLE: Box = [0, 0, SIZE, SIZE];

export function openDocument(me: Author): LabelDocument {
  const grid = new TileGrid([{ level: 0, height: SIZE, width: SIZE }], SIZE);
  const document = new LabelDocument(new LabelStore(grid, 1e9), new ObjectIndex([]), me);
  document.putTile({ t: 0, z: 0, level: 0, row: 0, col: 0 }, new Uint32Array(SIZE * SIZE));
  return document;
}

export function pixels(document: LabelDocument): number[] {
  return [...document.store.read(WHOLE, 0, 0)!.data];
}
