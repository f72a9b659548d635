import { expect, test } from "vitest";
import { maskFiles, seriesAmong } from "../../static/src/shared/uploads/mask_files.ts";

function placed(...paths: string[]) {
  return paths.map((path) => ({ path, file: new File(["x"], path.split("/").at(-1) ?? "") }));
}

test("frames of a folder are one series, whatever folders of the challenge they lie in", () => {
  const files = placed(
    "01_GT/SEG/man_seg000.tif",
    "01_GT/SEG/man_seg001.tif",
    "01_RES/mask000.tif",
    "masks/a.tif",
  );
  const { series, single } = seriesAmong(files);
  expect([...series.keys()]).toEqual(["01_GT"]);
  expect(single.map(({ path }) => path).sort()).toEqual(["01_RES/mask000.tif", "masks/a.tif"]);
});

test("a series and an OME-Zarr are sent as one zip each, other files as they are", async () => {
  const files = placed(
    "s/mask000.tif",
    "s/mask001.tif",
    "a.zarr/.zattrs",
    "a.zarr/0/0",
    ".DS_Store",
    "b.png",
  );
  const sent = await maskFiles(files);
  expect(sent.map(({ path }) => path)).toEqual(["b.png", "a.zarr.zip", "s.zip"]);
});

test("frames without a folder are a series, too", async () => {
  const sent = await maskFiles(placed("mask000.tif", "mask001.tif"));
  expect(sent.map(({ path }) => path)).toEqual(["frames.zip"]);
});
