/** The results of the machine for an image, to be looked at beside the masks. */
import type { ObjectRow } from "../model/contract.ts";
import { getJson } from "./http.ts";

export interface SegmentationJson {
  readonly id: string;
  readonly method: string;
  readonly model: string;
  readonly created_at: string;
  readonly digest: string;
  readonly n_objects: number;
}

const LENGTH_OF_DIGEST = 16;

/** The newest first; of very many the newest hundred. */
export async function fetchSegmentations(imageId: string): Promise<readonly SegmentationJson[]> {
  const url = `/api/images/${imageId}/segmentations`;
  return (await getJson<{ results: SegmentationJson[] }>(url)).results;
}

export async function fetchSegmentationObjects(id: string): Promise<readonly ObjectRow[]> {
  return (await getJson<{ objects: ObjectRow[] }>(`/api/segmentations/${id}/objects`)).objects;
}

export function segmentationTileUrl({ id, digest }: SegmentationJson): string {
  return `/api/segmentations/${id}/tiles/${digest.slice(0, LENGTH_OF_DIGEST)}/{level}/{t}/{z}/{row}/{col}`;
}
