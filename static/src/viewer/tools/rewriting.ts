/** Changes cells as one edit, however many there are and however far apart they lie. */
import { batchesOf, patchOf } from "../model/batches.ts";
import { growBox } from "../model/geometry.ts";
import type { CellObject } from "../model/object_index.ts";
import type { Patch } from "../model/patch.ts";
import type { Raster } from "../model/raster.ts";
import { RESHAPE_MARGIN } from "../model/reshape.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Workspace } from "./workspace.ts";

/** From so many batches on it takes long enough to say something. */
const MANY_BATCHES = 12;
const MOST_TRIES = 3;

/** What happens to the cells in a part of the plane; other cells in it are ignored. */
export type Change = (part: Raster) => Raster;

/** The patches that a change of cells makes; none when nothing changes. */
export async function rewrite(
  workspace: Workspace,
  loader: TileLoader,
  labels: readonly number[],
  change: Change,
): Promise<Patch[]> {
  const { objects } = workspace.document;
  for (let tries = 0; ; tries++) {
    const revision = objects.revision.value;
    const cells = labels.map((label) => workspace.objectHere(label));
    const present = cells.filter((cell) => cell !== null);
    const patches = await patchesOf(workspace, loader, present, change);
    // While tiles were on their way somebody may have changed the pixels.
    if (revision === objects.revision.value) return patches;
    if (tries === MOST_TRIES) throw new Error("The masks keep changing here. Try again.");
  }
}

async function patchesOf(
  workspace: Workspace,
  loader: TileLoader,
  cells: readonly CellObject[],
  change: Change,
): Promise<Patch[]> {
  const place = { t: workspace.t.value, z: workspace.z.value };
  const batches = batchesOf(cells);
  if (batches.length >= MANY_BATCHES) workspace.say("info", `Working on ${cells.length} cells…`);
  const patches: Patch[] = [];
  for (const batch of batches) {
    const part = await loader.read(growBox(batch.box, RESHAPE_MARGIN), place.t, place.z);
    const patch = patchOf(batch, part, change(part), place, patches);
    if (patch) patches.push(patch);
    loader.forget();
  }
  return patches;
}
