/** What leads from the masks of now back to those of an earlier version. */
import { MOST_PATCHES } from "./batches.ts";
import type { Change } from "./edit.ts";
import type { Facts } from "./facts.ts";
import type { Box } from "./geometry.ts";
import {
  type CellFacts,
  type CellMark,
  isCellMark,
  isSameRegion,
  type Mark,
  markedLabels,
} from "./marks.ts";

export interface Block {
  readonly t: number;
  readonly z: number;
  readonly box: Box;
}

const SMALLEST_BLOCK = 512;

/** The parts of all planes that the edits have touched, at most as many as an edit has patches. */
export function touchedBlocks(edits: readonly Change[]): Block[] {
  for (let side = SMALLEST_BLOCK; ; side *= 2) {
    const blocks = blocksOfSide(edits, side);
    if (blocks.length <= MOST_PATCHES) return blocks;
  }
}

function blocksOfSide(edits: readonly Change[], side: number): Block[] {
  const blocks = new Map<string, Block>();
  for (const { t, z, bbox } of edits.flatMap(({ patches }) => patches)) {
    const [row0, col0, row1, col1] = [
      ...bbox.slice(0, 2).map((first) => Math.floor(first / side)),
      ...bbox.slice(2).map((end) => Math.ceil(end / side)),
    ] as [number, number, number, number];
    for (let row = row0; row < row1; row++) {
      for (let col = col0; col < col1; col++) {
        const box: Box = [row * side, col * side, (row + 1) * side, (col + 1) * side];
        blocks.set(`${t}/${z}/${row}/${col}`, { t, z, box });
      }
    }
  }
  return [...blocks.values()];
}

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
