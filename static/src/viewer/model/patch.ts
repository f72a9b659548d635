/**
 * Patches: what an edit changed in one plane of a label image, with what stood there before.
 *
 * The same rules as annotations/labels/patch.py: the box is half open and tight, runs are maximal,
 * `before` and `after` of a run differ. Values are absolute, so applying twice is harmless.
 */
import { type Box, boxHeight, boxWidth, intersectBoxes, isEmptyBox } from "./geometry.ts";
import type { Raster } from "./raster.ts";
import { decodeRuns, encodeRuns, InvalidPatch, type Runs } from "./runs.ts";

export interface Patch {
  readonly t: number;
  readonly z: number;
  readonly bbox: Box;
  readonly runs: Runs;
}

export interface PatchJson {
  t: number;
  z: number;
  bbox: number[];
  runs: string;
}

/** Called for each stretch of changed pixels of one row: columns [x0, x1) of row y. */
export type SpanVisitor = (
  y: number,
  x0: number,
  x1: number,
  before: number,
  after: number,
) => void;

const KEYS = ["bbox", "runs", "t", "z"];
const LARGEST_COORDINATE = 2 ** 31 - 1;

export function patchToJson(patch: Patch): PatchJson {
  return { t: patch.t, z: patch.z, bbox: [...patch.bbox], runs: encodeRuns(patch.runs) };
}

/** Read and check a patch; throws `InvalidPatch` with one sentence when a rule is broken. */
export function patchFromJson(data: unknown): Patch {
  if (!isObject(data) || Object.keys(data).sort().join() !== KEYS.join()) {
    throw new InvalidPatch("A patch must be an object with exactly t, z, bbox and runs.");
  }
  if (typeof data.runs !== "string") {
    throw new InvalidPatch("The runs of a patch must be base64 text.");
  }
  const patch = {
    t: wholeNumber(data.t, "t"),
    z: wholeNumber(data.z, "z"),
    bbox: boundingBox(data.bbox),
    runs: decodeRuns(data.runs),
  };
  checkRuns(patch.runs, patch.bbox);
  return patch;
}

/** The patch that takes this one back: before and after swapped. */
export function reversePatch(patch: Patch): Patch {
  const runs = patch.runs.slice();
  for (let index = 0; index < runs.length; index += 4) {
    runs[index + 2] = patch.runs[index + 3]!;
    runs[index + 3] = patch.runs[index + 2]!;
  }
  return { ...patch, runs };
}

/** Visit the changed pixels row by row, in row-major order. */
export function forEachSpan(patch: Patch, visit: SpanVisitor): void {
  const [y0, x0] = patch.bbox;
  const width = boxWidth(patch.bbox);
  const { runs } = patch;
  let position = 0;
  for (let index = 0; index < runs.length; index += 4) {
    position += runs[index]!;
    let left = runs[index + 1]!;
    while (left > 0) {
      const row = Math.floor(position / width);
      const column = position - row * width;
      const length = Math.min(left, width - column);
      visit(y0 + row, x0 + column, x0 + column + length, runs[index + 2]!, runs[index + 3]!);
      position += length;
      left -= length;
    }
  }
}

/** Write the `after` labels into the raster, where it holds the pixels; in place. */
export function applyToRaster(raster: Raster, patch: Patch): void {
  forEachSpan(patch, (y, x0, x1, _before, after) => {
    const row = y - raster.y0;
    if (row < 0 || row >= raster.height) return;
    const first = Math.max(0, x0 - raster.x0);
    const last = Math.min(raster.width, x1 - raster.x0);
    if (first < last)
      raster.data.fill(after, row * raster.width + first, row * raster.width + last);
  });
}

/** Whether the raster, which must hold the whole box, has the `before` label at every pixel. */
export function patchMatches(raster: Raster, patch: Patch): boolean {
  let matches = true;
  forEachSpan(patch, (y, x0, x1, before) => {
    const start = (y - raster.y0) * raster.width - raster.x0;
    for (let x = x0; x < x1; x++) if (raster.data[start + x] !== before) matches = false;
  });
  return matches;
}

/** Every label that loses or gains a pixel; the background is not an object and left out. */
export function touchedLabels(patch: Patch): Set<number> {
  const labels = new Set<number>();
  for (let index = 0; index < patch.runs.length; index += 4) {
    labels.add(patch.runs[index + 2]!);
    labels.add(patch.runs[index + 3]!);
  }
  labels.delete(0);
  return labels;
}

/** Whether the two patches change a common pixel. */
export function patchesOverlap(first: Patch, second: Patch): boolean {
  if (first.t !== second.t || first.z !== second.z) return false;
  const common = intersectBoxes(first.bbox, second.bbox);
  if (isEmptyBox(common)) return false;
  const width = boxWidth(common);
  const seen = new Uint8Array(width * boxHeight(common));
  let isShared = false;
  const visit = (bit: number): SpanVisitor => {
    return (y, x0, x1) => {
      if (y < common[0] || y >= common[2]) return;
      const start = (y - common[0]) * width - common[1];
      for (let x = Math.max(x0, common[1]); x < Math.min(x1, common[3]); x++) {
        const at = start + x;
        seen[at] = seen[at]! | bit;
        if (seen[at] === 3) isShared = true;
      }
    };
  };
  forEachSpan(first, visit(1));
  forEachSpan(second, visit(2));
  return isShared;
}

/** The patch that turns `before` into `after`, two rasters of the same box; null when equal. */
export function difference(before: Raster, after: Raster, t: number, z: number): Patch | null {
  const bbox = changedBox(before, after);
  if (bbox === null) return null;
  const runs: number[] = [];
  let gap = 0;
  for (let y = bbox[0]; y < bbox[2]; y++) {
    const start = (y - before.y0) * before.width - before.x0;
    for (let x = bbox[1]; x < bbox[3]; x++) {
      const old = before.data[start + x]!;
      const now = after.data[start + x]!;
      if (old === now) {
        gap++;
      } else if (gap === 0 && runs.at(-2) === old && runs.at(-1) === now) {
        runs[runs.length - 3]!++;
      } else {
        runs.push(gap, 1, old, now);
        gap = 0;
      }
    }
  }
  return { t, z, bbox, runs: Uint32Array.from(runs) };
}

function changedBox(before: Raster, after: Raster): Box | null {
  let [y0, x0, y1, x1] = [Infinity, Infinity, -1, -1];
  for (let row = 0; row < before.height; row++) {
    for (let column = 0, at = row * before.width; column < before.width; column++, at++) {
      if (before.data[at] === after.data[at]) continue;
      if (row < y0) y0 = row;
      if (row > y1) y1 = row;
      if (column < x0) x0 = column;
      if (column > x1) x1 = column;
    }
  }
  if (y1 < 0) return null;
  return [y0 + before.y0, x0 + before.x0, y1 + 1 + before.y0, x1 + 1 + before.x0];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wholeNumber(value: unknown, name: string): number {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw new InvalidPatch(`${name} of a patch must be a whole number.`);
  }
  if (value < 0 || value > LARGEST_COORDINATE) {
    throw new InvalidPatch(`${name} of a patch is out of range.`);
  }
  return value;
}

function boundingBox(value: unknown): Box {
  if (!Array.isArray(value) || value.length !== 4) {
    throw new InvalidPatch("The bbox of a patch must be four whole numbers y0, x0, y1, x1.");
  }
  const numbers = value.map((item) => wholeNumber(item, "The bbox"));
  const bbox: Box = [numbers[0]!, numbers[1]!, numbers[2]!, numbers[3]!];
  if (isEmptyBox(bbox)) throw new InvalidPatch("The bbox of a patch must not be empty.");
  return bbox;
}

function checkRuns(runs: Runs, bbox: Box): void {
  if (runs.length === 0) throw new InvalidPatch("A patch must change at least one pixel.");
  const [height, width] = [boxHeight(bbox), boxWidth(bbox)];
  let end = 0;
  let [reachesLeft, reachesRight] = [false, false];
  for (let index = 0; index < runs.length; index += 4) {
    const [gap, length, before, after] = runs.subarray(index, index + 4) as unknown as number[];
    if (length === 0) throw new InvalidPatch("A run of the patch is empty.");
    if (before === after) throw new InvalidPatch("A run of the patch changes nothing.");
    const continues = index > 0 && gap === 0;
    if (continues && runs[index - 2] === before && runs[index - 1] === after) {
      throw new InvalidPatch("Two runs of the patch should have been one.");
    }
    const start = end + gap!;
    end = start + length!;
    const spansRows = Math.floor(start / width) !== Math.floor((end - 1) / width);
    reachesLeft ||= start % width === 0 || spansRows;
    reachesRight ||= end % width === 0 || spansRows;
  }
  if (end > height * width) {
    throw new InvalidPatch("The runs of the patch go past the end of its bbox.");
  }
  const isTight = runs[0]! < width && end > (height - 1) * width && reachesLeft && reachesRight;
  if (!isTight) throw new InvalidPatch("The bbox of the patch is larger than what changes.");
}
