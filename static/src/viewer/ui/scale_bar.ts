/** The scale bar: µm when the size of a pixel is known, else pixels. */
import { roundLength } from "../model/view.ts";
import type { Workspace } from "../tools/workspace.ts";
import { el } from "./dom.ts";

const LONGEST = 140;

export function scaleBar(workspace: Workspace): HTMLElement {
  const text = el("span");
  const bar = el("i");
  const element = el("div", { class: "scale" }, text, bar);
  const umPerPixel = workspace.image.pixel_size_um?.[1] ?? null;
  workspace.view.follow(({ zoom }) => {
    const perScreenPixel = (umPerPixel ?? 1) / zoom;
    const length = roundLength(LONGEST * perScreenPixel);
    text.textContent = lengthText(length, umPerPixel === null ? "px" : "µm");
    bar.style.width = `${Math.round(length / perScreenPixel)}px`;
  });
  return element;
}

export function lengthText(length: number, unit: "px" | "µm"): string {
  if (unit === "µm" && length >= 1000) return `${length / 1000} mm`;
  return `${Number(length.toPrecision(3))} ${unit}`;
}
