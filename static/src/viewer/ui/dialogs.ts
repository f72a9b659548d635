/** Modal dialogs: one with a text to write, and the list of keys. */
import type { Command } from "./commands.ts";
import { button, el, icon, kbd } from "./dom.ts";

interface TextQuestion {
  readonly title: string;
  readonly label: string;
  readonly confirm: string;
}

/** Ask for a text that must not be empty; null when the person changes their mind. */
export function askForText(question: TextQuestion): Promise<string | null> {
  return new Promise((resolve) => {
    const text = el("textarea", { id: "dialog-text", rows: 4, required: true, maxlength: 2000 });
    const close = () => dialog.close("");
    const form = el(
      "form",
      { method: "dialog" },
      el("h2", { id: "dialog-title" }, question.title),
      el("label", { for: "dialog-text" }, question.label),
      text,
      el(
        "div",
        { class: "dialog-buttons" },
        button({ class: "btn ghost" }, close, "Cancel"),
        el("button", { type: "submit", class: "btn primary", value: "yes" }, question.confirm),
      ),
    );
    const dialog = el("dialog", { class: "dialog", "aria-labelledby": "dialog-title" }, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? text.value.trim() : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function showKeys(commands: readonly Command[]): void {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  const close = button(
    { class: "icon-btn", "aria-label": "Close" },
    () => dialog.close(),
    icon("close"),
  );
  const dialog = el(
    "dialog",
    { class: "dialog keys", "aria-labelledby": "keys-title" },
    el("header", {}, el("h2", { id: "keys-title" }, "Keys"), close),
    el(
      "div",
      { class: "keys-columns" },
      ...[...groups].map(([name, list]) => keyGroup(name, list)),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function keyGroup(name: string, commands: readonly Command[]): HTMLElement {
  const rows = commands.map((command) => {
    const keys = (command.shown ?? command.keys.slice(0, 1)).map((key) => kbd(keyText(key)));
    return el("div", {}, el("dt", {}, command.title), el("dd", {}, ...keys));
  });
  const held =
    name === "Looking around"
      ? [
          el("div", {}, el("dt", {}, "Move by dragging, while held"), el("dd", {}, kbd("Space"))),
          el("div", {}, el("dt", {}, "Size of the brush"), el("dd", {}, kbd("Alt"), kbd("wheel"))),
        ]
      : name === "Pictures and masks"
        ? [el("div", {}, el("dt", {}, "Hide masks, while held"), el("dd", {}, kbd("H")))]
        : [];
  return el("section", {}, el("h3", {}, name), el("dl", {}, ...rows, ...held));
}

/** "ctrl+z" as people write it. */
export function keyText(key: string): string {
  const names: Readonly<Record<string, string>> = {
    ctrl: "Ctrl",
    shift: "⇧",
    arrowup: "↑",
    arrowdown: "↓",
    arrowleft: "←",
    arrowright: "→",
  };
  const parts = key === "+" ? ["+"] : key.split("+");
  return parts
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(" ");
}
