/** The tools on the left, each with its key. */
import type { Editor } from "../tools/editor.ts";
import type { ToolId } from "../tools/workspace.ts";
import { button, el, icon } from "./dom.ts";
import type { KeyBindings } from "./key_bindings.ts";

/** Commands of the rail with their icons; null is a line. */
const RAIL: readonly (readonly [command: string, icon: string] | null)[] = [
  ["pick", "pick"],
  ["choose", "choose"],
  null,
  ["click", "click"],
  ["brush", "brush"],
  ["eraser", "eraser"],
  ["lasso", "lasso"],
  null,
  ["split", "split"],
  ["merge", "merge"],
  ["fill", "fill"],
  ["delete", "trash"],
  ["delete_rule", "delete_rule"],
  null,
  ["ambiguous", "question"],
  ["class", "tag"],
  ["ignore", "ignore"],
  null,
  ["protect", "shield"],
  ["ruler", "ruler"],
];
const FOOT: readonly (readonly [command: string, icon: string])[] = [
  ["undo", "undo"],
  ["redo", "redo"],
  ["fit", "fit"],
  ["help", "help"],
];
const TOOLS: ReadonlySet<string> = new Set<ToolId>([
  "pick",
  "choose",
  "ruler",
  "click",
  "brush",
  "eraser",
  "lasso",
  "split",
  "merge",
  "ignore",
]);

export function fillToolRail(rail: HTMLElement, editor: Editor, bindings: KeyBindings): void {
  const toolButton = (id: string, name: string) => railButton(editor, bindings, id, name);
  rail.append(
    ...RAIL.map((entry) => (entry === null ? el("hr") : toolButton(...entry))),
    el("span", { class: "gap" }),
    ...FOOT.map((entry) => toolButton(...entry)),
  );
}

function railButton(
  editor: Editor,
  bindings: KeyBindings,
  id: string,
  iconName: string,
): HTMLElement {
  const { workspace } = editor;
  const command = bindings.command(id);
  const mark = el("u", { "aria-hidden": "true" });
  const element = button(
    { class: "tool", "aria-label": command.title, "data-command": id },
    () => command.run(),
    icon(iconName),
    mark,
  );
  const show = () => {
    const key = bindings.textsOf(id)[0] ?? "";
    mark.textContent = key.length > 2 ? "" : key;
    element.title = key === "" ? command.title : `${command.title} (${key})`;
    if (id === "protect") showProtection(element, workspace.isProtecting.value, key);
  };
  bindings.custom.follow(show);
  if (id === "protect") workspace.isProtecting.listen(show);
  if (TOOLS.has(id)) {
    workspace.tool.follow((tool) => element.setAttribute("aria-pressed", String(tool === id)));
  }
  return element;
}

function showProtection(element: HTMLElement, isProtecting: boolean, key: string): void {
  const text = isProtecting ? "Other cells are protected" : "Painting takes over other cells";
  element.setAttribute("aria-label", `${text}; switch`);
  element.title = `${text} (${key})`;
  element.classList.toggle("alert", !isProtecting);
  element.firstElementChild?.replaceWith(icon(isProtecting ? "shield" : "takeover"));
}
