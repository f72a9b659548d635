/** The frame of the page: bar, rail, canvas, panel, filmstrip. */
import { el } from "./dom.ts";

export interface Shell {
  readonly top: HTMLElement;
  readonly rail: HTMLElement;
  readonly stage: HTMLElement;
  /** The part of the stage that takes the pointer. */
  readonly holder: HTMLElement;
  readonly picture: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
  /** The second picture, hidden until something is compared. */
  readonly side: {
    readonly holder: HTMLElement;
    readonly picture: HTMLCanvasElement;
    readonly overlay: HTMLCanvasElement;
  };
  readonly panel: HTMLElement;
  readonly film: HTMLElement;
}

const CANVAS_LABEL =
  "Microscope image with cell outlines. N goes to the next doubtful cell, question mark lists all keys.";

export function buildShell(root: HTMLElement): Shell {
  const picture = el("canvas", { class: "picture", "aria-hidden": "true" });
  const overlay = el("canvas", { class: "overlay", "aria-hidden": "true" });
  const holder = el(
    "div",
    { class: "holder", tabindex: 0, role: "application", "aria-label": CANVAS_LABEL },
    picture,
    overlay,
  );
  const side = buildSide();
  const shell = {
    top: el("header", { class: "top" }),
    rail: el("nav", { class: "rail", "aria-label": "Tools" }),
    stage: el("section", { class: "stage", "aria-label": "Image" }, holder, side.holder),
    holder,
    picture,
    overlay,
    side,
    panel: el("aside", { class: "panel", "aria-label": "Cells and display" }),
    film: el("nav", { class: "film", "aria-label": "Images of this dataset" }),
  };
  root.replaceChildren(shell.top, shell.rail, shell.stage, shell.panel, shell.film);
  return shell;
}

function buildSide(): Shell["side"] {
  const picture = el("canvas", { "aria-hidden": "true" });
  const overlay = el("canvas", { class: "overlay", "aria-hidden": "true" });
  const label = "The same place for comparison. Click cells or draw around them to copy them.";
  const holder = el(
    "div",
    { class: "holder side", tabindex: 0, role: "application", "aria-label": label },
    picture,
    overlay,
  );
  holder.hidden = true;
  return { holder, picture, overlay };
}
