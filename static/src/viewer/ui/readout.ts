/** The place under the pointer, and the value of every channel there, hidden ones too. */
import { STATE_WORDS, stateOf } from "../model/cell_state.ts";
import type { Workspace } from "../tools/workspace.ts";
import { el, grouped } from "./dom.ts";

export function readout(workspace: Workspace): HTMLElement {
  const element = el("div", { class: "readout", "aria-hidden": "true" });
  element.hidden = true;
  const show = () => {
    const point = workspace.pointer.value;
    const [y, x] = point === null ? [-1, -1] : [Math.round(point[0]), Math.round(point[1])];
    const isInside = y >= 0 && x >= 0 && y < workspace.height && x < workspace.width;
    element.hidden = !isInside;
    if (isInside) element.replaceChildren(...linesAt(workspace, y, x));
  };
  workspace.pointer.listen(show);
  workspace.channels.listen(show);
  for (const plane of [workspace.t, workspace.z]) plane.listen(show);
  return element;
}

function linesAt(workspace: Workspace, y: number, x: number): HTMLElement[] {
  const { image, images, channels, hovered, t } = workspace;
  const lines = [el("div", {}, `x ${x}  y ${y} px`)];
  image.channels.forEach(({ name }, c) => {
    const value = images.valueAt(y, x, c, t.value, workspace.imageZ);
    const dot = el("i");
    dot.style.background = channels.value[c]!.color;
    lines.push(el("div", {}, dot, `${name} ${value === null ? "…" : valueText(value)}`));
  });
  if (hovered.value !== 0) lines.push(el("div", {}, cellText(workspace, hovered.value)));
  return lines;
}

/** "cell 214 · Mitotic · changed by a person" */
function cellText(workspace: Workspace, label: number): string {
  const object = workspace.objectHere(label);
  if (object === null) return `cell ${label}`;
  const { facts } = object;
  const kind = facts.class === null ? [] : [workspace.classes.nameOf(facts.class)];
  const state = stateOf(object, workspace.annotation.value.state === "approved");
  return [`cell ${label}`, ...kind, ...(state === "model" ? [] : [STATE_WORDS[state]])].join(" · ");
}

export function valueText(value: number): string {
  return Number.isInteger(value) ? grouped(value) : value.toPrecision(4);
}
