/** A histogram with a range that can be brushed over it with the pointer, or set with the keys. */
import type { Range, ValueHistogram } from "../model/measures.ts";
import { el, svgEl } from "./dom.ts";
import { outline } from "./histogram.ts";

export const N_BINS = 48;
const HEIGHT = 38;
const STEPS = 200;

export class RangeHistogram {
  readonly element: HTMLElement;
  readonly #onChange: (range: Range | null) => void;
  readonly #path = svgEl("path", {});
  readonly #window = el("span", { class: "hist-window" });
  readonly #low = el("input", { type: "range" });
  readonly #high = el("input", { type: "range" });
  #limits: Range = { low: 0, high: 1 };
  #brushFrom: number | null = null;

  /** `onChange` is told null when the range is taken away. */
  constructor(onChange: (range: Range | null) => void) {
    this.#onChange = onChange;
    const svg = svgEl(
      "svg",
      { viewBox: `0 0 ${N_BINS} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      this.#path,
    );
    this.element = el("div", { class: "hist range-hist" });
    this.element.append(svg, this.#window, this.#low, this.#high);
    this.#low.addEventListener("input", () => this.#readKeys(this.#low));
    this.#high.addEventListener("input", () => this.#readKeys(this.#high));
    this.element.addEventListener("pointerdown", (event) => this.#begin(event));
    this.element.addEventListener("pointermove", (event) => this.#brush(event));
    this.element.addEventListener("pointerup", (event) => this.#end(event));
  }

  /** `name`: of the measure, for people who hear the page. */
  show(histogram: ValueHistogram | null, range: Range | null, name: string): void {
    this.element.hidden = histogram === null;
    if (histogram === null) return;
    const { minimum, maximum, counts } = histogram;
    this.#limits = { low: minimum, high: Math.max(maximum, minimum + 1e-9) };
    this.#path.setAttribute("d", outline(counts, "steps"));
    this.#showInput(this.#low, `${name}: smallest`, range?.low ?? minimum);
    this.#showInput(this.#high, `${name}: largest`, range?.high ?? maximum);
    this.#window.hidden = range === null;
    if (range === null) return;
    this.#window.style.left = `${100 * Math.max(0, this.#part(range.low))}%`;
    this.#window.style.right = `${100 * Math.max(0, 1 - this.#part(range.high))}%`;
  }

  #showInput(input: HTMLInputElement, label: string, value: number): void {
    const { low, high } = this.#limits;
    input.setAttribute("aria-label", label);
    [input.min, input.max] = [String(low), String(high)];
    input.step = String((high - low) / STEPS);
    input.value = String(value);
  }

  #readKeys(moved: HTMLInputElement): void {
    let [low, high] = [this.#low.valueAsNumber, this.#high.valueAsNumber];
    if (low > high) [low, high] = moved === this.#low ? [high, high] : [low, low];
    this.#tell(low, high);
  }

  #begin(event: PointerEvent): void {
    if (event.target instanceof HTMLInputElement || event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.#brushFrom = this.#valueAt(event);
  }

  #brush(event: PointerEvent): void {
    if (this.#brushFrom === null) return;
    const value = this.#valueAt(event);
    this.#tell(Math.min(this.#brushFrom, value), Math.max(this.#brushFrom, value));
  }

  /** A click without a movement takes the range away. */
  #end(event: PointerEvent): void {
    if (this.#brushFrom === null) return;
    const { low, high } = this.#limits;
    const moved = Math.abs(this.#valueAt(event) - this.#brushFrom);
    this.#brushFrom = null;
    if (moved < (high - low) / STEPS) this.#onChange(null);
  }

  /** A range over everything is none; the ends of the histogram stand for the extreme values. */
  #tell(low: number, high: number): void {
    const { low: least, high: most } = this.#limits;
    const slack = (most - least) / (2 * STEPS);
    const range = {
      low: low - least < slack ? least : low,
      high: most - high < slack ? most : high,
    };
    this.#onChange(range.low === least && range.high === most ? null : range);
  }

  #valueAt(event: PointerEvent): number {
    const { left, width } = this.element.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, width)));
    return this.#limits.low + part * (this.#limits.high - this.#limits.low);
  }

  #part(value: number): number {
    return (value - this.#limits.low) / (this.#limits.high - this.#limits.low);
  }
}
