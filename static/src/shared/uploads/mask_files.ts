import { isWanted } from "./dropped.ts";
import { type PlacedFile, packagesAmong, packed } from "./folder_package.ts";

/** A label image a frame, as the Cell Tracking Challenge calls them. */
const FRAME = /^(man_seg|man_track|mask)_?\d{3,6}(_\d{3,6})?\.tiff?$/i;
/** Folders of the challenge that lie inside the one that names the series. */
const INSIDE = new Set(["seg", "tra", "gt"]);

/** The files that are sent: folders that are one image, or the frames of one, are one zip. */
export async function maskFiles(placed: readonly PlacedFile[]): Promise<PlacedFile[]> {
  const { packages, others } = packagesAmong(placed);
  const { series, single } = seriesAmong(others.filter(({ file }) => isWanted(file)));
  const folders = [...packages, ...series];
  const zips = folders.map(async ([root, files]) => ({
    path: `${root || "frames"}.zip`,
    file: await packed(root, files),
  }));
  return [...single, ...(await Promise.all(zips))];
}

/** Frames by the folder that names their series; one alone is a file like any other. */
export function seriesAmong(files: readonly PlacedFile[]): {
  series: Map<string, PlacedFile[]>;
  single: PlacedFile[];
} {
  const found = new Map<string, PlacedFile[]>();
  const single: PlacedFile[] = [];
  for (const one of files) {
    const steps = one.path.split("/");
    const name = steps.pop() ?? "";
    while (steps.length > 0 && INSIDE.has(steps.at(-1)!.toLowerCase())) steps.pop();
    if (!FRAME.test(name)) single.push(one);
    else found.set(steps.join("/"), [...(found.get(steps.join("/")) ?? []), one]);
  }
  const series = new Map([...found].filter(([, frames]) => frames.length > 1));
  for (const frames of found.values()) if (frames.length === 1) single.push(...frames);
  return { series, single };
}
