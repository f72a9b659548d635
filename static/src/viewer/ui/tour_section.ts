/** The first tour, on the cells that are open: once for every person, and skipped with one click. */
import type { UserSettings } from "../data/user_settings.ts";
import { TOUR, type TourFacts } from "../model/tour.ts";
import type { Workspace } from "../tools/workspace.ts";
import { button, el, kbd } from "./dom.ts";

const SETTING = "tour";
const DONE = "done";

/** null when this person has seen it, or can change nothing here. */
export function tourSection(workspace: Workspace, settings: UserSettings): HTMLElement | null {
  const isSeen = settings.read(SETTING) === DONE;
  if (isSeen || !workspace.canEdit || workspace.objectsHere().length === 0) return null;
  return new Tour(workspace, settings).element;
}

class Tour {
  readonly element = el("section", { class: "sec tour", "aria-label": "First steps" });
  readonly #workspace: Workspace;
  readonly #settings: UserSettings;
  readonly #step = el("div", { role: "status" });
  readonly #next = button({ class: "btn s primary" }, () => this.#go(), "Next");
  #index = 0;
  #before: TourFacts;

  constructor(workspace: Workspace, settings: UserSettings) {
    this.#workspace = workspace;
    this.#settings = settings;
    this.#before = this.#facts();
    const skip = button({ class: "btn s ghost" }, () => this.#end(), "Skip the tour");
    this.element.append(this.#step, el("div", { class: "tour-acts" }, this.#next, skip));
    const { focus, dealtWith, document, tool } = workspace;
    const look = () => this.#look();
    focus.listen(look);
    dealtWith.labels.listen(look);
    document.pending.listen(look);
    tool.listen(look);
    this.#show();
  }

  #facts(): TourFacts {
    const { focus, dealtWith, document, tool } = this.#workspace;
    const edits = [...document.log, ...document.pending.value];
    return {
      isLookingAtCell: focus.value !== null,
      nDecided: dealtWith.labels.value.size + edits.length,
      tool: tool.value,
      hasUndone: edits.at(-1)?.kind === "undo",
    };
  }

  #look(): void {
    if (this.element.isConnected && TOUR[this.#index]!.isDone(this.#facts(), this.#before))
      this.#go();
  }

  #go(): void {
    this.#index++;
    if (this.#index === TOUR.length) {
      this.#end();
      return;
    }
    this.#before = this.#facts();
    this.#show();
  }

  #end(): void {
    this.#settings.write(SETTING, DONE);
    this.element.remove();
  }

  #show(): void {
    const { title, text, key } = TOUR[this.#index]!;
    this.#step.replaceChildren(
      el("h2", {}, title, el("span", {}, `${this.#index + 1} of ${TOUR.length}`)),
      el("p", {}, key === null ? null : kbd(key), key === null ? null : " ", text),
    );
    this.#next.textContent = this.#index === TOUR.length - 1 ? "Done" : "Next";
  }
}
