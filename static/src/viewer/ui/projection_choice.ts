/** One slice, or all of them on top of each other; and how far that is. */
import type { Projection } from "../model/projection.ts";
import type { Editor } from "../tools/editor.ts";
import { el } from "./dom.ts";

const NAMES: Readonly<Record<Projection, string>> = {
  none: "one slice",
  max: "brightest of all",
  mean: "mean of all",
};

export function projectionChoice({ workspace, loader }: Editor): HTMLElement {
  const choice = el(
    "select",
    { class: "order", "aria-label": "Slices shown" },
    ...Object.entries(NAMES).map(([value, text]) => el("option", { value }, text)),
  );
  choice.addEventListener("change", () => workspace.projection.set(choice.value as Projection));
  workspace.projection.follow((projection) => {
    choice.value = projection;
  });
  const progress = el("progress", { "aria-label": "Slices read" });
  loader.projecting.progress.follow((now) => {
    progress.hidden = now === null;
    if (now === null) return;
    progress.max = now.total;
    progress.value = now.done;
    progress.title = `${now.done} of ${now.total} slices of the tiles on the screen`;
  });
  return el("span", { class: "projection" }, choice, progress);
}
