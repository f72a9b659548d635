/** Shapes of the cells, for the list and the colours; named as in the report. */
import { CellRuns } from "../model/cell_runs.ts";
import type { CellShape } from "../model/cell_shape.ts";
import type { Measure } from "../model/measures.ts";
import type { CellObject } from "../model/object_index.ts";
import type { Signal } from "../model/signal.ts";
import { type TileAddress, tileKey } from "../model/tile_grid.ts";
import { PlaneCounts } from "./plane_counts.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Workspace } from "./workspace.ts";

const WORDS: readonly (readonly [name: keyof CellShape, text: string, unit: "length" | ""])[] = [
  ["circularity", "Circularity", ""],
  ["solidity", "Solidity", ""],
  ["eccentricity", "Eccentricity", ""],
  ["perimeter", "Perimeter (Crofton)", "length"],
  ["major_axis", "Major axis", "length"],
  ["minor_axis", "Minor axis", "length"],
];
const ORIENTATION = ["orientation", "Orientation", "rad"] as const;

export class Shapes {
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  readonly #revision: Signal<number>;
  readonly #counts: PlaneCounts<CellRuns>;

  constructor(workspace: Workspace, loader: TileLoader, revision: Signal<number>) {
    this.#workspace = workspace;
    this.#loader = loader;
    this.#revision = revision;
    this.#counts = new PlaneCounts(workspace, revision, {
      make: () => new CellRuns(this.#texelSize),
      count: (runs, tile) => this.#gather(runs, tile),
    });
  }

  get measures(): Measure[] {
    const about = this.#counts.level === 0 ? "" : ", about";
    const length = this.#workspace.image.pixel_size_um === null ? "px" : "µm";
    return [...WORDS, ORIENTATION].map(([id, text, unit]) => ({
      id,
      name: `${text}${about}`,
      group: "Shape",
      unit: unit === "length" ? length : unit,
      valueOf: (object: CellObject) => this.#valueOf(object, id),
      revision: () => this.#revision.value,
    }));
  }

  get #texelSize(): [y: number, x: number] {
    const [y, x] = this.#workspace.image.pixel_size_um ?? [1, 1];
    const step = 2 ** this.#counts.level;
    return [y * step, x * step];
  }

  #valueOf(object: CellObject, name: keyof CellShape): number | null {
    const value = this.#counts.of(object, 0)?.of(object.label)?.[name] ?? null;
    return Number.isNaN(value) ? null : value;
  }

  async #gather(runs: CellRuns, tile: TileAddress): Promise<void> {
    const { grid } = this.#workspace.document.store;
    const labels = await this.#loader.readLabels(tile);
    const corner = [tile.row * grid.tileSize, tile.col * grid.tileSize] as const;
    runs.gather(tileKey(tile), labels, corner, grid.filledOf(tile), grid.tileSize);
  }
}
