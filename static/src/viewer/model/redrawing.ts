/**
 * An outline drawn around a cell, which takes exactly that shape; exactly what
 * annotations/labels/redrawing.py does, held to it by tests/golden/operations.json.
 */
import { paint, remove } from "./operations.ts";
import type { Mask, Raster } from "./raster.ts";

/** What an outline means: the cell that takes its shape (0: a new one), and those that vanish. */
export interface Meant {
  readonly target: number;
  readonly absorbed: readonly number[];
}

/**
 * A cell lies under the outline when that covers more than a third of the cell, or the cell more
 * than a third of the inside. Of several a selected one is meant, then the one with the most pixels
 * inside, then the smallest label. Others vanish that lie inside by more than three quarters.
 * `areaOf` knows the whole cells, of which the raster may hold a part.
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
    .filter(({ n, area }) => 3 * n > area || 3 * n > nInside)
    .map((cell) => ({ ...cell, isSelected: selected.includes(cell.label) }))
    .sort((a, b) => +b.isSelected - +a.isSelected || b.n - a.n || a.label - b.label);
  const absorbed = cells
    .filter(({ label, n, area }) => label !== target?.label && 4 * n > 3 * area)
    .map(({ label }) => label);
  return { target: target?.label ?? 0, absorbed };
}

/** The plane in which `label` has the shape, as far as cells that stay are not in the way. */
export function redrawn(
  plane: Raster,
  mask: Mask,
  label: number,
  absorbed: readonly number[],
  protectOthers: boolean,
): Raster {
  return paint(remove(plane, new Set([...absorbed, label])), mask, label, protectOthers);
}
