/**
 * Marks: what an edit says about cells and regions, with what was said before.
 *
 * The same rules as annotations/labels/marks.py: patches change pixels, marks change facts; values
 * are absolute, only what changes is named, and an edit names every cell and region at most once.
 */
import type { Point } from "./geometry.ts";

export interface CellFacts {
  /** The id of a class of the project; null: just a cell. */
  readonly class: string | null;
  readonly is_ambiguous: boolean;
}

export const NOTHING_SAID: CellFacts = { class: null, is_ambiguous: false };

/** A polygon of one plane that is set aside; its corners are multiples of 1/8 px. */
export interface Region {
  readonly t: number;
  readonly z: number;
  readonly points: readonly Point[];
}

/** New facts of some cells; `before` and `after` name the same facts. */
export interface CellMark {
  readonly labels: readonly number[];
  readonly before: Partial<CellFacts>;
  readonly after: Partial<CellFacts>;
}

/** A region that comes, goes or changes; null where there is none. */
export interface RegionMark {
  readonly region: string;
  readonly before: Region | null;
  readonly after: Region | null;
}

/** Goes over the wire as it is. */
export type Mark = CellMark | RegionMark;

export class InvalidMark extends Error {}

const LARGEST_LABEL = 2 ** 32 - 1;
const LARGEST_COORDINATE = 2 ** 20;
const LARGEST_PLANE = 2 ** 31 - 1;
const MOST_POINTS = 2000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isCellMark(mark: Mark): mark is CellMark {
  return "labels" in mark;
}

/** Read and check the marks of one edit; throws `InvalidMark` when a rule is broken. */
export function marksFromJson(data: unknown): Mark[] {
  if (!Array.isArray(data)) throw new InvalidMark("The marks of an edit must be a list.");
  const marks = data.map(markFromJson);
  const labels = marks.flatMap((mark) => (isCellMark(mark) ? mark.labels : []));
  if (new Set(labels).size !== labels.length) {
    throw new InvalidMark("An edit may name every cell once.");
  }
  const regions = marks.flatMap((mark) => (isCellMark(mark) ? [] : [mark.region]));
  if (new Set(regions).size !== regions.length) {
    throw new InvalidMark("An edit may name every region once.");
  }
  return marks;
}

/** The marks that say of new cells what is said of another; none when nothing is said of it. */
export function inheritMarks(facts: CellFacts, labels: readonly number[]): Mark[] {
  const after = {
    ...(facts.class === null ? {} : { class: facts.class }),
    ...(facts.is_ambiguous ? { is_ambiguous: true } : {}),
  };
  const names = Object.keys(after) as (keyof CellFacts)[];
  if (names.length === 0 || labels.length === 0) return [];
  const before = Object.fromEntries(names.map((name) => [name, NOTHING_SAID[name]]));
  return [{ labels: [...labels].sort((a, b) => a - b), before, after }];
}

/** The mark that takes this one back: before and after swapped. */
export function reverseMark(mark: Mark): Mark {
  return { ...mark, before: mark.after, after: mark.before } as Mark;
}

export function marksOverlap(first: readonly Mark[], second: readonly Mark[]): boolean {
  const regions = new Set(first.flatMap((mark) => (isCellMark(mark) ? [] : [mark.region])));
  const labels = markedLabels(first);
  return second.some((mark) =>
    isCellMark(mark)
      ? labels.size > 0 && mark.labels.some((label) => labels.has(label))
      : regions.has(mark.region),
  );
}

/** The cells of which something is said. */
export function markedLabels(marks: readonly Mark[]): Set<number> {
  const labels = new Set<number>();
  for (const mark of marks) {
    if (isCellMark(mark)) for (const label of mark.labels) labels.add(label);
  }
  return labels;
}

function markFromJson(data: unknown): Mark {
  if (hasKeys(data, ["labels", "before", "after"])) {
    return {
      labels: labelsFromJson(data.labels),
      ...changedFacts(cellFacts(data.before), cellFacts(data.after)),
    };
  }
  if (hasKeys(data, ["region", "before", "after"])) {
    const [before, after] = [regionFromJson(data.before), regionFromJson(data.after)];
    if (isSameRegion(before, after)) throw new InvalidMark("A mark of a region must change it.");
    return { region: idFromJson(data.region, "region"), before, after };
  }
  throw new InvalidMark("A mark must have exactly labels or region, before and after.");
}

function changedFacts(before: Partial<CellFacts>, after: Partial<CellFacts>) {
  const names = Object.keys(before) as (keyof CellFacts)[];
  if (names.length !== Object.keys(after).length || names.some((name) => !(name in after))) {
    throw new InvalidMark("A mark must name the same facts before and after.");
  }
  if (names.some((name) => before[name] === after[name])) {
    throw new InvalidMark("A mark may only name facts that change.");
  }
  return { before, after };
}

function labelsFromJson(value: unknown): number[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new InvalidMark("A mark must name at least one cell.");
  }
  let previous = 0;
  for (const label of value) {
    if (!Number.isInteger(label) || label > LARGEST_LABEL) {
      throw new InvalidMark("The cells of a mark must be cell numbers.");
    }
    if (label <= previous) {
      throw new InvalidMark("The cells of a mark must be in ascending order, each once.");
    }
    previous = label;
  }
  return value;
}

function cellFacts(value: unknown): Partial<CellFacts> {
  const isKnown = (name: string) => name === "class" || name === "is_ambiguous";
  if (!isObject(value) || Object.keys(value).length === 0 || !Object.keys(value).every(isKnown)) {
    throw new InvalidMark("The facts of a cell are class and is_ambiguous.");
  }
  if ("is_ambiguous" in value && typeof value.is_ambiguous !== "boolean") {
    throw new InvalidMark("is_ambiguous of a cell must be true or false.");
  }
  if ("class" in value && value.class !== null) idFromJson(value.class, "class");
  return value;
}

function idFromJson(value: unknown, what: string): string {
  if (typeof value === "string" && UUID.test(value)) return value;
  throw new InvalidMark(`A ${what} must be named by its id.`);
}

function regionFromJson(value: unknown): Region | null {
  if (value === null) return null;
  if (!hasKeys(value, ["t", "z", "points"])) {
    throw new InvalidMark("A region must have exactly t, z and points.");
  }
  const { points } = value;
  if (!Array.isArray(points) || points.length < 3 || points.length > MOST_POINTS) {
    throw new InvalidMark(`A region must have 3 to ${MOST_POINTS} corners.`);
  }
  return { t: plane(value.t), z: plane(value.z), points: points.map(point) };
}

function plane(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= LARGEST_PLANE)
    return value;
  throw new InvalidMark("t and z of a region must be whole numbers.");
}

function point(value: unknown): Point {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new InvalidMark("A corner of a region must be two numbers, y and x.");
  }
  for (const coordinate of value) {
    if (typeof coordinate !== "number") {
      throw new InvalidMark("A corner of a region must be two numbers, y and x.");
    }
    if (!(Math.abs(coordinate) <= LARGEST_COORDINATE) || !Number.isInteger(coordinate * 8)) {
      throw new InvalidMark("The corners of a region must be multiples of 1/8 pixel.");
    }
  }
  return value as unknown as Point;
}

export function isSameRegion(a: Region | null, b: Region | null): boolean {
  if (a === null || b === null) return a === b;
  const isSamePlace = a.t === b.t && a.z === b.z && a.points.length === b.points.length;
  return (
    isSamePlace && a.points.every(([y, x], at) => b.points[at]![0] === y && b.points[at]![1] === x)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasKeys(value: unknown, keys: readonly string[]): value is Record<string, unknown> {
  return (
    isObject(value) &&
    Object.keys(value).length === keys.length &&
    keys.every((key) => key in value)
  );
}
