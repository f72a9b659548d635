/** Says over the image that these are not the newest masks, and leads back to them. */
import type { Editor } from "../tools/editor.ts";
import { button, el, icon, kbd } from "./dom.ts";

export function versionBanner(editor: Editor): HTMLElement {
  const { travel, workspace, bringingBack } = editor;
  const text = el("span", {});
  const copy = button({ class: "btn s primary" }, () => void editor.copyOver());
  const back = button({ class: "btn s" }, () => travel.back(), "Newest ", kbd("Esc"));
  const element = el(
    "div",
    { class: "version-banner", role: "status" },
    icon("history"),
    text,
    copy,
    back,
  );
  const fill = () => {
    const { shown, since } = travel.state.value;
    const n = bringingBack.chosen.length;
    const mayCopy = workspace.annotation.value.can.edit;
    element.hidden = shown === null && since === null;
    copy.hidden = !mayCopy || n === 0;
    copy.textContent = n === 1 ? "Bring this cell back" : `Bring ${n} cells back`;
    const hint = "select cells to bring them back";
    if (since !== null) {
      const more = mayCopy && n === 0 ? `: ${hint}` : "";
      text.textContent = `What changed since version ${since}${more}`;
    } else if (shown !== null) {
      const more = mayCopy && n === 0 ? hint : "only to look at";
      text.textContent = `Version ${shown} of ${travel.newest}: ${more}`;
    }
  };
  travel.state.follow(fill);
  for (const chosen of [workspace.selected, workspace.picked]) chosen.listen(fill);
  workspace.comparison.listen(fill);
  return element;
}
