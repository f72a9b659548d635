/** Which cells a list shows, and in which order. */
import { isDoubtful } from "./doubtful.ts";
import { type Measure, type Range, valuesOf } from "./measures.ts";
import type { CellObject } from "./object_index.ts";

/** A property with a few values, such as the class of a cell. */
export interface Facet {
  readonly id: string;
  readonly name: string;
  readonly values: readonly (readonly [value: string, text: string])[];
  readonly valueOf: (object: CellObject) => string;
}

/** How sure the method was, in words. */
export const SURENESS: Facet = {
  id: "sureness",
  name: "Confidence",
  values: [
    ["doubtful", "doubtful"],
    ["sure", "not doubtful"],
    ["hand", "drawn or changed by hand"],
  ],
  valueOf: (object) => {
    if (object.confidence === null) return "hand";
    return isDoubtful(object) ? "doubtful" : "sure";
  },
};

export interface CellQuery {
  /** The digits with which the number of a cell begins. */
  readonly digits: string;
  /** The value that a facet must have, by its id. */
  readonly chosen: ReadonlyMap<string, string>;
  /** The limits of measures, by their ids. */
  readonly ranges: ReadonlyMap<string, Range>;
  readonly order: string;
  readonly isDescending: boolean;
}

export const EVERY_CELL: CellQuery = {
  digits: "",
  chosen: new Map(),
  ranges: new Map(),
  order: "confidence",
  isDescending: false,
};

/** Whether the query leaves out any cell. */
export function isFiltering({ digits, chosen, ranges }: CellQuery): boolean {
  return digits !== "" || chosen.size > 0 || ranges.size > 0;
}

/** A test of one cell against the limits and choices of a query, not its digits. */
export function matcherOf(
  query: CellQuery,
  measures: readonly Measure[],
  facets: readonly Facet[],
): (object: CellObject) => boolean {
  const limits = measures.flatMap((measure) => {
    const range = query.ranges.get(measure.id);
    return range ? [{ measure, range }] : [];
  });
  const choices = facets.flatMap((facet) => {
    const value = query.chosen.get(facet.id);
    return value === undefined ? [] : [{ facet, value }];
  });
  return (object) =>
    limits.every(({ measure, range }) => isInside(measure.valueOf(object), range)) &&
    choices.every(({ facet, value }) => facet.valueOf(object) === value);
}

/** The cells that the query lets through, in its order; cells without a value come last. */
export function queryCells(
  objects: readonly CellObject[],
  query: CellQuery,
  measures: readonly Measure[],
  facets: readonly Facet[],
): CellObject[] {
  const matches = matcherOf(query, measures, facets);
  const found = objects.filter((object) => {
    return (
      (query.digits === "" || String(object.label).startsWith(query.digits)) && matches(object)
    );
  });
  const measure = measures.find(({ id }) => id === query.order);
  return measure ? sortedBy(found, measure, query.isDescending) : found;
}

/**
 * Sorted by a measure, equal ones by their number, cells without a value last. The values are
 * sorted as plain numbers, which browsers do many times faster than with a function that compares;
 * then every cell is put where its value begins.
 */
function sortedBy(objects: CellObject[], measure: Measure, isDescending: boolean): CellObject[] {
  const ordered = inOrderOfNumber(objects);
  const keys = valuesOf(ordered, measure);
  const sign = isDescending ? -1 : 1;
  for (let at = 0; at < keys.length; at++) {
    keys[at] = Number.isNaN(keys[at]) ? Infinity : sign * keys[at]!;
  }
  const sorted = keys.slice().sort();
  const n_placed = new Uint32Array(sorted.length);
  const result = new Array<CellObject>(ordered.length);
  for (let at = 0; at < ordered.length; at++) {
    const first = firstAtLeast(sorted, keys[at]!);
    result[first + n_placed[first]!++] = ordered[at]!;
  }
  return result;
}

function inOrderOfNumber(objects: CellObject[]): CellObject[] {
  const isOrdered = objects.every(({ label }, at) => at === 0 || objects[at - 1]!.label <= label);
  return isOrdered ? objects : [...objects].sort((a, b) => a.label - b.label);
}

/** Where the first of the sorted numbers is that is not smaller. */
function firstAtLeast(sorted: Float64Array, value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function isInside(value: number | null, { low, high }: Range): boolean {
  return value !== null && value >= low && value <= high;
}
