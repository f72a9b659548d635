/** The tools on the left, each with its key; those of a kind share a place. */
import type { Editor } from "../tools/editor.ts";
import type { ToolId } from "../tools/workspace.ts";
import { button, el, icon } from "./dom.ts";
import type { KeyBindings } from "./key_bindings.ts";
import { type Family, type Member, toolFamily } from "./tool_family.ts";

const one = (command: string, icon = command): Member => ({ command, icon });

/** What lies in the rail: commands, families of them, and lines (null). */
const RAIL: readonly (Member | Family | null)[] = [
  { name: "Select", members: [one("pick"), one("choose")] },
  one("click"),
  null,
  one("brush"),
  one("eraser"),
  { name: "Draw outlines", members: [one("lasso"), one("redraw")] },
  null,
  one("split"),
  one("merge"),
  {
    name: "Reshape cells",
    members: [one("fill"), one("grow"), one("shrink"), one("smooth")],
  },
  { name: "Delete cells", members: [one("delete", "trash"), one("delete_rule")] },
  null,
  {
    name: "Say what cells are",
    members: [one("ambiguous", "question"), one("class", "tag"), one("ignore")],
  },
  one("ruler"),
  null,
  one("protect", "shield"),
];
const FOOT: readonly Member[] = [one("undo"), one("redo"), one("fit"), one("help")];
const TOOLS: ReadonlySet<string> = new Set<ToolId>([
  "pick",
  "choose",
  "ruler",
  "click",
  "brush",
  "eraser",
  "lasso",
  "redraw",
  "split",
  "merge",
  "ignore",
]);

export function fillToolRail(rail: HTMLElement, editor: Editor, bindings: KeyBindings): void {
  const toolButton = ({ command, icon: name }: Member) =>
    railButton(editor, bindings, command, name);
  const element = (entry: Member | Family | null) => {
    if (entry === null) return el("hr");
    if ("command" in entry) return toolButton(entry);
    return toolFamily(entry, editor, bindings, toolButton);
  };
  rail.append(...RAIL.map(element), el("span", { class: "gap" }), ...FOOT.map(element));
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
