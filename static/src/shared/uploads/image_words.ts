import { count, thin } from "../format.ts";
import { send } from "../send.ts";
import type { FileRow } from "./file_row.ts";

interface ImageFacts {
  shape: [number, number, number, number, number];
  pixel_size_um: [number, number] | null;
}

/** Ask what was read from a file and show it in its row. */
export async function describeImage(row: FileRow, imageId: string): Promise<void> {
  const facts = (await send("GET", `/api/images/${imageId}`)) as ImageFacts;
  row.showImage(
    `/api/images/${imageId}/thumbnail`,
    `/images/${imageId}/details`,
    imageWords(facts),
  );
}

/** "2 048 × 2 048 · 12 slices · 3 channels · 0.65 µm" */
export function imageWords({ shape, pixel_size_um }: ImageFacts): string {
  const [frames, channels, slices, height, width] = shape;
  const parts = [`${thin(width)} × ${thin(height)}`];
  if (slices > 1) parts.push(`${slices} slices`);
  if (frames > 1) parts.push(`${frames} frames`);
  parts.push(count(channels, "channel"));
  parts.push(
    pixel_size_um ? `${Number(pixel_size_um[1].toPrecision(4))} µm` : "pixel size not known",
  );
  return parts.join(" · ");
}
