/** The masks as they were after so many edits; it can go forward and back through the log. */

import type { ObjectRow } from "./contract.ts";
import { type Change, type Edit, reversed } from "./edit.ts";
import type { LabelSource } from "./label_source.ts";
import { LabelStore } from "./label_store.ts";
import { ObjectIndex, type Origin } from "./object_index.ts";
import type { Patch } from "./patch.ts";
import type { TileAddress, TileGrid } from "./tile_grid.ts";

export interface VersionBase {
  readonly grid: TileGrid;
  /** The objects of version 0. */
  readonly rows: readonly ObjectRow[];
  /** What they are while nobody has changed them; "model" when it is not told. */
  readonly atFirst?: Origin;
  readonly tileUrl: string | null;
  readonly log: readonly Edit[];
  readonly budgetBytes: number;
}

export class VersionSource implements LabelSource {
  readonly id: string;
  readonly store: LabelStore;
  readonly objects: ObjectIndex;
  readonly tileUrl: string | null;
  readonly #log: readonly Edit[];
  #version = 0;

  constructor(id: string, base: VersionBase, version: number) {
    this.id = id;
    this.store = new LabelStore(base.grid, base.budgetBytes);
    this.objects = new ObjectIndex(base.rows, base.atFirst);
    this.tileUrl = base.tileUrl;
    this.#log = base.log;
    this.goTo(version);
  }

  get version(): number {
    return this.#version;
  }

  goTo(version: number): void {
    const target = Math.min(this.#log.length, Math.max(0, version));
    while (this.#version < target) this.#play(this.#log[this.#version++]!);
    while (this.#version > target) this.#play(reversed(this.#log[--this.#version]!));
  }

  /** Take in a tile as it is at version 0. */
  putTile(address: TileAddress, base: Uint32Array): void {
    this.store.put(address, base, this.#patchesOf(address));
  }

  #play({ patches, marks }: Change): void {
    for (const patch of patches) this.store.apply(patch);
    this.objects.apply(...patches);
    if (marks.length > 0) this.objects.applyMarks(marks);
  }

  *#patchesOf({ t, z }: TileAddress): Iterable<Patch> {
    for (const { patches } of this.#log.slice(0, this.#version)) {
      for (const patch of patches) if (patch.t === t && patch.z === z) yield patch;
    }
  }
}
