/** What can be told of a cell as a number: to sort, filter and colour by, and to draw a histogram of. */
import { boxHeight, boxWidth } from "./geometry.ts";
import type { CellObject } from "./object_index.ts";

export interface Measure {
  readonly id: string;
  /** As it stands in a list of choices: "Area". */
  readonly name: string;
  /** What it stands under in a list of choices; those of the cell itself stand at the top. */
  readonly group?: string;
  /** "µm²", "px", "%", or "" for a plain number. */
  readonly unit: string;
  /** null where the cell has no such number. */
  readonly valueOf: (object: CellObject) => number | null;
  /** Grows when values are known that were not before; such as those counted from the image. */
  readonly revision?: () => number;
}

/** Closed limits of a measure. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The measures that the browser knows of every cell, in µm where the size of a pixel is known. */
export function measuresOf(
  pixelSizeUm: readonly [y: number, x: number] | null,
): readonly Measure[] {
  const [sizeY, sizeX] = pixelSizeUm ?? [1, 1];
  const isInUm = pixelSizeUm !== null;
  const length = isInUm ? "µm" : "px";
  const height = ({ box }: CellObject) => boxHeight(box) * sizeY;
  const width = ({ box }: CellObject) => boxWidth(box) * sizeX;
  return [
    {
      id: "confidence",
      name: "Confidence",
      unit: "%",
      valueOf: ({ confidence }) => (confidence === null ? null : 100 * confidence),
    },
    {
      id: "area",
      name: "Area",
      unit: isInUm ? "µm²" : "px",
      valueOf: ({ area }) => area * sizeY * sizeX,
    },
    { id: "number", name: "Number", unit: "", valueOf: ({ label }) => label },
    {
      id: "extent",
      name: "Longest side",
      unit: length,
      valueOf: (object) => Math.max(height(object), width(object)),
    },
    {
      id: "elongation",
      name: "Long by short side",
      unit: "",
      valueOf: (object) => {
        const [a, b] = [height(object), width(object)];
        return Math.max(a, b) / Math.min(a, b);
      },
    },
    {
      id: "fill",
      name: "Share of its box",
      unit: "%",
      valueOf: ({ area, box }) => (100 * area) / (boxHeight(box) * boxWidth(box)),
    },
    { id: "y", name: "Position from the top", unit: length, valueOf: ({ box }) => box[0] * sizeY },
    { id: "x", name: "Position from the left", unit: length, valueOf: ({ box }) => box[1] * sizeX },
  ];
}

/** The values of many cells beside each other; NaN where a cell has none. */
export function valuesOf(objects: readonly CellObject[], measure: Measure): Float64Array {
  const values = new Float64Array(objects.length);
  for (let at = 0; at < values.length; at++) values[at] = measure.valueOf(objects[at]!) ?? NaN;
  return values;
}

export interface ValueHistogram {
  readonly minimum: number;
  readonly maximum: number;
  readonly counts: readonly number[];
}

/** How many values lie in each of `nBins` equal parts of their range; null when there is none. */
export function histogramOf(values: Float64Array, nBins: number): ValueHistogram | null {
  let [minimum, maximum] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  if (minimum > maximum) return null;
  const counts = new Array<number>(nBins).fill(0);
  const scale = nBins / (maximum - minimum || 1);
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    counts[Math.min(nBins - 1, Math.floor((value - minimum) * scale))]!++;
  }
  return { minimum, maximum, counts };
}

/** The values below which two fractions of all lie; null when there is none. */
export function quantilesOf(
  values: Float64Array,
  lower: number,
  upper: number,
): [low: number, high: number] | null {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return null;
  const at = (fraction: number) => sorted[Math.round(fraction * (sorted.length - 1))]!;
  return [at(lower), at(upper)];
}
