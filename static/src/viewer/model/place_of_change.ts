/** Where an edit changes something, so that it can be brought onto the screen. */
import type { Change } from "./edit.ts";
import { type Box, boxAround } from "./geometry.ts";
import { isCellMark, type Mark } from "./marks.ts";
import type { ObjectIndex } from "./object_index.ts";

export interface ChangedPlace {
  readonly t: number;
  readonly z: number;
  readonly box: Box;
}

/** Its pixels, or else the cells and regions of which it says something, in order. */
export function placesOfChange({ patches, marks }: Change, objects: ObjectIndex): ChangedPlace[] {
  if (patches.length > 0) return patches.map(({ t, z, bbox }) => ({ t, z, box: bbox }));
  return marks.flatMap((mark) => placesOfMark(mark, objects));
}

function placesOfMark(mark: Mark, objects: ObjectIndex): ChangedPlace[] {
  if (isCellMark(mark)) return mark.labels.flatMap((label) => objects.find(label) ?? []);
  const region = mark.after ?? mark.before;
  return region === null ? [] : [{ ...region, box: boxAround(region.points, 0) }];
}
