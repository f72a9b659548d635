/** Saved, saving, or offline with so many edits waiting. */
import type { SaveState } from "../model/outbox.ts";
import type { Signal } from "../model/signal.ts";
import { el, icon } from "./dom.ts";

/** Shorter than this, saving is not worth a word. */
const QUIET_MS = 350;

export function savedChip(state: Signal<SaveState>): HTMLElement {
  const chip = el("span", { class: "chip good", role: "status", id: "saved" });
  let timer = 0;
  const show = (tone: string, name: string, text: string) => {
    chip.className = `chip ${tone}`;
    chip.replaceChildren(icon(name), text);
  };
  state.follow((now) => {
    clearTimeout(timer);
    chip.title = now.kind === "offline" ? now.detail : "";
    if (now.kind === "saved") show("good", "check", "All saved");
    else if (now.kind === "offline") show("warn", "offline", `Offline · ${now.n_waiting} waiting`);
    else timer = window.setTimeout(() => show("info", "sync", "Saving…"), QUIET_MS);
  });
  return chip;
}

/** The browser asks before the page is left while edits are not saved. */
export function warnBeforeLeaving(state: Signal<SaveState>): void {
  addEventListener("beforeunload", (event) => {
    if (state.value.kind !== "saved") event.preventDefault();
  });
}
