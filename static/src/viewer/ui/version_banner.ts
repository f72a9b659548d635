/** Says over the image that these are not the newest masks, and leads back to them. */
import type { Editor } from "../tools/editor.ts";
import { button, el, icon, kbd } from "./dom.ts";

export function versionBanner({ travel }: Editor): HTMLElement {
  const text = el("span", {});
  const back = button({ class: "btn s" }, () => travel.back(), "Newest ", kbd("Esc"));
  const element = el(
    "div",
    { class: "banner version", role: "status" },
    icon("history"),
    text,
    back,
  );
  travel.state.follow(({ shown, since }) => {
    element.hidden = shown === null && since === null;
    text.textContent =
      since === null
        ? `Version ${shown} of ${travel.newest}: only to look at`
        : `What changed since version ${since}`;
  });
  return element;
}
