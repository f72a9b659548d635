/** Another result for the same image as masks that can be shown. */
import {
  fetchSegmentationObjects,
  type SegmentationJson,
  segmentationTileUrl,
} from "../data/segmentation_api.ts";
import type { LabelSource } from "../model/label_source.ts";
import { LabelStore } from "../model/label_store.ts";
import { ObjectIndex, originOfBase } from "../model/object_index.ts";
import type { TileGrid } from "../model/tile_grid.ts";

const BUDGET_BYTES = 64 * 2 ** 20;

export async function openSegmentation(
  segmentation: SegmentationJson,
  grid: TileGrid,
): Promise<LabelSource> {
  const rows = await fetchSegmentationObjects(segmentation.id);
  const objects = new ObjectIndex(rows, originOfBase(segmentation.method));
  const store = new LabelStore(grid, BUDGET_BYTES);
  return {
    ...{ id: segmentation.id, tileUrl: segmentationTileUrl(segmentation), store, objects },
    putTile: (address, base) => void store.put(address, base, []),
  };
}
