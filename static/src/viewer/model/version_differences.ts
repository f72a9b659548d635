/** Which cells came, went and changed between two versions of the same masks. */
import type { Differences } from "./comparison.ts";
import type { Change } from "./edit.ts";
import { markedLabels } from "./marks.ts";
import { fingerprint, type ObjectIndex } from "./object_index.ts";
import { forEachSpan } from "./patch.ts";

interface Moved {
  readonly t: number;
  readonly z: number;
  /** The fingerprint of the pixels won and lost: 0 when all of them came back. */
  sum: number;
}

/** `edits` lead from `before` to `after`; what was done and undone again is no difference. */
export function differencesBetween(
  edits: readonly Change[],
  before: ObjectIndex,
  after: ObjectIndex,
): Differences {
  const [added, removed, changed] = [new Set<number>(), new Set<number>(), new Set<number>()];
  for (const [label, { t, z, sum }] of movedCells(edits)) {
    const [was, is] = [before.get(label, t, z) !== null, after.get(label, t, z) !== null];
    if (is && !was) added.add(label);
    else if (was && !is) removed.add(label);
    else if (was && is && sum !== 0) changed.add(label);
  }
  for (const { marks } of edits) {
    for (const label of markedLabels(marks)) {
      const isOther = !isSame(before.facts.ofCell(label), after.facts.ofCell(label));
      if (isOther && !added.has(label) && !removed.has(label)) changed.add(label);
    }
  }
  return { added, removed, changed, changedThere: changed };
}

function movedCells(edits: readonly Change[]): Map<number, Moved> {
  const moved = new Map<number, Moved>();
  for (const { t, z, ...patch } of edits.flatMap(({ patches }) => patches)) {
    const count = (label: number, won: number) => {
      if (label === 0) return;
      const entry = moved.get(label);
      if (entry === undefined) moved.set(label, { t, z, sum: won });
      else entry.sum = (entry.sum + won) | 0;
    };
    forEachSpan({ t, z, ...patch }, (y, x0, x1, old, now) => {
      const pixels = fingerprint(y, x0, x1);
      count(old, -pixels);
      count(now, pixels);
    });
  }
  return moved;
}

function isSame<Facts extends object>(a: Facts, b: Facts): boolean {
  const names = Object.keys(a) as (keyof Facts)[];
  return names.every((name) => a[name] === b[name]);
}
