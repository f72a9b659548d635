import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  endOf,
  type PlacedFile,
  packagesAmong,
  packed,
} from "../../static/src/shared/uploads/folder_package.ts";

function placed(path: string, content = path): PlacedFile {
  return { path, file: new File([content], path.split("/").pop() ?? "", { lastModified: 7 }) };
}

describe("the folder of an OME-Zarr", () => {
  it("is one thing to send, whatever it is called; other files are themselves", () => {
    const files = [
      placed("day 1/a.tif"),
      placed("day 1/b.ome.zarr/0/c/0"),
      placed("day 1/export/.zattrs"),
      placed("day 1/export/0/.zarray"),
      placed("day 1/export/.DS_Store"),
    ];
    const { packages, others } = packagesAmong(files);
    expect(others.map(({ path }) => path)).toEqual(["day 1/a.tif"]);
    expect([...packages.keys()]).toEqual(["day 1/b.ome.zarr", "day 1/export"]);
    expect(packages.get("day 1/export")).toHaveLength(2);
  });

  it("becomes a zip that Python reads, with the folder at its root", async () => {
    const files = [placed("day 1/ä.zarr/.zattrs", "{}"), placed("day 1/ä.zarr/0/0", "pixels")];
    const zip = await packed("day 1/ä.zarr", files);
    expect([zip.name, zip.lastModified]).toEqual(["ä.zarr.zip", 7]);
    const path = join(mkdtempSync(join(tmpdir(), "zip-")), "a.zip");
    writeFileSync(path, new Uint8Array(await zip.arrayBuffer()));
    const script =
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None;" +
      "print([(n, z.read(n).decode()) for n in z.namelist()])";
    const said = execFileSync("python3", ["-X", "utf8", "-c", script, path]).toString().trim();
    expect(said).toBe("[('ä.zarr/.zattrs', '{}'), ('ä.zarr/0/0', 'pixels')]");
  });

  it("gives the same bytes for the same files, in whatever order they come", async () => {
    const files = [placed("a.zarr/.zattrs"), placed("a.zarr/0"), placed("a.zarr/1")];
    const [one, other] = [await packed("a.zarr", files), await packed("a.zarr", files.reverse())];
    expect(await one.text()).toBe(await other.text());
  });

  it("has numbers of 64 bits where 32 are too few", () => {
    expect(endOf(3, 100, 1000)).toHaveLength(22);
    expect(endOf(70_000, 100, 1000)).toHaveLength(22 + 56 + 20);
    expect(endOf(3, 100, 5 * 2 ** 32)).toHaveLength(22 + 56 + 20);
  });
});
