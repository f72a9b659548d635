/** The scrubber through the versions: as it was, what has changed, and back to one of them. */
import { DIFFERENCE_COLORS } from "../model/comparison.ts";
import type { Editor } from "../tools/editor.ts";
import { button, el, icon } from "./dom.ts";
import { EDIT_WORDS } from "./edit_words.ts";

type Mode = "show" | "compare";

export class TimeLine {
  readonly element: HTMLElement;
  readonly #editor: Editor;
  readonly #version = versionSlider("Version");
  readonly #until = versionSlider("Compared until version");
  readonly #untilRow: HTMLElement;
  readonly #said = el("p", { class: "time-line-said", role: "status" });
  readonly #counts = el("ul", { class: "difference-counts" });
  readonly #restore: HTMLButtonElement;
  readonly #back: HTMLButtonElement;
  readonly #modes: Readonly<Record<Mode, HTMLButtonElement>>;
  #mode: Mode = "show";

  constructor(editor: Editor) {
    this.#editor = editor;
    const { travel } = editor;
    this.#modes = {
      show: button({}, () => this.#choose("show"), "As it was"),
      compare: button({}, () => this.#choose("compare"), "What changed"),
    };
    this.#restore = button(
      { class: "btn s" },
      () => void travel.restore(this.#version.valueAsNumber),
      "",
    );
    this.#back = button({ class: "btn s ghost" }, () => travel.back(), "Newest");
    this.#untilRow = el("label", { class: "until" }, el("span", {}, "until"), this.#until);
    this.element = el(
      "div",
      { class: "time-line" },
      el(
        "div",
        { class: "seg", role: "group", "aria-label": "What to show" },
        ...Object.values(this.#modes),
      ),
      el("div", { class: "scrub" }, this.#stepButton(-1), this.#version, this.#stepButton(1)),
      this.#untilRow,
      this.#said,
      this.#counts,
      el("div", { class: "time-line-acts" }, this.#restore, this.#back),
    );
    this.#version.addEventListener("input", () => this.#go());
    this.#until.addEventListener("input", () => this.#go());
    travel.state.listen(() => this.#fill());
    editor.workspace.document.version.listen(() => this.#fill());
    editor.workspace.comparison.listen(() => this.#fillCounts());
    this.#fill();
  }

  #stepButton(step: 1 | -1): HTMLElement {
    const name = step === 1 ? "Next version" : "Version before";
    return button(
      { class: "icon-btn", "aria-label": name, title: name },
      () => {
        this.#version.valueAsNumber += step;
        this.#go();
      },
      icon(step === 1 ? "forward" : "back"),
    );
  }

  #choose(mode: Mode): void {
    this.#mode = mode;
    if (mode === "compare" && this.#version.valueAsNumber >= this.#until.valueAsNumber) {
      this.#version.valueAsNumber = 0;
    }
    this.#go();
  }

  #go(): void {
    const [version, until] = [this.#version.valueAsNumber, this.#until.valueAsNumber];
    const { travel } = this.#editor;
    if (this.#mode === "show") travel.show(version);
    else travel.compare(version, until);
    this.#fill();
  }

  #fill(): void {
    const { travel, workspace } = this.#editor;
    const { shown, since } = travel.state.value;
    const { newest } = travel;
    this.#mode = since === null ? "show" : "compare";
    for (const [mode, element] of Object.entries(this.#modes)) {
      element.setAttribute("aria-pressed", String(mode === this.#mode));
      element.classList.toggle("on", mode === this.#mode);
    }
    showAt(this.#version, since ?? travel.shownVersion, newest);
    showAt(this.#until, travel.shownVersion, newest);
    this.#untilRow.hidden = this.#mode === "show";
    this.#said.replaceChildren(...this.#sentence());
    this.#restore.hidden = !workspace.annotation.value.can.edit || (since ?? shown) === null;
    this.#restore.textContent = `Restore version ${since ?? shown}`;
    this.#restore.title = "As a new version, which can be undone";
    this.#back.hidden = !travel.isAway;
    this.#fillCounts();
  }

  /** Which version it is, and who did what to make it. */
  #sentence(): (Node | string)[] {
    const { travel, workspace } = this.#editor;
    const { shown, since } = travel.state.value;
    if (since !== null) {
      const until = shown === null ? "the newest version" : `version ${shown}`;
      return [`From version ${since} to ${until}:`];
    }
    const version = travel.shownVersion;
    const edit = workspace.document.log[version - 1];
    const which =
      shown === null ? `Version ${version}, the newest` : `Version ${version} of ${travel.newest}`;
    if (edit === undefined) return [which];
    const time = new Date(edit.created_at).toLocaleString([], {
      dateStyle: "short",
      timeStyle: "short",
    });
    const what = EDIT_WORDS[edit.kind].toLowerCase();
    return [which, el("span", { class: "quiet" }, `${edit.author.name} ${what}, ${time}`)];
  }

  #fillCounts(): void {
    const comparison = this.#editor.workspace.comparison.value;
    this.#counts.hidden = comparison === null;
    if (comparison === null) return;
    const { added, removed, changed } = comparison.differences;
    this.#counts.replaceChildren(
      differenceLine("added", added.size),
      differenceLine("changed", changed.size),
      differenceLine("removed", removed.size),
    );
  }
}

/** The pattern and the colour as in the image, and how many cells. */
export function differenceLine(
  kind: keyof typeof DIFFERENCE_COLORS,
  count: number,
  word: string = kind,
): HTMLElement {
  const swatch = el("i", { class: `difference ${kind}`, "aria-hidden": "true" });
  swatch.style.color = DIFFERENCE_COLORS[kind];
  return el("li", {}, swatch, el("b", { class: "num" }, String(count)), ` ${word}`);
}

function versionSlider(label: string): HTMLInputElement {
  return el("input", { type: "range", min: 0, step: 1, "aria-label": label });
}

function showAt(slider: HTMLInputElement, version: number, newest: number): void {
  slider.max = String(newest);
  slider.value = String(version);
  slider.disabled = newest === 0;
  slider.style.setProperty("--part", String(newest === 0 ? 1 : version / newest));
  slider.setAttribute("aria-valuetext", `version ${version} of ${newest}`);
}
