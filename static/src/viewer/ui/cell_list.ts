/** The rows of the cells; only those on the screen are elements, however many cells there are. */
import { STATE_WORDS, stateOf } from "../model/cell_state.ts";
import { confidenceBand, labelColorIndex } from "../model/label_color.ts";
import type { Measure } from "../model/measures.ts";
import type { CellObject } from "../model/object_index.ts";
import type { Editor } from "../tools/editor.ts";
import { el } from "./dom.ts";
import { measureText } from "./measure_text.ts";

const ROW_HEIGHT = 29;
const ROWS_BEYOND = 4;
/** Digits typed within this time belong to one number. */
const TYPING_MS = 1200;

export class CellList {
  readonly element = el("div", {
    class: "cells",
    tabindex: 0,
    "data-arrows": true,
    role: "listbox",
    "aria-multiselectable": "true",
    "aria-label": "Cells",
  });
  readonly #editor: Editor;
  readonly #space = el("div", { class: "cells-space", role: "presentation" });
  #objects: readonly CellObject[] = [];
  #measure: Measure;
  #typed = "";
  #typedAt = 0;

  constructor(editor: Editor, measure: Measure) {
    this.#editor = editor;
    this.#measure = measure;
    this.element.append(this.#space);
    this.element.addEventListener("scroll", () => this.#fill());
    new ResizeObserver(() => this.#fill()).observe(this.element);
    editor.workspace.selected.listen((labels) => this.#follow(labels));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.#space.addEventListener("click", (event) => this.#click(event));
  }

  /** Show these cells in this order, with the measure in the last column. */
  show(objects: readonly CellObject[], measure: Measure): void {
    const selected = this.#editor.workspace.selected.value;
    // A cell that was selected before the list came, by a link for example, is shown in it.
    const mustShow = this.#objects.length === 0 || this.#isOnScreen(this.#indexOf(selected.at(-1)));
    this.#objects = objects;
    this.#measure = measure;
    this.#space.style.height = `${objects.length * ROW_HEIGHT}px`;
    if (mustShow) this.#follow(selected);
    else this.#fill();
  }

  openFirst(): void {
    this.#openAt(0);
  }

  #fill(): void {
    // Asking for the height before there is anything would lay the whole page out.
    if (this.#objects.length === 0) {
      this.#space.replaceChildren();
      return;
    }
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - ROWS_BEYOND);
    const last = Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + ROWS_BEYOND;
    const selected = new Set(this.#editor.workspace.selected.value);
    const rows = this.#objects.slice(first, last).map((object, index) => {
      const row = this.#row(object, first + index, selected.has(object.label));
      row.style.transform = `translateY(${(first + index) * ROW_HEIGHT}px)`;
      return row;
    });
    this.#space.replaceChildren(...rows);
  }

  #row(object: CellObject, index: number, isSelected: boolean): HTMLElement {
    const { label, confidence } = object;
    const sure =
      confidence === null ? "drawn or changed by hand" : `${Math.round(confidence * 100)} % sure`;
    const bar = el("i", { class: confidence === null ? "" : confidenceBand(confidence) });
    bar.style.width = `${100 * (confidence ?? 0)}%`;
    const value = this.#measure.valueOf(object);
    const text = value === null ? "–" : measureText(value, this.#measure.unit);
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
        title: [...this.#said(object), sure].join(" · "),
      },
      el("span", { class: `sw label-${labelColorIndex(label)}` }),
      el("span", {}, String(label)),
      el(
        "span",
        { class: confidence === null ? "conf none" : "conf" },
        bar,
        el("span", { class: "visually-hidden" }, `, ${sure}, `),
      ),
      el("span", { class: "area" }, text),
    );
  }

  /** The class and the state of a cell, where there is something to say. */
  #said(object: CellObject): string[] {
    const { classes, annotation } = this.#editor.workspace;
    const kind = object.facts.class === null ? [] : [classes.nameOf(object.facts.class)];
    return [...kind, STATE_WORDS[stateOf(object, annotation.value.state === "approved")]];
  }

  #click(event: MouseEvent): void {
    const row = (event.target as Element).closest<HTMLElement>("[data-label]");
    if (row === null) return;
    const label = Number(row.dataset.label);
    const index = this.#indexOf(label);
    if (event.ctrlKey || event.metaKey) this.#toggle(label);
    else if (event.shiftKey) this.#extendTo(index);
    else this.#openAt(index);
  }

  #toggle(label: number): void {
    const { workspace } = this.#editor;
    const selected = workspace.selected.value;
    workspace.select(
      selected.includes(label) ? selected.filter((other) => other !== label) : [...selected, label],
    );
  }

  /** Select everything from the first selected cell to this row; the first one stays first. */
  #extendTo(index: number): void {
    const { workspace } = this.#editor;
    const from = Math.max(0, this.#selectedIndex());
    const step = index < from ? -1 : 1;
    const labels: number[] = [];
    for (let at = from; at !== index + step; at += step) labels.push(this.#objects[at]!.label);
    workspace.select(labels);
  }

  #selectedIndex(): number {
    const [selected] = this.#editor.workspace.selected.value;
    return this.#indexOf(selected);
  }

  #key(event: KeyboardEvent): void {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const isUsed = isPlain && (this.#type(event.key) || this.#step(event.key, event.shiftKey));
    if (!isUsed) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The digits of a number, one after the other, go to the first cell that begins with them. */
  #type(key: string): boolean {
    if (!/^\d$/.test(key)) return false;
    const now = performance.now();
    this.#typed = now - this.#typedAt < TYPING_MS ? this.#typed + key : key;
    this.#typedAt = now;
    const exact = this.#objects.findIndex(({ label }) => String(label) === this.#typed);
    const begun = this.#objects.findIndex(({ label }) => String(label).startsWith(this.#typed));
    this.#openAt(exact >= 0 ? exact : begun);
    return true;
  }

  #step(key: string, isExtending: boolean): boolean {
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW_HEIGHT) - 1);
    const last = this.#objects.length - 1;
    const now = this.#selectedIndex();
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: now + 1,
      ArrowUp: now - 1,
      PageDown: now + page,
      PageUp: now - page,
      Home: 0,
      End: last,
    };
    const target = steps[key];
    if (target === undefined) return false;
    const index = Math.min(last, Math.max(0, target));
    if (isExtending && now >= 0) this.#extendBy(key, last);
    else this.#openAt(index);
    return true;
  }

  /** One more row at the end of what is selected, or one less. */
  #extendBy(key: string, last: number): void {
    const from = this.#selectedIndex();
    const end = this.#editor.workspace.selected.value.at(-1);
    const endIndex = this.#objects.findIndex(({ label }) => label === end);
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: endIndex + 1,
      ArrowUp: endIndex - 1,
      Home: 0,
      End: last,
    };
    const target = targets[key] ?? from;
    this.#extendTo(Math.min(last, Math.max(0, target)));
  }

  #openAt(index: number): void {
    const object = this.#objects[index];
    if (object === undefined) return;
    const { workspace, glide } = this.#editor;
    workspace.select([object.label]);
    const view = workspace.view.value;
    const [y0, x0, y1, x1] = object.box;
    const isLarge = (y1 - y0) * view.zoom > 24;
    if (isLarge && view.shows(object.box)) return;
    glide.to([(y0 + y1 - 1) / 2, (x0 + x1 - 1) / 2], isLarge ? view.zoom : 1.5);
  }

  #indexOf(label: number | undefined): number {
    return label === undefined ? -1 : this.#objects.findIndex((object) => object.label === label);
  }

  #isOnScreen(index: number): boolean {
    if (index < 0) return false;
    const { scrollTop, clientHeight } = this.element;
    const top = index * ROW_HEIGHT;
    return top >= scrollTop && top + ROW_HEIGHT <= scrollTop + clientHeight;
  }

  /** Scroll to the selected cell when it is not on the screen. */
  #follow(labels: readonly number[]): void {
    const label = labels.at(-1);
    const index = this.#indexOf(label);
    if (index < 0) this.element.removeAttribute("aria-activedescendant");
    else {
      if (!this.#isOnScreen(index)) {
        this.element.scrollTop = index * ROW_HEIGHT - this.element.clientHeight / 2;
      }
      this.element.setAttribute("aria-activedescendant", `cell-${label}`);
    }
    this.#fill();
  }
}
