/** Fetches the coarse tiles of the next image into the browser's cache, so that it opens at once. */
import type { ImageJson } from "../model/contract.ts";
import { TileGrid } from "../model/tile_grid.ts";
import { fetchImage } from "./annotation_api.ts";
import { tileUrl } from "./tile_fetcher.ts";

const MOST_TILES = 24;

export async function prefetchNext(image: ImageJson): Promise<void> {
  const place = image.neighbours.findIndex(({ is_current }) => is_current);
  const next = image.neighbours[place + 1];
  if (place < 0 || next === undefined) return;
  try {
    const urls = firstTiles(await fetchImage(`/api/images/${next.id}`));
    await Promise.all(
      urls.map((url) => fetch(url, { priority: "low", credentials: "same-origin" })),
    );
  } catch {
    // Only a head start is lost; opening the image will say what is wrong.
  }
}

/** The tiles of the coarsest levels, as many as are worth a head start. */
function firstTiles(image: ImageJson): string[] {
  const grid = new TileGrid(image.levels, image.tile_size);
  const urls: string[] = [];
  for (let level = grid.coarsest; level >= 0; level--) {
    const tiles = grid.tilesOf([0, 0, image.shape[3], image.shape[4]], level, 0, 0);
    const ofLevel = tiles.flatMap(({ row, col }) =>
      image.channels.map(({ index: c }) =>
        tileUrl(image.tile_url, { level, t: 0, c, z: 0, row, col }),
      ),
    );
    if (urls.length + ofLevel.length > MOST_TILES) break;
    urls.push(...ofLevel);
  }
  return urls;
}
