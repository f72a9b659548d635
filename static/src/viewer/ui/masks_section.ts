/** How the masks are drawn. */
import type { MaskMode } from "../render/display.ts";
import type { Editor } from "../tools/editor.ts";
import type { Workspace } from "../tools/workspace.ts";
import { button, el, icon } from "./dom.ts";
import { groupedOptions } from "./grouped_options.ts";
import { legend } from "./legend.ts";

const MODES: readonly (readonly [MaskMode, string])[] = [
  ["outline", "Outline"],
  ["fill", "Fill"],
  ["off", "Off"],
];

export function masksSection({ workspace, intensities }: Editor): HTMLElement {
  const opacity = el("input", {
    type: "range",
    min: 0.1,
    max: 1,
    step: 0.01,
    "aria-label": "Opacity of the masks",
  });
  opacity.addEventListener("input", () => workspace.maskOpacity.set(opacity.valueAsNumber));
  workspace.maskOpacity.follow((value) => {
    opacity.value = String(value);
    opacity.style.setProperty("--part", String((value - 0.1) / 0.9));
  });
  const warnings = el("ul", { class: "warnings" });
  workspace.annotation.follow(({ base }) => {
    const items = (base?.warnings ?? []).map((text) => el("li", {}, icon("warning"), text));
    warnings.replaceChildren(...items);
    warnings.hidden = items.length === 0;
  });
  return el(
    "section",
    { class: "sec" },
    el("h2", {}, "Masks", coloringChoice(workspace)),
    el("div", { class: "mask-row" }, modeButtons(workspace), opacity),
    legend(workspace, intensities),
    warnings,
  );
}

function coloringChoice(workspace: Workspace): HTMLElement {
  const choice = el("select", { class: "order", "aria-label": "Color of the masks" });
  workspace.classes.revision.follow(() => {
    choice.replaceChildren(...groupedOptions(workspace.colorings, ({ name }) => `by ${name}`));
    choice.value = workspace.coloring.value;
  });
  choice.addEventListener("change", () => workspace.coloring.set(choice.value));
  workspace.coloring.follow((id) => {
    choice.value = id;
  });
  return choice;
}

function modeButtons(workspace: Workspace): HTMLElement {
  const buttons = MODES.map(([mode, text]) => {
    const element = button({}, () => workspace.maskMode.set(mode), text);
    workspace.maskMode.follow((now) => {
      element.setAttribute("aria-pressed", String(now === mode));
      element.classList.toggle("on", now === mode);
    });
    return element;
  });
  return el("div", { class: "seg", role: "group", "aria-label": "Masks" }, ...buttons);
}
