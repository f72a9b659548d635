/** The tools on the left, each with its key. */
import type { Editor } from "../tools/editor.ts";
import type { ToolId } from "../tools/workspace.ts";
import type { Command } from "./commands.ts";
import { keyText } from "./dialogs.ts";
import { button, el, icon } from "./dom.ts";

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
  "click",
  "brush",
  "eraser",
  "lasso",
  "split",
  "merge",
  "ignore",
]);

export function fillToolRail(
  rail: HTMLElement,
  editor: Editor,
  commands: readonly Command[],
): void {
  const byId = new Map(commands.map((command) => [command.id, command]));
  const toolButton = (id: string, name: string) => railButton(editor, byId.get(id)!, name);
  rail.append(
    ...RAIL.map((entry) => (entry === null ? el("hr") : toolButton(...entry))),
    el("span", { class: "gap" }),
    ...FOOT.map((entry) => toolButton(...entry)),
  );
}

function railButton(editor: Editor, command: Command, iconName: string): HTMLElement {
  const { workspace } = editor;
  const key = keyText((command.shown ?? command.keys)[0]!);
  const isLong = key.length > 2;
  const element = button(
    {
      class: "tool",
      "aria-label": command.title,
      title: `${command.title} (${key})`,
      "data-command": command.id,
    },
    () => command.run(),
    icon(iconName),
    isLong ? null : el("u", { "aria-hidden": "true" }, key),
  );
  if (TOOLS.has(command.id)) {
    workspace.tool.follow((tool) =>
      element.setAttribute("aria-pressed", String(tool === command.id)),
    );
  }
  if (command.id === "protect") followProtection(element, editor);
  return element;
}

function followProtection(element: HTMLElement, editor: Editor): void {
  const key = el("u", { "aria-hidden": "true" }, "X");
  editor.workspace.isProtecting.follow((isProtecting) => {
    const text = isProtecting ? "Other cells are protected" : "Painting takes over other cells";
    element.setAttribute("aria-label", `${text}; switch`);
    element.title = `${text} (X)`;
    element.classList.toggle("alert", !isProtecting);
    element.replaceChildren(icon(isProtecting ? "shield" : "takeover"), key);
  });
}
