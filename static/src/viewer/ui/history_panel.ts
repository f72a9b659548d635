/** The edits of this image by person, the newest first; one opens its version and its place. */
import type { Edit } from "../model/edit.ts";
import { placesOfChange } from "../model/place_of_change.ts";
import type { Palette } from "../render/display.ts";
import type { Editor } from "../tools/editor.ts";
import { ChangeThumbnails } from "./change_thumbnail.ts";
import { button, el, icon, initials } from "./dom.ts";
import { EDIT_WORDS } from "./edit_words.ts";
import { TimeLine } from "./time_line.ts";

const MOST_GROUPS = 200;
const SAME_GROUP_WITHIN_MS = 10 * 60 * 1000;

export class HistoryPanel {
  readonly element: HTMLElement;
  readonly #editor: Editor;
  readonly #list = el("ol", { class: "history-list" });
  readonly #timeLine: TimeLine;
  readonly #pictures: ChangeThumbnails;

  constructor(editor: Editor, palette: Palette) {
    this.#editor = editor;
    this.#timeLine = new TimeLine(editor);
    this.#pictures = new ChangeThumbnails(palette);
    const close = button(
      { class: "icon-btn", "aria-label": "Close the history" },
      () => this.toggle(),
      icon("close"),
    );
    this.element = el(
      "section",
      { class: "history", "aria-label": "History", id: "history" },
      el("header", {}, el("h2", {}, "History"), close),
      this.#timeLine.element,
      this.#list,
    );
    this.element.hidden = true;
    editor.workspace.document.version.listen(() => this.#fill());
    editor.travel.state.listen(() => this.#fill());
  }

  toggle(): void {
    this.element.hidden = !this.element.hidden;
    if (this.element.hidden) this.#editor.travel.back();
    document
      .querySelector("#history-button")
      ?.setAttribute("aria-expanded", String(!this.element.hidden));
    this.#fill();
  }

  #fill(): void {
    if (this.element.hidden) return;
    const { document: labels, annotation } = this.#editor.workspace;
    const groups = groupEdits(labels.log).slice(0, MOST_GROUPS);
    const { base } = annotation.value;
    const made = base?.method === "import" ? "Imported masks" : `Segmented with ${base?.method}`;
    const start = base ? made : "Started empty";
    const first = el(
      "li",
      {},
      button(
        { class: "history-row", "aria-current": this.#isShown(0, 0) },
        () => this.#editor.travel.show(0),
        el("span", { class: "change-picture" }, icon("segmented")),
        el("span", {}, el("b", {}, start), el("span", { class: "quiet" }, "Version 0")),
      ),
    );
    this.#list.replaceChildren(...groups.map((group) => this.#row(group)), first);
  }

  #row(group: readonly Edit[]): HTMLElement {
    const last = group.at(-1)!;
    const times = group.length > 1 ? ` × ${group.length}` : "";
    const face = el("span", { class: "avatar", "aria-hidden": "true" }, initials(last.author.name));
    face.style.background = this.#colorOf(last.author.id);
    const text = el(
      "span",
      {},
      el("b", {}, last.author.name),
      el("span", { class: "quiet" }, `${EDIT_WORDS[last.kind]}${times}`),
    );
    const time = new Date(last.created_at);
    const shown = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const when = el(
      "time",
      { class: "faint num", datetime: last.created_at, title: time.toLocaleString() },
      shown,
    );
    return el(
      "li",
      {},
      button(
        {
          class: "history-row",
          "aria-current": this.#isShown(group[0]!.version, last.version),
        },
        () => this.#show(last),
        this.#pictures.of(group),
        text,
        el("span", { class: "history-who" }, when, face),
      ),
    );
  }

  /** "true" for the line in which the version on the screen lies. */
  #isShown(first: number, last: number): string | undefined {
    const version = this.#editor.travel.shownVersion;
    return version >= first && version <= last ? "true" : undefined;
  }

  #colorOf(id: string): string {
    const { me } = this.#editor.workspace.annotation.value;
    const people = this.#editor.workspace.people.value;
    return id === me.id
      ? me.color
      : (people.find((person) => person.id === id)?.color ?? "#4b5560");
  }

  /** The masks as they were after the edit, at its place. */
  #show(edit: Edit): void {
    this.#editor.travel.show(edit.version);
    const { workspace, glide } = this.#editor;
    const [place] = placesOfChange(edit, workspace.shown.value.objects);
    if (place === undefined) return;
    workspace.goToPlane(place.t, place.z);
    const [y0, x0, y1, x1] = place.box;
    const { size } = workspace.view.value;
    const fitting = 0.3 * Math.min(size.height / (y1 - y0), size.width / (x1 - x0));
    glide.to([(y0 + y1 - 1) / 2, (x0 + x1 - 1) / 2], Math.min(6, Math.max(0.5, fitting)));
  }
}

/** Edits of the same kind that one person made in a row become one line; the newest line first. */
export function groupEdits(log: readonly Edit[]): Edit[][] {
  const groups: Edit[][] = [];
  for (const edit of log) {
    const last = groups.at(-1)?.at(-1);
    const pause = last ? Date.parse(edit.created_at) - Date.parse(last.created_at) : Infinity;
    const isSame = last?.kind === edit.kind && last.author.id === edit.author.id;
    if (isSame && pause < SAME_GROUP_WITHIN_MS) groups.at(-1)!.push(edit);
    else groups.push([edit]);
  }
  return groups.reverse();
}
