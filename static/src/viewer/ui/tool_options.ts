/** What can be chosen for the tool in use: the size of the brush, and what it may paint over. */
import type { UserSettings } from "../data/user_settings.ts";
import {
  atPartOfRange,
  type BrushSize,
  type BrushUnit,
  brushFrom,
  inUnit,
  partOfRange,
} from "../model/brush_size.ts";
import type { ToolId, Workspace } from "../tools/workspace.ts";
import { button, el, icon } from "./dom.ts";

const SETTING = "brush";
const SNAPPING = "brush.snapping";
const ROUND_TOOLS: readonly ToolId[] = ["brush", "eraser"];
const UNITS: readonly (readonly [BrushUnit, string, string])[] = [
  ["image", "image", "The brush covers as many pixels of the image at every zoom"],
  ["screen", "screen", "The brush looks the same at every zoom"],
];

export function toolOptions(workspace: Workspace, settings: UserSettings): HTMLElement {
  keep(workspace, settings);
  const bar = el(
    "div",
    { class: "tool-options", role: "group", "aria-label": "Brush" },
    ...sizeChoice(workspace),
    unitChoice(workspace),
    snapChoice(workspace.isSnapping),
  );
  workspace.tool.follow((tool) => {
    bar.hidden = !ROUND_TOOLS.includes(tool) || !workspace.canEdit;
  });
  return bar;
}

/** The brush is as the person left it. */
function keep({ brush, isSnapping }: Workspace, settings: UserSettings): void {
  const kept = brushFrom(settings.read(SETTING));
  if (kept) brush.set(kept);
  brush.listen((value) => settings.write(SETTING, value));
  isSnapping.set(settings.read(SNAPPING) === true);
  isSnapping.listen((value) => settings.write(SNAPPING, value));
}

function sizeChoice({ brush }: Workspace): HTMLElement[] {
  const slider = el("input", {
    ...{ type: "range", min: 0, max: 1, step: 0.005 },
    "aria-label": "Size of the brush",
  });
  const value = el("output", { class: "num" });
  slider.addEventListener("input", () => {
    brush.update((size) => atPartOfRange(size, slider.valueAsNumber));
  });
  brush.follow((size) => {
    const part = partOfRange(size);
    slider.value = String(part);
    slider.style.setProperty("--part", String(part));
    slider.setAttribute("aria-valuetext", textOf(size));
    value.textContent = `${size.radius * 2} px of the`;
  });
  return [el("span", { "aria-hidden": "true" }, "Size"), slider, value];
}

function textOf({ radius, unit }: BrushSize): string {
  return `${radius * 2} pixels of the ${unit}`;
}

function snapChoice(isSnapping: Workspace["isSnapping"]): HTMLElement {
  const title = "Strokes end where the model sees the outline of the cell; ctrl for one stroke";
  const toggle = () => isSnapping.update((value) => !value);
  const element = button({ class: "btn s", title }, toggle, icon("snap"), "Snap to cell");
  isSnapping.follow((value) => element.setAttribute("aria-pressed", String(value)));
  return element;
}

function unitChoice({ brush, view }: Workspace): HTMLElement {
  const buttons = UNITS.map(([unit, text, title]) => {
    const choose = () => brush.update((size) => inUnit(size, unit, view.value.zoom));
    const element = button({ title, "aria-label": `Pixels of the ${unit}` }, choose, text);
    brush.follow((size) => {
      element.setAttribute("aria-pressed", String(size.unit === unit));
      element.classList.toggle("on", size.unit === unit);
    });
    return element;
  });
  const name = "The size is measured in";
  return el("div", { class: "seg", role: "group", "aria-label": name }, ...buttons);
}
