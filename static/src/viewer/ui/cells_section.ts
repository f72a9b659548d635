/** All cells of the plane: found, sorted and limited, with the histogram of any measure. */
import {
  type CellQuery,
  type Facet,
  isFiltering,
  matcherOf,
  queryCells,
} from "../model/cell_query.ts";
import { histogramOf, type Measure, type Range, valuesOf } from "../model/measures.ts";
import type { CellObject } from "../model/object_index.ts";
import type { Editor } from "../tools/editor.ts";
import type { Intensities } from "../tools/intensities.ts";
import type { Workspace } from "../tools/workspace.ts";
import { CellList } from "./cell_list.ts";
import { delayed } from "./delayed.ts";
import { button, el, grouped } from "./dom.ts";
import { groupedOptions } from "./grouped_options.ts";
import { measureText } from "./measure_text.ts";
import { N_BINS, RangeHistogram } from "./range_histogram.ts";

/** Where the largest is more interesting than the smallest. */
const LARGEST_FIRST: ReadonlySet<string> = new Set(["area", "extent", "elongation"]);

/** The list is shown after so long at the latest, even if the picture is not complete. */
const LIST_AFTER_MS = 2000;

export class CellsSection {
  readonly element: HTMLElement;
  readonly filter = el("input", {
    type: "search",
    class: "field",
    placeholder: "Number  /",
    "aria-label": "Find a cell by its number",
    inputmode: "numeric",
  });
  readonly #workspace: Workspace;
  readonly #list: CellList;
  readonly #count = el("span", { class: "num", role: "status" });
  readonly #order: HTMLSelectElement;
  readonly #direction: HTMLButtonElement;
  readonly #measure: HTMLSelectElement;
  readonly #rangeText = el("span", { class: "faint num range-text" });
  readonly #chart = new RangeHistogram((range) => this.#limit(range));
  readonly #clear: HTMLButtonElement;
  #hasBegun = false;
  readonly #empty = el("p", { class: "quiet cells-empty" });

  constructor(editor: Editor) {
    this.#workspace = editor.workspace;
    const { measures } = this.#workspace;
    this.#list = new CellList(editor, measures[1]!);
    this.#order = measureChoice("Order of the cells", measures, "by ");
    this.#measure = measureChoice("Histogram of", measures, "");
    this.#measure.value = "area";
    this.#direction = button({ class: "icon-btn direction" }, () => this.#turnOrder());
    this.#clear = button({ class: "link" }, () => this.#clearAll(), "Show all");
    this.element = el(
      "section",
      { class: "sec cells-sec" },
      el("h2", {}, "Cells", this.#count),
      el("div", { class: "cells-tools" }, this.filter, this.#order, this.#direction),
      el(
        "div",
        { class: "cells-tools cells-facets" },
        ...this.#workspace.facets.map((facet) => this.#facetChoice(facet)),
      ),
      el("div", { class: "cells-chart" }, this.#chart.element),
      el("div", { class: "cells-tools cells-range" }, this.#measure, this.#rangeText, this.#clear),
      this.#empty,
      this.#list.element,
    );
    this.#listen(editor.intensities);
    // Sorting very many cells must not hold up the picture.
    void editor.stage.firstPicture.then(() => this.#begin());
    setTimeout(() => this.#begin(), LIST_AFTER_MS);
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#collect();
  }

  #listen(intensities: Intensities): void {
    const { shown, t, z, query } = this.#workspace;
    const later = delayed(() => this.#collect());
    let stop = () => {};
    shown.follow(({ objects }) => {
      stop();
      stop = objects.revision.listen(later);
      later();
    });
    for (const plane of [t, z]) plane.listen(later);
    this.#workspace.classes.revision.listen(later);
    intensities.revision.listen(later);
    query.listen(() => this.#collect());
    this.filter.addEventListener("input", () => this.#ask({ digits: this.filter.value.trim() }));
    this.#order.addEventListener("change", () => {
      const order = this.#order.value;
      this.#ask({ order, isDescending: LARGEST_FIRST.has(order) });
    });
    this.#measure.addEventListener("change", () => this.#collect());
    this.filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#list.openFirst();
      if (event.key === "Escape") this.filter.blur();
    });
  }

  #facetChoice(facet: Facet): HTMLElement {
    const { id, name } = facet;
    const choice = el("select", {
      class: "order",
      "aria-label": `Only cells with this: ${name}`,
    });
    this.#workspace.classes.revision.follow(() => {
      const { value } = choice;
      const { values } = facet;
      // With one value there is nothing to choose.
      choice.hidden = values.length < 2;
      choice.replaceChildren(
        el("option", { value: "" }, `any ${name.toLowerCase()}`),
        ...values.map(([option, text]) => el("option", { value: option }, text)),
      );
      choice.value = value;
    });
    choice.addEventListener("change", () => {
      const chosen = new Map(this.#workspace.query.value.chosen);
      if (choice.value === "") chosen.delete(id);
      else chosen.set(id, choice.value);
      this.#ask({ chosen });
    });
    this.#workspace.query.listen(({ chosen }) => {
      choice.value = chosen.get(id) ?? "";
    });
    return choice;
  }

  #ask(part: Partial<CellQuery>): void {
    this.#workspace.query.update((query) => ({ ...query, ...part }));
  }

  #turnOrder(): void {
    this.#ask({ isDescending: !this.#workspace.query.value.isDescending });
  }

  #clearAll(): void {
    this.filter.value = "";
    this.#ask({ digits: "", chosen: new Map(), ranges: new Map() });
  }

  /** Limit the measure of the histogram, or stop doing so. */
  #limit(range: Range | null): void {
    const ranges = new Map(this.#workspace.query.value.ranges);
    if (range === null) ranges.delete(this.#measure.value);
    else ranges.set(this.#measure.value, range);
    this.#ask({ ranges });
  }

  #collect(): void {
    if (!this.#hasBegun) return;
    const { query, measures, facets } = this.#workspace;
    const all = this.#workspace.objectsHere();
    const found = queryCells(all, query.value, measures, facets);
    const isPart = isFiltering(query.value);
    this.#count.textContent = isPart
      ? `${grouped(found.length)} of ${grouped(all.length)}`
      : grouped(all.length);
    this.#empty.hidden = found.length > 0;
    this.#empty.textContent =
      all.length === 0
        ? "No cells here yet. Draw one with the brush (B), or find it with a click (C)."
        : "No cell is like this. Choose a wider range, or show all.";
    const order = measures.find(({ id }) => id === query.value.order)!;
    const isPlain = order.id === "confidence" || order.id === "number";
    this.#list.show(found, isPlain ? measures.find(({ id }) => id === "area")! : order);
    this.#showOrder(query.value, order);
    this.#showChart(all);
    this.#clear.hidden = !isPart;
  }

  #showOrder({ order, isDescending }: CellQuery, { name }: Measure): void {
    this.#order.value = order;
    const text = isDescending ? "largest first" : "smallest first";
    this.#direction.textContent = isDescending ? "↓" : "↑";
    this.#direction.setAttribute("aria-label", `${name}: ${text}; turn around`);
    this.#direction.title = text;
  }

  /** The histogram is that of the cells which all other limits let through. */
  #showChart(all: readonly CellObject[]): void {
    const { query, measures, facets } = this.#workspace;
    const measure = measures.find(({ id }) => id === this.#measure.value)!;
    const range = query.value.ranges.get(measure.id) ?? null;
    const ranges = new Map(query.value.ranges);
    ranges.delete(measure.id);
    const others = all.filter(matcherOf({ ...query.value, ranges }, measures, facets));
    const histogram = histogramOf(valuesOf(others, measure), N_BINS);
    this.#chart.show(histogram, range, measure.name);
    const { low, high } = range ?? { low: histogram?.minimum ?? 0, high: histogram?.maximum ?? 0 };
    const limits = `${measureText(low, "")} – ${measureText(high, measure.unit)}`;
    this.#rangeText.textContent = histogram === null ? "no values" : limits;
  }
}

function measureChoice(
  label: string,
  measures: readonly Measure[],
  prefix: string,
): HTMLSelectElement {
  const text = ({ name }: Measure) => (prefix === "" ? name : prefix + name.toLowerCase());
  const options = groupedOptions(measures, text);
  return el("select", { class: "order", "aria-label": label }, ...options);
}
