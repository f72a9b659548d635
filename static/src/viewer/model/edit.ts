/** An edit: patches with who, what and in which place of the log. */
import type { EditJson, EditKind } from "./contract.ts";
import { type Patch, patchesOverlap, patchFromJson, reversePatch } from "./patch.ts";

/** An edit that the server has; `version` is its place in the log. */
export interface Edit {
  readonly version: number;
  readonly client_id: string;
  readonly kind: EditKind;
  readonly author: { readonly id: string; readonly name: string };
  readonly created_at: string;
  readonly undoes: number | null;
  readonly patches: readonly Patch[];
}

/** An edit of this browser that the server has not confirmed yet. */
export interface PendingEdit {
  readonly client_id: string;
  /** The version of the log when it was drawn. */
  readonly base_version: number;
  readonly kind: EditKind;
  readonly patches: readonly Patch[];
  /** The client_id of the edit that it takes back; its version may not be known yet. */
  readonly undoes: string | null;
}

export function editFromJson(json: EditJson): Edit {
  return { ...json, patches: json.patches.map(patchFromJson) };
}

/** The patches that take these back, last one first. */
export function reversed(patches: readonly Patch[]): Patch[] {
  return patches.map(reversePatch).reverse();
}

export function editsOverlap(
  a: { readonly patches: readonly Patch[] },
  b: { readonly patches: readonly Patch[] },
): boolean {
  return a.patches.some((first) => b.patches.some((second) => patchesOverlap(first, second)));
}
