import { count, thin } from "../format.ts";
import { send } from "../send.ts";
import type { FileRow } from "./file_row.ts";

export interface ImageFacts {
  shape: [number, number, number, number, number];
  pixel_size_um: [number, number] | null;
}

interface NamedImage {
  id: string;
  name: string;
}

const MOST_NAMED = 4;

/** Show what was read from a file in its row, and ask for it when no message has said it. */
export async function describeImage(row: FileRow): Promise<void> {
  const imageId = row.imageId;
  if (!imageId) return;
  if (row.nImages > 1) return describeImages(row, imageId);
  const facts = row.facts ?? ((await send("GET", `/api/images/${imageId}`)) as ImageFacts);
  row.showImage(thumbnailUrl(imageId), detailsUrl(imageId), imageWords(facts));
}

/** "12 images: a - A1, a - A2, …", each a link, as the server writes it with the page. */
async function describeImages(row: FileRow, first: string): Promise<void> {
  const { dataset, images } = (await send("GET", `/api/uploads/${row.uploadId}`)) as {
    dataset: string;
    images: NamedImage[];
  };
  const parts: (string | Node)[] = [`${count(images.length, "image")}: `];
  for (const [index, { id, name }] of images.slice(0, MOST_NAMED).entries()) {
    parts.push(...(index > 0 ? [", "] : []), link(detailsUrl(id), name));
  }
  if (images.length > MOST_NAMED) {
    const those = `/datasets/${dataset}?q=${encodeURIComponent(row.name)}`;
    parts.push(", ", link(those, `and ${images.length - MOST_NAMED} more`));
  }
  row.showImage(thumbnailUrl(first), detailsUrl(first), ...parts);
}

function link(url: string, words: string): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = url;
  made.textContent = words;
  return made;
}

function thumbnailUrl(imageId: string): string {
  return `/api/images/${imageId}/thumbnail`;
}

function detailsUrl(imageId: string): string {
  return `/images/${imageId}/details`;
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
