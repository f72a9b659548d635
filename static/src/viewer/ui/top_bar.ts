/** Where this image is, what state it is in, which plane is shown, and what to do with it. */
import type { Editor } from "../tools/editor.ts";
import { button, el, icon } from "./dom.ts";
import { planeSlider, playSettings, timeText } from "./plane_slider.ts";
import { presence } from "./presence.ts";
import { projectionChoice } from "./projection_choice.ts";
import type { ReviewActions } from "./review_actions.ts";
import { savedChip } from "./saved_chip.ts";
import { stateChip } from "./state_chip.ts";

export function fillTopBar(
  top: HTMLElement,
  editor: Editor,
  verbs: ReviewActions,
  toggles: { readonly history: () => void; readonly compare: () => void },
): void {
  const { workspace } = editor;
  const { image, annotation } = workspace;
  const back = el(
    "a",
    { class: "icon-btn", href: image.dataset.url, "aria-label": `Back to ${image.dataset.name}` },
    icon("back"),
  );
  const crumb = el(
    "span",
    { class: "faint crumbs" },
    `${image.project.name} / ${image.dataset.name} /`,
  );
  const chip = el("span", { class: "state" });
  annotation.follow(({ state }) => chip.replaceChildren(stateChip(state)));
  const history = button(
    { class: "btn ghost", "aria-expanded": "false", "aria-label": "History", id: "history-button" },
    toggles.history,
    icon("history"),
    el("span", {}, "History"),
  );
  const compare = button(
    { class: "btn ghost", "aria-expanded": "false", "aria-label": "Compare", id: "compare-button" },
    toggles.compare,
    icon("compare"),
    el("span", {}, "Compare"),
  );
  top.append(
    back,
    crumb,
    el("h1", { class: "t" }, image.name),
    chip,
    ...(workspace.nSlices === 1 && workspace.nFrames > 1 ? [planeBar(editor)] : []),
    el(
      "span",
      { class: "right" },
      savedChip(editor.sync),
      presence(editor.workspace),
      compare,
      history,
      verbs.element,
    ),
  );
}

/** The sliders over frames and slices with what belongs to them. */
export function planeBar(editor: Editor): HTMLElement {
  return el(
    "div",
    { class: "planes", role: "group", "aria-label": "Frames and slices" },
    ...planeSliders(editor),
    playSettings(editor.player),
  );
}

function planeSliders(editor: Editor): HTMLElement[] {
  const { workspace, player } = editor;
  const { frame_interval_s } = workspace.image;
  const parts: HTMLElement[] = [];
  if (workspace.nFrames > 1) {
    const options = {
      axis: "t" as const,
      name: "Frame",
      count: workspace.nFrames,
      value: workspace.t,
      onChange: (t: number) => workspace.goToPlane(t, workspace.z.value),
      note: (t: number) => (frame_interval_s === null ? "" : timeText(t * frame_interval_s)),
    };
    parts.push(planeSlider(options, player));
  }
  if (workspace.nSlices > 1) {
    const options = {
      axis: "z" as const,
      name: "Slice",
      count: workspace.nSlices,
      value: workspace.z,
      onChange: (z: number) => workspace.goToPlane(workspace.t.value, z),
      note: () => "",
    };
    parts.push(planeSlider(options, player), projectionChoice(editor));
  }
  return parts;
}
