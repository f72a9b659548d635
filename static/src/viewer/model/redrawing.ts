/**
 * An outline drawn around a cell, which takes exactly that shape; exactly what
 * annotations/labels/redrawing.py does, held to it by tests/golden/operations.json.
 */
import { erase, paint, remove } from "./operations.ts";
import type { Mask, Raster } from "./raster.ts";

/** What an outline means. */
export interface Meant {
  /** The cell that takes its shape; 0: a new one. */
  readonly target: number;
  /** Those that vanish. */
  readonly absorbed: readonly number[];
  /** The much larger cell that gives up what lies inside; 0: none. */
  readonly larger: number;
}

/**
 * A cell lies under the outline when more than a third of it is inside. Of several a selected one
 * is meant, then the one with the most pixels inside, then the smallest label. Others vanish that
 * lie inside by more than three quarters; one that fills more than half of the inside, as it is
 * much larger, gives up what it has there. `areaOf` knows the whole cells, of which the raster may
 * hold a part.
 */
export function meantBy(
  plane: Raster,
  mask: Mask,
  selected: readonly number[],
  areaOf: (label: number) => number,
): Meant {
  const shared = new Map<number, number>();
  let nInside = 0;
  mask.data.forEach((isInside, at) => {
    if (isInside === 0) return;
    nInside++;
    const label = plane.data[at]!;
    if (label !== 0) shared.set(label, (shared.get(label) ?? 0) + 1);
  });
  const cells = [...shared].map(([label, n]) => ({ label, n, area: areaOf(label) }));
  const [target] = cells
    .filter(({ n, area }) => 3 * n > area)
    .map((cell) => ({ ...cell, isSelected: selected.includes(cell.label) }))
    .sort((a, b) => +b.isSelected - +a.isSelected || b.n - a.n || a.label - b.label);
  const others = cells.filter(({ label }) => label !== target?.label);
  const absorbed = others.filter(({ n, area }) => 4 * n > 3 * area).map(({ label }) => label);
  const larger = others.find(({ n, area }) => 2 * n > nInside && 4 * n <= 3 * area);
  return { target: target?.label ?? 0, absorbed, larger: larger?.label ?? 0 };
}

/** The plane in which `label` has the shape, as far as cells that stay are not in the way. */
export function redrawn(
  plane: Raster,
  mask: Mask,
  label: number,
  { absorbed, larger }: Meant,
  protectOthers: boolean,
): Raster {
  const cleared = remove(plane, new Set([...absorbed, label]));
  const free = larger === 0 ? cleared : erase(cleared, mask, larger);
  return paint(free, mask, label, protectOthers);
}
