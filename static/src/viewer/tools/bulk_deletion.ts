/** Which cells of the plane a rule means, to the pixel. */
import { type DeletionRule, isMeant, mayBeInside } from "../model/deletion_rule.ts";
import type { Box } from "../model/geometry.ts";
import type { CellObject } from "../model/object_index.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Workspace } from "./workspace.ts";

export async function cellsMeant(
  workspace: Workspace,
  loader: TileLoader,
  rule: DeletionRule,
): Promise<number[]> {
  const meant = workspace.objectsHere().filter((cell) => isMeant(rule, cell, workspace));
  const labels: number[] = [];
  for (const cell of meant) {
    const isSure = !mayBeInside(rule, cell);
    if (isSure || (await reachesBorder(workspace, loader, cell))) labels.push(cell.label);
  }
  return labels;
}

async function reachesBorder(
  workspace: Workspace,
  loader: TileLoader,
  { label, box: [y0, x0, y1, x1], t, z }: CellObject,
): Promise<boolean> {
  const { height, width } = workspace;
  const strips: Box[] = [];
  if (y0 <= 0) strips.push([0, x0, 1, x1]);
  if (x0 <= 0) strips.push([y0, 0, y1, 1]);
  if (y1 >= height) strips.push([height - 1, x0, height, x1]);
  if (x1 >= width) strips.push([y0, width - 1, y1, width]);
  for (const strip of strips) {
    if ((await loader.read(strip, t, z)).data.includes(label)) return true;
  }
  return false;
}
