/** What leads from what is said now to something else that may be said. */
import type { Change } from "./edit.ts";
import type { Facts } from "./facts.ts";
import {
  type CellFacts,
  type CellMark,
  isCellMark,
  isSameRegion,
  type Mark,
  markedLabels,
} from "./marks.ts";

/** The marks that make what is said now what was said then. */
export function marksBetween(edits: readonly Change[], now: Facts, then: Facts): Mark[] {
  const marks = edits.flatMap((edit) => edit.marks);
  const regions = new Set(marks.flatMap((mark) => (isCellMark(mark) ? [] : [mark.region])));
  return [
    ...cellMarks([...markedLabels(marks)], now, then),
    ...[...regions].flatMap((region) => {
      const [before, after] = [now, then].map((facts) => facts.regions.get(region) ?? null);
      return isSameRegion(before!, after!) ? [] : [{ region, before: before!, after: after! }];
    }),
  ];
}

/** Cells of which the same is to be said share a mark. */
function cellMarks(labels: readonly number[], now: Facts, then: Facts): CellMark[] {
  const groups = new Map<string, { labels: number[]; change: Omit<CellMark, "labels"> }>();
  for (const label of [...labels].sort((a, b) => a - b)) {
    const change = factsChange(now.ofCell(label), then.ofCell(label));
    if (change === null) continue;
    const key = JSON.stringify(change);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels: [label], change });
    else group.labels.push(label);
  }
  return [...groups.values()].map(({ labels: cells, change }) => ({ labels: cells, ...change }));
}

function factsChange(now: CellFacts, then: CellFacts): Omit<CellMark, "labels"> | null {
  const names = (Object.keys(now) as (keyof CellFacts)[]).filter(
    (name) => now[name] !== then[name],
  );
  if (names.length === 0) return null;
  const pick = (facts: CellFacts) => Object.fromEntries(names.map((name) => [name, facts[name]]));
  return { before: pick(now), after: pick(then) };
}
