/**
 * The regions that are set aside. What the mouse does can be done here with the keys too: move the
 * sides of one, show it, measure it again. (Shift I makes one of what is on the screen.)
 */
import { type Box, boxAround } from "../model/geometry.ts";
import type { Region } from "../model/marks.ts";
import { edgesOf, fittedTo } from "../model/regions.ts";
import type { Editor } from "../tools/editor.ts";
import { button, el, icon } from "./dom.ts";

/** In the order of a box. */
const SIDES = ["top", "left", "bottom", "right"] as const;

export function regionsSection(editor: Editor): HTMLElement {
  const { workspace } = editor;
  const list = el("ul", { class: "regions" });
  const heading = el("h2", {}, "Ignored regions");
  const element = el("section", { class: "sec regions-sec" }, heading, list);
  const rows = new Map<string, RegionRow>();
  const show = () => {
    const { regions } = workspace.document.objects.facts;
    element.hidden = regions.size === 0;
    for (const [id, row] of rows) {
      if (regions.has(id)) continue;
      row.element.remove();
      rows.delete(id);
    }
    [...regions].forEach(([id, region], index) => {
      const row = rows.get(id) ?? new RegionRow(editor, id);
      rows.set(id, row);
      row.show(region, index + 1);
      // A row that stays where it is keeps the focus.
      if (list.children[index] !== row.element) {
        list.insertBefore(row.element, list.children[index] ?? null);
      }
    });
  };
  workspace.document.objects.revision.listen(show);
  workspace.annotation.listen(show);
  show();
  return element;
}

class RegionRow {
  readonly element: HTMLElement;
  readonly #editor: Editor;
  readonly #show = button({ class: "link" }, () => this.#look());
  readonly #remove: HTMLButtonElement;
  readonly #inputs = SIDES.map(() => el("input", { type: "number", class: "value-field num" }));
  readonly #sides: HTMLDetailsElement;
  #region!: Region;

  constructor(editor: Editor, id: string) {
    this.#editor = editor;
    this.#remove = button(
      { class: "icon-btn", title: "Measure again" },
      () => editor.marking.stopIgnoring(id),
      icon("close"),
    );
    const move = () => {
      const box = this.#inputs.map((input) => input.valueAsNumber) as unknown as Box;
      if (box[0] < box[2] && box[1] < box[3]) {
        editor.marking.moveRegion(id, fittedTo(this.#region.points, box));
      } else
        editor.workspace.say("info", "The bottom must lie below the top, the right to the right.");
    };
    for (const input of this.#inputs) input.addEventListener("change", move);
    const fields = SIDES.map((side, at) => el("label", {}, side, this.#inputs[at]!));
    this.#sides = el(
      "details",
      { class: "region-sides" },
      el("summary", {}, "Sides"),
      el("div", {}, ...fields),
    );
    this.element = el(
      "li",
      {},
      el("div", { class: "region-head" }, icon("ignore"), this.#show, this.#remove),
      this.#sides,
    );
  }

  show(region: Region, number: number): void {
    const { workspace } = this.#editor;
    this.#region = region;
    const place = [
      workspace.nFrames > 1 ? `frame ${region.t + 1}` : "",
      workspace.nSlices > 1 ? `slice ${region.z + 1}` : "",
    ].filter((text) => text !== "");
    const name = [`Region ${number}`, ...place].join(" · ");
    this.#show.textContent = name;
    this.#remove.setAttribute("aria-label", `Measure ${name} again`);
    this.#remove.hidden = !workspace.canEdit;
    this.#sides.hidden = !workspace.canEdit;
    edgesOf(region.points).forEach((value, at) => {
      const input = this.#inputs[at]!;
      input.setAttribute("aria-label", `${name}: ${SIDES[at]} in pixels`);
      input.value = String(value);
    });
  }

  #look(): void {
    const { workspace, glide } = this.#editor;
    const { t, z, points } = this.#region;
    workspace.goToPlane(t, z);
    const [y0, x0, y1, x1] = boxAround(points, 0);
    const { size } = workspace.view.value;
    const fitting = 0.6 * Math.min(size.height / (y1 - y0), size.width / (x1 - x0));
    glide.to([(y0 + y1 - 1) / 2, (x0 + x1 - 1) / 2], Math.min(6, fitting));
  }
}
