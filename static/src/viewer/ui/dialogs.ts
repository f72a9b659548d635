/** A modal dialog with a text to write; and how keys are written. */
import { button, el } from "./dom.ts";

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
