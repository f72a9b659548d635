/** Chooses what the masks are compared with, and how; copies cells from there. */
import type { SegmentationJson } from "../data/segmentation_api.ts";
import { hereWords, planesWords } from "../model/comparison.ts";
import type { Layout } from "../tools/comparing.ts";
import type { Editor } from "../tools/editor.ts";
import type { Workspace } from "../tools/workspace.ts";
import { button, el, icon } from "./dom.ts";
import { EDIT_WORDS } from "./edit_words.ts";
import { groupEdits } from "./history_panel.ts";
import type { Shell } from "./shell.ts";
import { differenceLine } from "./time_line.ts";

const LAYOUTS: readonly (readonly [Layout, string])[] = [
  ["beside", "Side by side"],
  ["over", "Differences"],
];
const MOST_VERSIONS = 20;

export class CompareBar {
  readonly element: HTMLElement;
  readonly #editor: Editor;
  readonly #with = el("select", { class: "order", "aria-label": "Compare with" });
  readonly #counts = el("ul", { class: "difference-counts" });
  readonly #note = el("span", { class: "quiet compare-note", role: "status" });
  readonly #copy: HTMLButtonElement;
  readonly #layouts: HTMLElement;
  #segmentations: readonly SegmentationJson[] = [];

  constructor(editor: Editor) {
    this.#editor = editor;
    const { comparing } = editor;
    this.#copy = button({ class: "btn s primary" }, () => void comparing.copyPicked(), "Copy");
    this.#layouts = el("div", { class: "seg", role: "group", "aria-label": "How to compare" });
    for (const [layout, text] of LAYOUTS) this.#layouts.append(this.#layoutButton(layout, text));
    const close = button(
      { class: "icon-btn", "aria-label": "Close the comparison" },
      () => this.toggle(),
      icon("close"),
    );
    this.element = el(
      "section",
      { class: "compare-bar", "aria-label": "Comparison", id: "compare" },
      ...[this.#with, this.#layouts, this.#counts, this.#note, this.#copy, close],
    );
    this.element.hidden = true;
    this.#with.addEventListener("change", () => void this.#choose(this.#with.value));
    comparing.compared.listen((compared) => {
      if (compared === null) this.#with.value = "";
      else if (this.element.hidden) this.#reveal();
      this.#fill();
    });
    comparing.picked.listen(() => this.#fill());
    editor.workspace.comparison.listen(() => this.#fill());
  }

  toggle(): void {
    if (this.element.hidden) {
      this.#editor.travel.back();
      this.#reveal();
      this.#with.focus();
    } else {
      this.#setHidden(true);
      this.#editor.comparing.close();
    }
  }

  #reveal(): void {
    this.#setHidden(false);
    void this.#open();
  }

  #setHidden(isHidden: boolean): void {
    this.element.hidden = isHidden;
    const button = document.querySelector("#compare-button");
    button?.setAttribute("aria-expanded", String(!isHidden));
  }

  async #open(): Promise<void> {
    this.#fill();
    this.#fillChoices();
    try {
      this.#segmentations = await this.#editor.comparing.segmentations();
      this.#fillChoices();
    } catch {
      this.#note.textContent =
        "The results of this image could not be listed. Close and try again.";
    }
  }

  #layoutButton(layout: Layout, text: string): HTMLElement {
    const { comparing } = this.#editor;
    const element = button({}, () => comparing.layout.set(layout), text);
    comparing.layout.follow((now) => {
      element.setAttribute("aria-pressed", String(now === layout));
      element.classList.toggle("on", now === layout);
    });
    return element;
  }

  #fillChoices(): void {
    const { workspace } = this.#editor;
    const { value } = this.#with;
    const groups = groupEdits(workspace.document.log).slice(0, MOST_VERSIONS);
    this.#with.replaceChildren(
      el("option", { value: "" }, "Compare with…"),
      optionGroup("Other results", this.#segmentations.map(segmentationOption)),
      optionGroup("Versions of these masks", [
        ...groups.map((group) => {
          const { version, kind, author } = group.at(-1)!;
          const text = `Version ${version}: ${author.name} ${EDIT_WORDS[kind].toLowerCase()}`;
          return [`version:${version}`, text] as const;
        }),
        ["version:0", "Version 0: as it began"],
      ]),
      optionGroup(
        "One channel alone",
        workspace.image.channels.map(({ name, index }) => [`channel:${index}`, name] as const),
      ),
    );
    this.#with.value = value;
  }

  async #choose(value: string): Promise<void> {
    const { comparing, workspace } = this.#editor;
    const [kind, id = ""] = value.split(":");
    const segmentation = this.#segmentations.find((one) => one.id === id);
    if (kind === "version") comparing.withVersion(Number(id));
    else if (kind === "channel") comparing.withChannel(Number(id));
    else if (segmentation === undefined) comparing.close();
    else {
      await comparing.withSegmentation(segmentation).catch(() => {
        workspace.say("error", "This result could not be opened. Try again.");
      });
    }
  }

  #fill(): void {
    const { comparing, workspace } = this.#editor;
    const compared = comparing.compared.value;
    const comparison = workspace.comparison.value;
    const isCounted = compared !== null && comparison !== null;
    this.#counts.hidden = !isCounted;
    this.#layouts.hidden = compared === null || compared.channels !== null;
    if (isCounted) {
      const { added, removed, changed } = comparison.differences;
      const where = comparison.planes ? [el("li", {}, `${planesWords(comparison.planes)}:`)] : [];
      this.#counts.replaceChildren(
        ...where,
        differenceLine("added", added.size, "only here"),
        differenceLine("changed", changed.size),
        differenceLine("removed", removed.size, "only there"),
      );
    }
    this.#note.textContent = this.#noteText();
    const n_picked = comparing.picked.value.length;
    this.#copy.hidden = n_picked === 0 || !workspace.annotation.value.can.edit;
    this.#copy.textContent = n_picked === 1 ? "Copy this cell" : `Copy ${n_picked} cells`;
  }

  #noteText(): string {
    const { comparing, workspace } = this.#editor;
    const compared = comparing.compared.value;
    if (compared === null) return "";
    if (comparing.layout.value === "over") {
      const { differences, caveat, planes } = workspace.comparison.value ?? {};
      const canCopy = comparing.picked.value.length === 0 && differences?.removed.size;
      const said = caveat ?? (canCopy ? "Click cells that are only there to copy them." : "");
      return [planes ? hereWords(planes.here) : "", said].filter(Boolean).join(" ");
    }
    const isEmpty = comparing.picked.value.length === 0 && compared.channels === null;
    return isEmpty ? "Click cells on the right, or draw around them, to copy them." : "";
  }
}

/** Make room for the second picture while there is one. */
export function showSide({ stage, side }: Shell, { beside }: Workspace): void {
  const title = el("span", { class: "side-title" });
  side.holder.append(title);
  beside.follow((value) => {
    stage.classList.toggle("split", value !== null);
    side.holder.hidden = value === null;
    title.textContent = value?.title ?? "";
  });
}

function segmentationOption({ id, method, model, created_at, n_objects }: SegmentationJson) {
  const time = created_at === "" ? "" : `, ${new Date(created_at).toLocaleDateString()}`;
  return [`result:${id}`, `${method} (${model})${time}: ${n_objects} cells`] as const;
}

function optionGroup(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
): HTMLElement {
  const elements = options.map(([value, text]) => el("option", { value }, text));
  const group = el("optgroup", { label }, ...elements);
  group.hidden = options.length === 0;
  return group;
}
