/** Two people changed the same place: who did what, both changes in the image, and what is to hold. */
import type { Edit, PendingEdit } from "../model/edit.ts";
import type { SetAside } from "../model/set_aside.ts";
import { SIDE_COLORS } from "../tools/conflict_overlay.ts";
import type { Side } from "../tools/conflicts.ts";
import type { Editor } from "../tools/editor.ts";
import { button, el } from "./dom.ts";
import { EDIT_WORDS } from "./edit_words.ts";

const SIDE_WORDS: Readonly<Record<Side, string>> = {
  both: "Both",
  mine: "Mine",
  theirs: "Theirs",
};

export class ConflictPanel {
  readonly element: HTMLElement;
  readonly #editor: Editor;
  readonly #panel: HTMLElement;
  /** Always there, so that a screen reader hears of what appears. */
  readonly #said = el("p", { class: "visually-hidden", role: "status" });
  readonly #title = el("h2", {});
  readonly #text = el("p", {});
  readonly #rows = el("ul", { class: "conflict-sides" });
  readonly #sides: Readonly<Record<Side, HTMLButtonElement>>;
  readonly #sideGroup: HTMLElement;
  readonly #acts = el("div", { class: "conflict-acts" });

  constructor(editor: Editor) {
    this.#editor = editor;
    const { conflicts, stage, workspace } = editor;
    const choose = (side: Side) => button({}, () => conflicts.side.set(side), SIDE_WORDS[side]);
    this.#sides = { both: choose("both"), mine: choose("mine"), theirs: choose("theirs") };
    this.#sideGroup = el(
      "div",
      { class: "seg", role: "group", "aria-label": "Whose change to show" },
      ...Object.values(this.#sides),
    );
    this.#panel = el(
      "section",
      { class: "conflict-panel", "aria-label": "Changes at the same place" },
      el("header", {}, this.#title),
      this.#text,
      this.#rows,
      this.#sideGroup,
      this.#acts,
    );
    this.element = el("div", {}, this.#said, this.#panel);
    conflicts.current.follow(() => this.#fill());
    // Which of how many it is changes with the others too.
    editor.sync.outbox.setAside.listen(() => this.#fill());
    workspace.annotation.listen(() => this.#fill());
    conflicts.side.follow((side) => {
      for (const [name, element] of Object.entries(this.#sides)) {
        element.setAttribute("aria-pressed", String(name === side));
        element.classList.toggle("on", name === side);
      }
      stage.touch();
    });
  }

  /** Bring the keyboard to the choice, or say that there is none. */
  focus(): void {
    const { conflicts, workspace } = this.#editor;
    if (conflicts.current.value === null)
      workspace.say("info", "No two changes wait for a choice.");
    else this.#acts.querySelector("button")?.focus();
  }

  #fill(): void {
    const { conflicts, stage } = this.#editor;
    const entry = conflicts.current.value;
    stage.touch();
    // The keyboard goes back to the image with the panel.
    const hasFocus = this.#panel.contains(document.activeElement);
    this.#panel.hidden = entry === null;
    if (entry === null) {
      if (hasFocus) document.querySelector<HTMLElement>("#viewer .holder")?.focus();
      this.#said.textContent = "";
      return;
    }
    const n = conflicts.all.length;
    const which = n === 1 ? "" : ` · ${conflicts.all.indexOf(entry) + 1} of ${n}`;
    this.#title.textContent = `${titleOf(entry)}${which}`;
    this.#text.textContent = sentenceOf(entry, this.#nameOf(entry));
    this.#said.textContent = `${this.#title.textContent}. ${this.#text.textContent}`;
    this.#rows.replaceChildren(
      sideRow("mine", "Mine", entry.edits),
      ...(entry.cause.length === 0 ? [] : [sideRow("theirs", this.#nameOf(entry), entry.cause)]),
    );
    this.#sideGroup.hidden = entry.cause.length === 0;
    this.#showButtons(entry, hasFocus);
  }

  /** The keyboard stays on the button that it was on, or goes to the first. */
  #showButtons(entry: SetAside, hasFocus: boolean): void {
    const name = this.#acts.contains(document.activeElement)
      ? document.activeElement?.textContent
      : null;
    const buttons = this.#buttons(entry);
    this.#acts.replaceChildren(...buttons);
    if (!hasFocus || this.#panel.contains(document.activeElement)) return;
    (buttons.find(({ textContent }) => textContent === name) ?? buttons[0])?.focus();
  }

  async #showReplaced(entry: SetAside): Promise<void> {
    const { conflicts, replacedMasks } = this.#editor;
    conflicts.goThere();
    await replacedMasks.show(entry);
  }

  #nameOf({ cause }: SetAside): string {
    const { me } = this.#editor.workspace.annotation.value;
    const nameOf = ({ author }: Edit) =>
      author.id === me.id ? "You in another window" : author.name;
    const names = [...new Set(cause.map(nameOf))];
    return names.length < 3 ? names.join(" and ") : `${names[0]} and ${names.length - 1} others`;
  }

  #buttons(entry: SetAside): HTMLElement[] {
    const { conflicts } = this.#editor;
    const show = button({ class: "btn s ghost" }, () => conflicts.goThere(), "Show the place");
    const next = button({ class: "btn s ghost" }, () => conflicts.next(), "Next");
    const looks = conflicts.all.length > 1 ? [show, next] : [show];
    return [...looks, ...this.#choices(entry)];
  }

  /** What may become of the own change; what is most likely meant comes last. */
  #choices(entry: SetAside): HTMLElement[] {
    const { conflicts, workspace, sync } = this.#editor;
    const main = (run: () => void, text: string) => button({ class: "btn s primary" }, run, text);
    const drop = button({ class: "btn s danger" }, () => conflicts.forget(entry), "Forget mine");
    const put = () => void conflicts.putOnTop(entry);
    const canEdit = workspace.annotation.value.can.edit;
    if (entry.replaced !== undefined) {
      return [drop, main(() => void this.#showReplaced(entry), "Show the masks before")];
    }
    if (sync.outbox.isOutdated) return [drop, main(() => location.reload(), "Reload the page")];
    if (!canEdit) return [drop];
    if (entry.cause.length === 0) return [drop, main(put, "Try again")];
    const keep = button({ class: "btn s" }, () => void conflicts.keepTheirs(entry), "Keep theirs");
    return [keep, main(put, "Put mine on top")];
  }
}

function titleOf({ cause, replaced }: SetAside): string {
  if (replaced !== undefined) return "Drawn on former masks";
  if (cause.length === 0) return "Not saved";
  return "Two changes at the same place";
}

/** What happened, what is kept, and what each choice does. */
function sentenceOf({ edits, cause, reason, replaced }: SetAside, name: string): string {
  const mine = edits.length === 1 ? "Your change is" : `Your ${edits.length} changes are`;
  if (replaced !== undefined) {
    return (
      `This image was segmented anew before all that you drew reached the server. ${mine} kept ` +
      "in this browser. Show the masks of then beside the new ones, copy the cells that you " +
      "want to keep, then forget the rest."
    );
  }
  if (cause.length > 0) {
    return (
      `${name} changed the same cells before your change reached the server. ` +
      `${mine} kept. Whichever you choose, both stay in the history.`
    );
  }
  const why = reason ?? "The masks have changed since you drew here.";
  return `${why} ${mine} kept in this browser until you decide.`;
}

function sideRow(
  side: "mine" | "theirs",
  name: string,
  edits: readonly (Edit | PendingEdit)[],
): HTMLElement {
  const swatch = el("i", { class: `side-swatch ${side}`, "aria-hidden": "true" });
  swatch.style.color = SIDE_COLORS[side];
  const words = [...new Set(edits.map(({ kind }) => EDIT_WORDS[kind].toLowerCase()))].join(", ");
  const last = edits.at(-1)!;
  const when = "created_at" in last ? `, ${timeOf(last.created_at)}` : "";
  return el("li", {}, swatch, el("b", {}, name), el("span", { class: "quiet" }, `${words}${when}`));
}

function timeOf(moment: string): string {
  return new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
