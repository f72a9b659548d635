/** Saved, saving, offline with so many edits waiting, or so many that wait for a decision. */
import type { SaveState, Waiting } from "../model/outbox.ts";
import type { Signal } from "../model/signal.ts";
import type { Sync } from "../tools/sync.ts";
import { el, icon } from "./dom.ts";

/** Shorter than this, saving is not worth a word. */
const QUIET_MS = 350;

export function savedChip({ outbox: { state, setAside }, session }: Sync): HTMLElement {
  const chip = el("span", { class: "chip good", role: "status", id: "saved" });
  let timer = 0;
  const show = (tone: string, name: string, text: string) => {
    chip.className = `chip ${tone}`;
    chip.replaceChildren(icon(name), text);
  };
  const fill = () => {
    const now = state.value;
    const isOut = session.state.value.kind !== "open";
    clearTimeout(timer);
    chip.title = now.kind === "offline" ? `${now.detail} ${waitingText(now)}` : "";
    const n_aside = setAside.value.flatMap(({ edits }) => edits).length;
    if (now.kind === "saved" && n_aside > 0) show("warn", "warning", `${n_aside} not saved`);
    else if (now.kind === "saved" && isOut) show("warn", "lock", "Signed out");
    else if (now.kind === "saved") show("good", "check", "All saved");
    else if (now.kind === "offline") {
      const where = now.isKept ? "kept here" : "waiting";
      const why = isOut ? "Signed out" : "Offline";
      show("warn", isOut ? "lock" : "offline", `${why} · ${now.n_waiting} ${where}`);
    } else timer = window.setTimeout(() => show("info", "sync", "Saving…"), QUIET_MS);
  };
  setAside.listen(fill);
  session.state.listen(fill);
  state.listen(fill);
  fill();
  return chip;
}

function waitingText({ isKept }: Waiting): string {
  return isKept
    ? "Your changes are kept in this browser, and sent as soon as that is possible."
    : "Leave this tab open until your changes are saved.";
}

/** The browser asks before the page is left while an edit is neither sent nor kept. */
export function warnBeforeLeaving(state: Signal<SaveState>, left: AbortSignal): void {
  const warn = (event: BeforeUnloadEvent) => {
    const { value } = state;
    if (value.kind !== "saved" && !value.isKept) event.preventDefault();
  };
  addEventListener("beforeunload", warn, { signal: left });
}
