/** Says over the image that these are not the newest masks, and leads back to them. */
import type { Editor } from "../tools/editor.ts";
import { button, el, icon, kbd } from "./dom.ts";

export function versionBanner({ travel }: Editor): HTMLElement {
  const text = el("span", {});
  const back = button({ class: "btn s" }, () => travel.back(), "Newest ", kbd("Esc"));
  const element = el(
    "div",
    { class: "version-banner", role: "status" },
    icon("history"),
    text,
    back,
  );
  travel.state.follow(({ shown, since }) => {
    element.hidden = shown === null && since === null;
    if (since !== null) text.textContent = `What changed since version ${since}`;
    else if (shown !== null) {
      text.textContent = `Version ${shown} of ${travel.newest}: only to look at`;
    }
  });
  return element;
}
