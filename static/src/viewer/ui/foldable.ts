/** Sections of the panel that can be folded up, as the person left them at the last visit. */
import type { UserSettings } from "../data/user_settings.ts";
import { button, icon } from "./dom.ts";

/** Make the heading of a section a button that folds the rest of it. */
export function foldable(section: HTMLElement, name: string, settings: UserSettings): HTMLElement {
  const heading = section.querySelector("h2")!;
  const title = heading.firstChild!;
  const setting = `folded.${name}`;
  const show = (isFolded: boolean) => {
    section.classList.toggle("folded", isFolded);
    fold.setAttribute("aria-expanded", String(!isFolded));
  };
  const fold = button({ class: "fold" }, () => {
    const isFolded = !section.classList.contains("folded");
    show(isFolded);
    settings.write(setting, isFolded);
  });
  heading.replaceChild(fold, title);
  fold.append(title, icon("down"));
  show(settings.read(setting) === true);
  return section;
}
