/** Fetches the coarse tiles of an image into the browser's cache, so that it opens at once. */
import type { ImageJson } from "../model/contract.ts";
import { TileGrid } from "../model/tile_grid.ts";
import { fetchImage } from "./annotation_api.ts";
import { tileUrl } from "./tile_fetcher.ts";

const MOST_TILES = 24;

export async function prefetchTiles(imageUrl: string): Promise<ImageJson> {
  const image = await fetchImage(imageUrl);
  const urls = firstTiles(image);
  await Promise.all(urls.map((url) => fetch(url, { priority: "low", credentials: "same-origin" })));
  return image;
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
