/** Intensities of the cells, for the list and the colours. */
import { IntensityValues, STATISTICS, type Statistic } from "../model/intensity_values.ts";
import type { Measure } from "../model/measures.ts";
import type { CellObject } from "../model/object_index.ts";
import type { Signal } from "../model/signal.ts";
import { type TileAddress, tileKey } from "../model/tile_grid.ts";
import { PlaneCounts } from "./plane_counts.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Workspace } from "./workspace.ts";

/** As the columns of the report are explained (annotations/labels/definitions.py). */
const WORDS: Readonly<Record<Statistic, string>> = {
  mean: "Mean",
  median: "Median",
  sd: "Standard deviation",
  min: "Smallest",
  max: "Largest",
  sum: "Sum",
};

export class Intensities {
  /** Grows whenever new numbers are there. */
  readonly revision: Signal<number>;
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  readonly #counts: PlaneCounts<IntensityValues>;

  constructor(workspace: Workspace, loader: TileLoader, revision: Signal<number>) {
    this.#workspace = workspace;
    this.#loader = loader;
    this.revision = revision;
    this.#counts = new PlaneCounts(workspace, revision, {
      make: () => new IntensityValues(),
      count: (values, tile, c) => this.#gather(values, tile, c),
    });
  }

  /** Every statistic of every channel. */
  get measures(): Measure[] {
    const { channels } = this.#workspace.image;
    const about = this.#counts.level === 0 ? "" : ", about";
    return channels.flatMap(({ name }, c) =>
      STATISTICS.map((statistic) => ({
        id: `${statistic}:${c}`,
        name: `${WORDS[statistic]} of ${name}${about}`,
        group: `Values of ${name}`,
        unit: "",
        valueOf: (object: CellObject) => this.#valueOf(object, c, statistic),
        revision: () => this.revision.value,
      })),
    );
  }

  #valueOf(object: CellObject, c: number, statistic: Statistic): number | null {
    const value = this.#counts.of(object, c)?.of(object.label, statistic) ?? null;
    // At a coarser level every texel stands for so many pixels.
    return value !== null && statistic === "sum" ? value * 4 ** this.#counts.level : value;
  }

  async #gather(values: IntensityValues, tile: TileAddress, c: number): Promise<void> {
    const { grid } = this.#workspace.document.store;
    const { labels, pixels } = await this.#loader.readTile(tile, c);
    values.gather(tileKey(tile), labels, pixels, grid.filledOf(tile), grid.tileSize);
  }
}
