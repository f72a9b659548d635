/** What the colours of the masks mean. */
import { type Legend, RAMP } from "../model/colorings.ts";
import type { Intensities } from "../tools/intensities.ts";
import type { Workspace } from "../tools/workspace.ts";
import { delayed } from "./delayed.ts";
import { el } from "./dom.ts";
import { measureText } from "./measure_text.ts";

export function legend(workspace: Workspace, { revision }: Intensities): HTMLElement {
  const element = el("div", { class: "legend", role: "note", "aria-label": "Colors of the masks" });
  const show = () => {
    const { legend } = workspace.colors;
    element.hidden = legend.kind === "none";
    element.replaceChildren(...partsOf(legend));
  };
  const later = delayed(show);
  workspace.coloring.listen(show);
  for (const signal of [workspace.t, workspace.z]) signal.listen(show);
  workspace.classes.revision.listen(show);
  revision.listen(show);
  workspace.document.objects.revision.listen(() => !element.hidden && later());
  show();
  return element;
}

function partsOf(legend: Legend): HTMLElement[] {
  if (legend.kind === "none") return [];
  if (legend.kind === "entries") {
    return legend.entries.map(({ color, text }) => {
      const dot = el("i", { class: "legend-dot" });
      dot.style.background = color;
      return el("span", { class: "legend-entry" }, dot, text);
    });
  }
  const ramp = el("i", { class: "legend-ramp" });
  ramp.style.background = `linear-gradient(to right, ${RAMP.join(", ")})`;
  const { low, high, unit } = legend;
  const ends = [`≤ ${measureText(low, unit)}`, `≥ ${measureText(high, unit)}`];
  return [
    ramp,
    el("span", { class: "legend-ends num" }, ...ends.map((text) => el("span", {}, text))),
  ];
}
