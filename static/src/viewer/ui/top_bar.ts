/** Where this image is, what state it is in, which plane is shown, and what to do with it. */
import type { Editor } from "../tools/editor.ts";
import { button, el, icon } from "./dom.ts";
import { planeSlider, timeText } from "./plane_slider.ts";
import { presence } from "./presence.ts";
import type { ReviewActions } from "./review_actions.ts";
import { savedChip } from "./saved_chip.ts";
import { stateChip } from "./state_chip.ts";

export function fillTopBar(
  top: HTMLElement,
  editor: Editor,
  verbs: ReviewActions,
  toggleHistory: () => void,
): void {
  const { image, annotation } = editor.workspace;
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
    { class: "btn ghost", "aria-expanded": "false", id: "history-button" },
    toggleHistory,
    icon("history"),
    el("span", {}, "History"),
  );
  top.append(
    back,
    crumb,
    el("h1", { class: "t" }, image.name),
    chip,
    ...planeSliders(editor),
    el(
      "span",
      { class: "right" },
      savedChip(editor.sync.outbox.state),
      presence(editor.workspace),
      history,
      verbs.element,
    ),
  );
}

function planeSliders(editor: Editor): HTMLElement[] {
  const { workspace } = editor;
  const { frame_interval_s } = workspace.image;
  const sliders: HTMLElement[] = [];
  if (workspace.nFrames > 1) {
    sliders.push(
      planeSlider({
        letter: "T",
        name: "Frame",
        count: workspace.nFrames,
        value: workspace.t,
        onChange: (t) => workspace.goToPlane(t, workspace.z.value),
        note: (t) => (frame_interval_s === null ? "" : timeText(t * frame_interval_s)),
      }),
    );
  }
  if (workspace.nSlices > 1) {
    sliders.push(
      planeSlider({
        letter: "Z",
        name: "Slice",
        count: workspace.nSlices,
        value: workspace.z,
        onChange: (z) => workspace.goToPlane(workspace.t.value, z),
        note: () => "",
      }),
    );
  }
  return sliders;
}
