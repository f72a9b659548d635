/** Takes cells of one label image over into another. */
import type { CellFacts, CellMark } from "./marks.ts";
import type { Raster } from "./raster.ts";

/** Of a cell and the one in its place so much must be common, or they are two cells. */
const SAME_FROM = 0.5;

/**
 * The cell of `current` in whose place a cell of `source` comes: the one that it covers by more
 * than half of both together; null when the place is free, or several share it.
 */
export function replacedBy(source: Raster, label: number, current: Raster): number | null {
  const [shared, areas] = [new Map<number, number>(), new Map<number, number>()];
  let n_pixels = 0;
  source.data.forEach((value, at) => {
    const here = current.data[at]!;
    if (here !== 0) areas.set(here, (areas.get(here) ?? 0) + 1);
    if (value !== label) return;
    n_pixels++;
    if (here !== 0) shared.set(here, (shared.get(here) ?? 0) + 1);
  });
  for (const [here, n_shared] of shared) {
    if (n_shared / (n_pixels + areas.get(here)! - n_shared) > SAME_FROM) return here;
  }
  return null;
}

/** `target` gets exactly the pixels of the source's cell, as far as they are free or its own. */
export function withCopy(
  current: Raster,
  source: Raster,
  label: number,
  target: number,
  protectOthers: boolean,
): Raster {
  const data = current.data.map((value, at) => {
    const isCell = source.data[at] === label;
    if (value === target) return isCell ? target : 0;
    return isCell && (value === 0 || !protectOthers) ? target : value;
  });
  return { ...current, data };
}

/** The marks that say of cells again what was said of them then; none where nothing differs. */
export function factMarks(
  cells: readonly {
    readonly label: number;
    readonly before: CellFacts;
    readonly after: CellFacts;
  }[],
): CellMark[] {
  const marks = new Map<string, CellMark & { labels: number[] }>();
  for (const { label, before, after } of [...cells].sort((a, b) => a.label - b.label)) {
    const names = (["class", "is_ambiguous"] as const).filter(
      (name) => before[name] !== after[name],
    );
    if (names.length === 0) continue;
    const only = (facts: CellFacts): Partial<CellFacts> =>
      Object.fromEntries(names.map((name) => [name, facts[name]]));
    const mark = { labels: [label], before: only(before), after: only(after) };
    const key = JSON.stringify([mark.before, mark.after]);
    const known = marks.get(key);
    if (known) known.labels.push(label);
    else marks.set(key, mark);
  }
  return [...marks.values()];
}
