/** What differs between two label images of the same image. */
import { rgbOf } from "./channels.ts";
import type { LabelSource } from "./label_source.ts";
import { LOOK, MaskPaint } from "./mask_paint.ts";
import type { CellObject } from "./object_index.ts";

export interface Differences {
  /** Labels of the image that is shown. */
  readonly added: ReadonlySet<number>;
  readonly changed: ReadonlySet<number>;
  /** Labels of the other image. */
  readonly removed: ReadonlySet<number>;
  readonly changedThere: ReadonlySet<number>;
}

/** How far the planes of a film or a stack are compared, and what differs in the shown one. */
export interface PlanesCompared {
  readonly n_counted: number;
  readonly n_planes: number;
  readonly here: Differences;
}

export interface Comparison {
  readonly other: LabelSource;
  /** What the other one is: "version 12". */
  readonly title: string;
  readonly differences: Differences;
  /** Said beside the numbers when they are not exact. */
  readonly caveat: string | null;
  /** Where there is more than one plane. */
  readonly planes?: PlanesCompared;
}

/** The differences of many planes as one: a label names one cell of one plane. */
export function unitedDifferences(parts: readonly Differences[]): Differences {
  const unite = (name: keyof Differences) => new Set(parts.flatMap((part) => [...part[name]]));
  return {
    added: unite("added"),
    removed: unite("removed"),
    changed: unite("changed"),
    changedThere: unite("changedThere"),
  };
}

/** "In all 10 planes", or how many are counted until now. */
export function planesWords({ n_counted, n_planes }: PlanesCompared): string {
  if (n_counted === n_planes) return `In all ${n_planes} planes`;
  return `In ${n_counted} of ${n_planes} planes so far`;
}

/** "In this plane: 2 only here, 1 changed, none only there." */
export function hereWords({ added, changed, removed }: Differences): string {
  const count = ({ size }: ReadonlySet<number>) => (size === 0 ? "none" : String(size));
  const words = `${count(added)} only here, ${count(changed)} changed, ${count(removed)} only there`;
  return `In this plane: ${words}.`;
}

/** Okabe and Ito's blue, orange and vermilion; each has a pattern of its own besides. */
export const DIFFERENCE_COLORS = {
  added: "#56b4e9",
  changed: "#e69f00",
  removed: "#ff7a45",
} as const;

const ADDED = rgbOf(DIFFERENCE_COLORS.added);
const CHANGED = rgbOf(DIFFERENCE_COLORS.changed);
const REMOVED = rgbOf(DIFFERENCE_COLORS.removed);

/** The looks of the shown cells: added hatched, changed lit, all others faint. */
export function paintShown(objects: readonly CellObject[], differences: Differences): MaskPaint {
  const paint = new MaskPaint(largestLabel(objects));
  for (const { label } of objects) {
    if (differences.added.has(label)) paint.set(label, ADDED, LOOK.lit | LOOK.hatched);
    else if (differences.changed.has(label)) paint.set(label, CHANGED, LOOK.lit);
    else paint.set(label, null, LOOK.dimmed);
  }
  return paint;
}

/**
 * The looks of the other one's cells: only what is gone, and what changed cells were before.
 * `picked`: those that are chosen for copying.
 */
export function paintOther(
  objects: readonly CellObject[],
  differences: Differences,
  picked: readonly number[] = [],
): MaskPaint {
  const paint = new MaskPaint(largestLabel(objects));
  const chosen = new Set(picked);
  for (const { label } of objects) {
    const look = chosen.has(label) ? LOOK.picked : 0;
    if (differences.removed.has(label)) paint.set(label, REMOVED, look | LOOK.lit | LOOK.crossed);
    else if (differences.changedThere.has(label)) paint.set(label, REMOVED, look);
  }
  return paint;
}

export function largestLabel(objects: readonly CellObject[]): number {
  return objects.reduce((most, { label }) => Math.max(most, label), 0);
}
