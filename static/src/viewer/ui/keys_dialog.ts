/** The list of keys; every key can be changed by clicking it and pressing another. */
import { holderOf, refusal } from "../model/key_bindings.ts";
import type { Command } from "./commands.ts";
import { button, el, icon, kbd } from "./dom.ts";
import type { KeyBindings } from "./key_bindings.ts";
import { nameOf } from "./keyboard.ts";

const HOW = "Click a key and press another to change it.";
const MODIFIERS = new Set(["shift", "control", "alt", "meta", "capslock", "dead"]);

export function showKeys(bindings: KeyBindings): void {
  new KeysDialog(bindings).open();
}

class KeysDialog {
  readonly #bindings: KeyBindings;
  readonly #columns = el("div", { class: "keys-columns" });
  readonly #status = el("p", { class: "keys-status quiet", role: "status" }, HOW);
  readonly #take = button({ class: "btn s" }, () => this.#takeOver(), "Use it here");
  readonly #dialog: HTMLDialogElement;
  /** The command whose next key is awaited, and a key of another command that was pressed. */
  #awaited: string | null = null;
  #wanted: string | null = null;

  constructor(bindings: KeyBindings) {
    this.#bindings = bindings;
    const close = () => this.#dialog.close();
    const reset = () => {
      bindings.resetAll();
      this.#stop("All keys are as they came.");
    };
    this.#take.hidden = true;
    this.#dialog = el(
      "dialog",
      { class: "dialog keys", "aria-labelledby": "keys-title" },
      el(
        "header",
        {},
        el("h2", { id: "keys-title" }, "Keys"),
        button({ class: "icon-btn", "aria-label": "Close" }, close, icon("close")),
      ),
      el(
        "div",
        { class: "keys-bar" },
        this.#status,
        this.#take,
        button({ class: "btn s" }, reset, "Reset all keys"),
      ),
      this.#columns,
    );
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
    // Before the browser closes the dialog with Escape or presses the button with Enter.
    this.#dialog.addEventListener("keydown", (event) => this.#press(event), { capture: true });
    this.#fill();
  }

  open(): void {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  #fill(): void {
    const groups = new Map<string, Command[]>();
    for (const command of this.#bindings.commands) {
      groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
    }
    const sections = [...groups].map(([name, commands]) => this.#group(name, commands));
    this.#columns.replaceChildren(...sections);
  }

  #group(name: string, commands: readonly Command[]): HTMLElement {
    const rows = commands.map((command) => {
      return el("div", {}, el("dt", {}, command.title), el("dd", {}, ...this.#keysOf(command)));
    });
    return el("section", {}, el("h3", {}, name), el("dl", {}, ...rows, ...heldKeys(name)));
  }

  #keysOf({ id, title }: Command): HTMLElement[] {
    const texts = this.#bindings.textsOf(id);
    const shown = texts.length > 0 ? texts.map(kbd) : [el("span", { class: "faint" }, "none")];
    if (id === "escape") return shown;
    const isCustom = this.#bindings.custom.value[id] !== undefined;
    // The name of a button has to hold what is written on it.
    const label = `${texts.join(" ") || "none"}: change the key of “${title}”`;
    const change = button({ class: "key-btn", "data-key-of": id, "aria-label": label }, () =>
      this.#await(id),
    );
    change.append(
      ...(this.#awaited === id ? [kbd("press a key")] : shown.flatMap((key) => [key, " "])),
    );
    if (!isCustom) return [change];
    const reset = () => {
      this.#bindings.reset(id);
      this.#stop(`“${title}” has its old key again.`, id);
    };
    const back = button(
      { class: "icon-btn s", "aria-label": `Reset the key of “${title}”`, title: "Reset" },
      reset,
      icon("undo"),
    );
    return [back, change];
  }

  #await(id: string): void {
    this.#awaited = id;
    this.#wanted = null;
    this.#take.hidden = true;
    const { title } = this.#bindings.command(id);
    this.#status.textContent = `Press the new key of “${title}”. Escape leaves it as it is.`;
    this.#refill(id);
  }

  #press(event: KeyboardEvent): void {
    const id = this.#awaited;
    if (id === null || MODIFIERS.has(event.key.toLowerCase())) return;
    // Once a conflict is said, Tab and Enter belong to the buttons again.
    if (this.#wanted !== null && (event.key === "Tab" || event.key === "Enter")) return;
    event.preventDefault();
    event.stopPropagation();
    const key = nameOf(event);
    const reason = refusal(key);
    const other = holderOf(this.#bindings.commands, this.#bindings.custom.value, id, key);
    if (key === "escape") this.#stop(HOW, id);
    else if (reason !== null) this.#status.textContent = reason;
    else if (other !== null) this.#sayConflict(key, other.title);
    else this.#give(id, key);
  }

  #sayConflict(key: string, title: string): void {
    this.#wanted = key;
    this.#status.textContent = `This key is used by “${title}”. Use it here instead, or press another.`;
    this.#take.hidden = false;
    this.#take.focus();
  }

  #takeOver(): void {
    if (this.#awaited !== null && this.#wanted !== null) this.#give(this.#awaited, this.#wanted);
  }

  #give(id: string, key: string): void {
    this.#bindings.change(id, key);
    const { title } = this.#bindings.command(id);
    this.#stop(`“${title}” has a new key.`, id);
  }

  #stop(text: string, focusOn: string | null = null): void {
    this.#awaited = null;
    this.#wanted = null;
    this.#take.hidden = true;
    this.#status.textContent = text;
    this.#refill(focusOn);
  }

  #refill(focusOn: string | null): void {
    const { scrollTop } = this.#dialog;
    this.#fill();
    this.#dialog.scrollTop = scrollTop;
    if (focusOn === null) return;
    const changed = this.#columns.querySelector<HTMLElement>(`[data-key-of="${focusOn}"]`);
    changed?.focus({ preventScroll: true });
  }
}

/** Keys that act while they are held cannot be changed. */
function heldKeys(group: string): HTMLElement[] {
  const row = (title: string, ...keys: string[]) =>
    el("div", {}, el("dt", {}, title), el("dd", {}, ...keys.map(kbd)));
  if (group === "Looking around") {
    return [row("Move by dragging, while held", "Space"), row("Size of the brush", "Alt", "wheel")];
  }
  return group === "Pictures and masks" ? [row("Hide masks, while held", "H")] : [];
}
