/** What the colour of a cell tells: its number, a band of confidence, or any measure. */
import { rgbOf } from "./channels.ts";
import { confidenceBand } from "./label_color.ts";
import type { Rgb } from "./mask_paint.ts";
import { type Measure, quantilesOf, valuesOf } from "./measures.ts";
import type { CellObject } from "./object_index.ts";

export type Legend =
  | { readonly kind: "none" }
  | { readonly kind: "entries"; readonly entries: readonly LegendEntry[] }
  | { readonly kind: "ramp"; readonly low: number; readonly high: number; readonly unit: string };

export interface LegendEntry {
  /** "#rrggbb" */
  readonly color: string;
  readonly text: string;
}

/** The colours of some cells, and what they mean. */
export interface Colors {
  readonly legend: Legend;
  /** null: the colour of its number. */
  readonly colorOf: (object: CellObject) => Rgb | null;
  /** As long as it is the same, a cell that did not change keeps its colour. */
  readonly key: string;
}

/** The cells of all planes. */
export interface Everywhere {
  readonly count: number;
  all(): readonly CellObject[];
}

export interface Coloring {
  readonly id: string;
  readonly name: string;
  /** What it stands under in a list of choices. */
  readonly group?: string;
  /**
   * `objects`: those of the plane, for the legend; `everywhere`: of all planes, so that a scale
   * holds for a whole film.
   */
  readonly colorsFor: (objects: () => readonly CellObject[], everywhere: Everywhere) => Colors;
}

/**
 * From blue to pale yellow, lighter with every step: the order can be seen in any colour vision and
 * in print, and the darkest step still shows on a black picture.
 */
export const RAMP = ["#4769d6", "#4c92d9", "#5fb8c8", "#97d5a5", "#d7e77d", "#fff59a"] as const;
const RAMP_RGB: readonly Rgb[] = RAMP.map(rgbOf);
/** The ramp leaves out the most extreme cells, which would take up all of it. */
const RAMP_QUANTILES = [0.02, 0.98] as const;
/** A scale stays as it is until so many cells have come or gone: it must not move under the hand. */
const SCALE_CHANGES_AFTER = 0.02;
const NO_VALUE = "#8592a0";

/** Orange, yellow and blue of Okabe and Ito: told apart in any colour vision. */
const BANDS = [
  { color: "#e69f00", text: "below 50 % sure" },
  { color: "#f0e442", text: "50 to 70 %" },
  { color: "#56b4e9", text: "70 % and more" },
  { color: NO_VALUE, text: "by hand" },
] as const;

export const BY_NUMBER: Coloring = {
  id: "number",
  name: "number",
  colorsFor: () => ({ legend: { kind: "none" }, colorOf: () => null, key: "" }),
};

export function byConfidenceBand(): Coloring {
  const [poor, fair, good, unknown] = BANDS.map(({ color }) => rgbOf(color));
  const rgb = { poor: poor!, fair: fair!, good: good! };
  const colorOf = ({ confidence }: CellObject) =>
    confidence === null ? unknown! : rgb[confidenceBand(confidence)];
  return {
    id: "confidence",
    name: "confidence",
    colorsFor: () => ({ legend: { kind: "entries", entries: BANDS }, colorOf, key: "" }),
  };
}

export function byMeasure(measure: Measure): Coloring {
  let known: { count: number; revision: number; limits: [number, number] } | null = null;
  return {
    id: `measure:${measure.id}`,
    name: measure.name.toLowerCase(),
    ...(measure.group === undefined ? {} : { group: measure.group }),
    colorsFor: (_objects, everywhere) => {
      const revision = measure.revision?.() ?? 0;
      const { count } = everywhere;
      const change = known === null ? Infinity : Math.abs(count - known.count);
      if (known?.revision !== revision || change > SCALE_CHANGES_AFTER * known.count) {
        const values = valuesOf(everywhere.all(), measure);
        known = { count, revision, limits: quantilesOf(values, ...RAMP_QUANTILES) ?? [0, 1] };
      }
      const [low, high] = known.limits;
      return {
        legend: { kind: "ramp", low, high, unit: measure.unit },
        colorOf: (object) => rampColor(measure.valueOf(object), low, high),
        key: `${low} ${high} ${revision}`,
      };
    },
  };
}

/** The colour of a value between two limits; grey where there is none. */
export function rampColor(value: number | null, low: number, high: number): Rgb {
  if (value === null) return rgbOf(NO_VALUE);
  const part = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
  const place = part * (RAMP_RGB.length - 1);
  const step = Math.min(RAMP_RGB.length - 2, Math.floor(place));
  const [from, to] = [RAMP_RGB[step]!, RAMP_RGB[step + 1]!];
  const mixed = (band: number) => from[band]! + (to[band]! - from[band]!) * (place - step);
  return [mixed(0), mixed(1), mixed(2)];
}
