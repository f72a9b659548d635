/** Rules by which many cells are deleted at once. */
import type { CellObject } from "./object_index.ts";

export type DeletionRule =
  | { readonly kind: "smaller"; readonly area: number }
  | { readonly kind: "larger"; readonly area: number }
  | { readonly kind: "border" }
  | { readonly kind: "unsure"; readonly below: number }
  | { readonly kind: "chosen"; readonly labels: ReadonlySet<number> };

interface PlaneSize {
  readonly height: number;
  readonly width: number;
}

/**
 * Whether the rule means the cell; areas in pixels, `below` between 0 and 1. A cell that was drawn
 * by hand has no confidence and is never called unsure. The box of a cell that has lost pixels may
 * be too large, so "border" may mean too many: see `mayBeInside`.
 */
export function isMeant(rule: DeletionRule, cell: CellObject, plane: PlaneSize): boolean {
  switch (rule.kind) {
    case "smaller":
      return cell.area < rule.area;
    case "larger":
      return cell.area > rule.area;
    case "border":
      return touchesBorder(cell, plane);
    case "unsure":
      return cell.confidence !== null && cell.confidence < rule.below;
    case "chosen":
      return rule.labels.has(cell.label);
  }
}

/** Whether the box of a cell may be larger than the cell, because people have changed it. */
export function mayBeInside(rule: DeletionRule, cell: CellObject): boolean {
  return rule.kind === "border" && cell.confidence === null;
}

function touchesBorder({ box: [y0, x0, y1, x1] }: CellObject, plane: PlaneSize): boolean {
  return y0 <= 0 || x0 <= 0 || y1 >= plane.height || x1 >= plane.width;
}
