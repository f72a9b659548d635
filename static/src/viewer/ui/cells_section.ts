/** All cells of the plane; only the rows on the screen are elements, however many cells there are. */
import { confidenceBand, labelColorIndex } from "../model/label_color.ts";
import type { CellObject } from "../model/object_index.ts";
import type { Editor } from "../tools/editor.ts";
import { el, grouped } from "./dom.ts";

const ROW_HEIGHT = 29;
const ROWS_BEYOND = 4;

type Order = "confidence" | "number" | "area";

const ORDERS: Readonly<Record<Order, (a: CellObject, b: CellObject) => number>> = {
  confidence: (a, b) => (a.confidence ?? 2) - (b.confidence ?? 2) || a.label - b.label,
  number: (a, b) => a.label - b.label,
  area: (a, b) => b.area - a.area || a.label - b.label,
};

export class CellsSection {
  readonly element: HTMLElement;
  readonly filter = el("input", {
    type: "search",
    class: "field",
    placeholder: "Number  /",
    "aria-label": "Find a cell by its number",
    inputmode: "numeric",
  });
  readonly #editor: Editor;
  readonly #count = el("span", { class: "num" });
  readonly #order = el("select", { class: "order", "aria-label": "Order of the cells" });
  readonly #scroller = el("div", {
    class: "cells",
    tabindex: 0,
    "data-arrows": true,
    role: "listbox",
    "aria-label": "Cells",
  });
  readonly #space = el("div", { class: "cells-space", role: "presentation" });
  #objects: CellObject[] = [];
  #isScheduled = false;

  constructor(editor: Editor) {
    this.#editor = editor;
    for (const order of Object.keys(ORDERS)) {
      this.#order.append(el("option", { value: order }, `by ${order}`));
    }
    this.#scroller.append(this.#space);
    this.element = el(
      "section",
      { class: "sec cells-sec" },
      el("h2", {}, "Cells", this.#count),
      el("div", { class: "cells-tools" }, this.filter, this.#order),
      this.#scroller,
    );
    this.#listen();
    this.#collect();
  }

  #listen(): void {
    const { workspace } = this.#editor;
    const collect = () => this.#schedule();
    workspace.document.objects.revision.listen(collect);
    workspace.t.listen(collect);
    workspace.z.listen(collect);
    this.filter.addEventListener("input", collect);
    this.#order.addEventListener("change", collect);
    this.#scroller.addEventListener("scroll", () => this.#fill());
    new ResizeObserver(() => this.#fill()).observe(this.#scroller);
    workspace.selected.listen((labels) => this.#follow(labels));
    this.#scroller.addEventListener("keydown", (event) => this.#step(event));
    this.#space.addEventListener("click", (event) => {
      const row = (event.target as Element).closest<HTMLElement>("[data-label]");
      if (row) this.#open(Number(row.dataset.label));
    });
    this.filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && this.#objects[0]) this.#open(this.#objects[0].label);
      if (event.key === "Escape") this.filter.blur();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#collect();
    });
  }

  #collect(): void {
    const all = this.#editor.workspace.objectsHere();
    const text = this.filter.value.trim();
    const found = text === "" ? all : all.filter(({ label }) => String(label).startsWith(text));
    this.#objects = found.sort(ORDERS[this.#order.value as Order]);
    this.#count.textContent =
      text === "" ? grouped(all.length) : `${grouped(found.length)} of ${grouped(all.length)}`;
    this.#space.style.height = `${this.#objects.length * ROW_HEIGHT}px`;
    this.#fill();
  }

  #fill(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - ROWS_BEYOND);
    const last = Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + ROWS_BEYOND;
    const rows = this.#objects.slice(first, last).map((object, index) => {
      const row = this.#row(object, first + index);
      row.style.transform = `translateY(${(first + index) * ROW_HEIGHT}px)`;
      return row;
    });
    this.#space.replaceChildren(...rows);
  }

  #row(object: CellObject, index: number): HTMLElement {
    const { label, confidence } = object;
    const isSelected = this.#editor.workspace.selected.value.includes(label);
    const sure =
      confidence === null ? "drawn or changed by hand" : `${Math.round(confidence * 100)} % sure`;
    const bar = el("i", { class: confidence === null ? "" : confidenceBand(confidence) });
    bar.style.width = `${100 * (confidence ?? 0)}%`;
    const area = this.#areaText(object.area);
    return el(
      "div",
      {
        class: "row",
        role: "option",
        id: `cell-${label}`,
        "data-label": label,
        "aria-selected": String(isSelected),
        "aria-posinset": index + 1,
        "aria-setsize": this.#objects.length,
        title: sure,
      },
      el("span", { class: `sw label-${labelColorIndex(label)}` }),
      el("span", {}, String(label)),
      el(
        "span",
        { class: confidence === null ? "conf none" : "conf" },
        bar,
        el("span", { class: "visually-hidden" }, `, ${sure}, `),
      ),
      el("span", { class: "area" }, area),
    );
  }

  #areaText(area: number): string {
    const size = this.#editor.workspace.image.pixel_size_um;
    return size ? `${grouped(Math.round(area * size[0] * size[1]))} µm²` : `${grouped(area)} px`;
  }

  #open(label: number): void {
    const { workspace, glide } = this.#editor;
    const object = workspace.objectHere(label);
    if (object === null) return;
    workspace.select([label]);
    const view = workspace.view.value;
    const [y0, x0, y1, x1] = object.box;
    const isLarge = (y1 - y0) * view.zoom > 24;
    if (isLarge && view.shows(object.box)) return;
    glide.to([(y0 + y1 - 1) / 2, (x0 + x1 - 1) / 2], isLarge ? view.zoom : 1.5);
  }

  #step(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || this.#objects.length === 0) return;
    event.preventDefault();
    const [selected] = this.#editor.workspace.selected.value;
    const index = this.#objects.findIndex(({ label }) => label === selected) + step;
    this.#open(this.#objects[Math.min(this.#objects.length - 1, Math.max(0, index))]!.label);
  }

  /** Scroll to the selected cell when it is not on the screen. */
  #follow(labels: readonly number[]): void {
    const index = this.#objects.findIndex(({ label }) => label === labels[0]);
    const { scrollTop, clientHeight } = this.#scroller;
    const top = index * ROW_HEIGHT;
    const isHidden = top < scrollTop || top + ROW_HEIGHT > scrollTop + clientHeight;
    if (index >= 0 && isHidden) this.#scroller.scrollTop = top - clientHeight / 2;
    if (index >= 0) this.#scroller.setAttribute("aria-activedescendant", `cell-${labels[0]}`);
    else this.#scroller.removeAttribute("aria-activedescendant");
    this.#fill();
  }
}
