/** A small menu that gives the chosen cells a class: press its key, click it, or use the arrows. */
import { type CellClasses, CLASS_COLORS, JUST_A_CELL } from "../model/cell_class.ts";
import type { Editor } from "../tools/editor.ts";
import { POINT_AT_A_CELL } from "../tools/marking.ts";
import { button, el, grouped, kbd } from "./dom.ts";
import { stepThrough } from "./menu_keys.ts";

const NO_CLASS_KEY = "0";

interface Choice {
  readonly id: string | null;
  readonly name: string;
  readonly key: string;
  readonly color: string | null;
}

export function openClassMenu(editor: Editor, labels: readonly number[]): void {
  const { workspace, editing } = editor;
  if (workspace.classes.offered.length === 0) offerClassPage(editor);
  else if (labels.length === 0) workspace.say("info", POINT_AT_A_CELL);
  else if (editing.mayEdit()) showMenu(editor, labels, choicesOf(workspace.classes));
}

function choicesOf({ offered }: CellClasses): Choice[] {
  return [
    ...offered.map(({ id, name, key, color }) => ({ id, name, key, color: CLASS_COLORS[color] })),
    { id: null, name: `${JUST_A_CELL} (no class)`, key: NO_CLASS_KEY, color: null },
  ];
}

function showMenu(editor: Editor, labels: readonly number[], choices: readonly Choice[]): void {
  const choose = ({ id }: Choice) => {
    dialog.close();
    editor.marking.classify(labels, id);
  };
  const items = choices.map((choice) => menuItem(choice, () => choose(choice)));
  const what = labels.length === 1 ? `cell ${labels[0]}` : `${grouped(labels.length)} cells`;
  const dialog = el(
    "dialog",
    { class: "dialog class-menu", "aria-labelledby": "class-menu-title" },
    el("h2", { id: "class-menu-title" }, `Class of ${what}`),
    el("div", { role: "menu", "aria-labelledby": "class-menu-title" }, ...items),
  );
  dialog.addEventListener("keydown", (event) => {
    // Once the menu is closed the page would take the key for one of its own.
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = choices.find(({ key }) => key === event.key.toLowerCase());
    if (chosen) choose(chosen);
    else if (!stepThrough(items, event.key)) return;
    event.preventDefault();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  items[currentIndex(editor, labels, choices)]!.focus();
}

function menuItem({ name, key, color }: Choice, run: () => void): HTMLButtonElement {
  const dot = el("i", { class: "legend-dot" });
  if (color !== null) dot.style.background = color;
  return button(
    { class: "class-item", role: "menuitem" },
    run,
    dot,
    el("span", {}, name),
    kbd(key.toUpperCase()),
  );
}

/** The class that the first cell has now. */
function currentIndex(editor: Editor, labels: readonly number[], choices: readonly Choice[]) {
  const now = editor.workspace.document.objects.facts.ofCell(labels[0]!).class;
  return Math.max(
    0,
    choices.findIndex(({ id }) => id === now),
  );
}

function offerClassPage({ workspace }: Editor): void {
  const text = "This project has no classes of cells yet. A manager can make them.";
  const run = () => location.assign(`/projects/${workspace.image.project.id}/classes`);
  workspace.say("info", text, { label: "Open the page", run });
}
