/** Delete many cells by a rule: what it means is counted and highlighted before anything is done. */
import type { DeletionRule } from "../model/deletion_rule.ts";
import { cellsMeant } from "../tools/bulk_deletion.ts";
import type { Editor } from "../tools/editor.ts";
import { button, el, grouped, icon } from "./dom.ts";

type Kind = DeletionRule["kind"];

/** A cell of less than this share of the usual area, or of more than its inverse, is suggested. */
const UNUSUAL = 0.25;

export class DeletePanel {
  readonly element: HTMLElement;
  readonly #editor: Editor;
  readonly #fields: Readonly<Record<"smaller" | "larger" | "unsure", HTMLInputElement>>;
  readonly #radios = new Map<Kind, HTMLInputElement>();
  readonly #count = el("p", { class: "num", role: "status" });
  readonly #delete = button({ class: "btn danger" }, () => void this.#run());
  /** What was selected before the rule selected what it means. */
  #chosen: readonly number[] = [];
  #meant: readonly number[] = [];
  #isPreviewing = false;
  #isScheduled = false;

  constructor(editor: Editor) {
    this.#editor = editor;
    const unit = editor.workspace.image.pixel_size_um ? "µm²" : "px";
    this.#fields = {
      smaller: field(`Area below, in ${unit}`),
      larger: field(`Area above, in ${unit}`),
      unsure: field("Confidence below, in percent"),
    };
    this.#fields.unsure.max = "100";
    this.#fields.unsure.value = "30";
    this.element = el(
      "section",
      { class: "delete-panel", role: "dialog", "aria-label": "Delete cells by a rule" },
      el(
        "header",
        {},
        el("h2", {}, "Delete by a rule"),
        button({ class: "icon-btn", "aria-label": "Close" }, () => this.close(), icon("close")),
      ),
      el(
        "fieldset",
        {},
        el("legend", { class: "visually-hidden" }, "Which cells"),
        this.#row("smaller", "Smaller than", this.#fields.smaller, unit),
        this.#row("larger", "Larger than", this.#fields.larger, unit),
        this.#row("border", "Touching the border of the image"),
        this.#row("unsure", "Less sure than", this.#fields.unsure, "%"),
        this.#row("chosen", "The selected cells"),
      ),
      el("p", { class: "quiet" }, "Draw around cells with ⇧ V to select them."),
      this.#count,
      el(
        "div",
        { class: "dialog-buttons" },
        button({ class: "btn ghost" }, () => this.close(), "Cancel"),
        this.#delete,
      ),
    );
    this.element.hidden = true;
    this.#listen();
  }

  open(): void {
    const { workspace, editing } = this.#editor;
    if (!this.element.hidden || !editing.mayEdit()) return;
    this.#chosen = workspace.selected.value;
    this.#suggestAreas();
    const kind = this.#chosen.length > 1 ? "chosen" : "smaller";
    this.#radios.get(kind)!.checked = true;
    this.element.hidden = false;
    this.#radios.get(kind)!.focus();
    this.#refresh();
  }

  close(): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.#preview(this.#chosen);
    document.querySelector<HTMLElement>("#viewer .holder")?.focus();
  }

  #listen(): void {
    const { workspace } = this.#editor;
    this.element.addEventListener("input", () => this.#refresh());
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      if (event.key === "Enter" && event.target instanceof HTMLInputElement) void this.#run();
    });
    workspace.document.objects.revision.listen(() => this.#refresh());
    for (const plane of [workspace.t, workspace.z]) plane.listen(() => this.#refresh());
    workspace.selected.listen((labels) => {
      if (this.element.hidden || this.#isPreviewing) return;
      // Somebody selects while the panel is open: that is what they mean now.
      this.#chosen = labels;
      this.#radios.get("chosen")!.checked = true;
      this.#refresh();
    });
  }

  #row(kind: Kind, text: string, input?: HTMLInputElement, unit = ""): HTMLElement {
    const radio = el("input", { type: "radio", name: "deletion-rule", value: kind });
    this.#radios.set(kind, radio);
    input?.addEventListener("focus", () => {
      radio.checked = true;
      this.#refresh();
    });
    return el(
      "div",
      { class: "rule" },
      el("label", {}, radio, text),
      ...(input ? [input, el("span", { class: "quiet" }, unit)] : []),
    );
  }

  /** Areas that are far from the usual, in round numbers. */
  #suggestAreas(): void {
    const areas = this.#editor.workspace.objectsHere().map(({ area }) => area);
    const usual = areas.sort((a, b) => a - b)[Math.floor(areas.length / 2)] ?? 100;
    const shown = (area: number) => String(Number((area * this.#unitsPerPixel).toPrecision(2)));
    const { smaller, larger } = this.#fields;
    if (smaller.value === "") smaller.value = shown(usual * UNUSUAL);
    if (larger.value === "") larger.value = shown(usual / UNUSUAL);
  }

  get #unitsPerPixel(): number {
    const size = this.#editor.workspace.image.pixel_size_um;
    return size ? size[0] * size[1] : 1;
  }

  get #rule(): DeletionRule {
    const kind = [...this.#radios].find(([, radio]) => radio.checked)?.[0] ?? "chosen";
    const value = (input: HTMLInputElement) => input.valueAsNumber || 0;
    if (kind === "chosen") return { kind, labels: new Set(this.#chosen) };
    if (kind === "border") return { kind };
    if (kind === "unsure") return { kind, below: value(this.#fields.unsure) / 100 };
    // Half a millionth more or less never decides, but rounding of a shown area might.
    const area = value(this.#fields[kind]) / this.#unitsPerPixel;
    return { kind, area: Math.round(area * 1e6) / 1e6 };
  }

  #refresh(): void {
    if (this.element.hidden || this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      void this.#show();
    });
  }

  async #show(): Promise<void> {
    if (this.element.hidden) return;
    const { workspace, loader } = this.#editor;
    const rule = this.#rule;
    const meant = await cellsMeant(workspace, loader, rule);
    if (this.element.hidden) return;
    this.#meant = meant;
    this.#preview(meant);
    const [n, all] = [meant.length, workspace.objectsHere().length];
    const where = workspace.nFrames * workspace.nSlices > 1 ? " in this plane" : "";
    this.#count.textContent = `${grouped(n)} of ${grouped(all)} cells${where}`;
    this.#delete.textContent = n === 1 ? "Delete 1 cell" : `Delete ${grouped(n)} cells`;
    this.#delete.disabled = n === 0;
  }

  #preview(labels: readonly number[]): void {
    this.#isPreviewing = true;
    this.#editor.workspace.select(labels);
    this.#isPreviewing = false;
  }

  async #run(): Promise<void> {
    const labels = this.#meant;
    if (labels.length === 0 || this.element.hidden) return;
    const { editing, workspace } = this.#editor;
    this.#delete.disabled = true;
    this.element.hidden = true;
    await editing.deleteCells(labels);
    workspace.select([]);
    const text = labels.length === 1 ? "1 cell was" : `${grouped(labels.length)} cells were`;
    const undo = () => this.#editor.undo("undo");
    workspace.say("info", `${text} deleted.`, { label: "Undo", run: undo });
  }
}

function field(label: string): HTMLInputElement {
  return el("input", {
    type: "number",
    class: "field num",
    min: 0,
    step: "any",
    "aria-label": label,
  });
}
