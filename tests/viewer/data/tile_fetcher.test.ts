/** Tiles that are wanted, given up, and awaited. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { TileFetcher, type WantedTile } from "../../../static/src/viewer/data/tile_fetcher.ts";

const BYTES = 4;

/** Answers a request after some milliseconds, unless it is aborted before. */
function answerAfter(milliseconds: number) {
  vi.stubGlobal("fetch", (_url: string, { signal }: { signal: AbortSignal }) => {
    return new Promise((resolve, reject) => {
      const answer = () => resolve(new Response(new Uint8Array(BYTES)));
      setTimeout(answer, milliseconds);
      signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
  });
}

afterEach(() => vi.unstubAllGlobals());

describe("the fetcher of tiles", () => {
  it("brings a tile that is awaited right after it was given up", async () => {
    answerAfter(5);
    const fetcher = new TileFetcher(() => expect.fail("no tile is missing"));
    const deliver = vi.fn();
    const tile: WantedTile = { key: "a", url: "/a", bytes: BYTES, deliver };
    fetcher.want([tile]);
    fetcher.want([]);
    await fetcher.fetchNow(tile);
    expect(deliver).toHaveBeenCalledOnce();
  });

  it("does not give up a tile that somebody waits for", async () => {
    answerAfter(5);
    const fetcher = new TileFetcher(() => expect.fail("no tile is missing"));
    const deliver = vi.fn();
    const tile: WantedTile = { key: "a", url: "/a", bytes: BYTES, deliver };
    const landed = fetcher.fetchNow(tile);
    fetcher.want([]);
    await landed;
    expect(deliver).toHaveBeenCalledOnce();
  });
});
