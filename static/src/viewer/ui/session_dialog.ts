/** The session has ended, or somebody else has signed in: how to go on, and what is kept. */
import { type SessionState, SIGN_IN_URL, SWITCH_URL } from "../data/session.ts";
import type { Editor } from "../tools/editor.ts";
import { button, el, icon } from "./dom.ts";

export class SessionDialog {
  readonly #editor: Editor;
  readonly #title = el("h2", { id: "session-title" });
  readonly #text = el("p", { id: "session-text" });
  readonly #acts = el("div", { class: "dialog-buttons" });
  readonly #dialog = el(
    "dialog",
    { class: "dialog", "aria-labelledby": "session-title", "aria-describedby": "session-text" },
    el("form", { method: "dialog" }, this.#title, this.#text, this.#acts),
  );
  /** Whether the person has still to be told. */
  #isDue = false;
  /** Where the person signs in again. */
  #tab: Window | null = null;

  /** Until `left`: then another image is open. */
  constructor(editor: Editor, left: AbortSignal) {
    this.#editor = editor;
    const { state } = editor.sync.session;
    document.body.append(this.#dialog);
    left.addEventListener("abort", () => this.#dialog.remove());
    state.listen((now) => this.#follow(now));
    addEventListener("focus", () => this.#follow(state.value), { signal: left });
    editor.workspace.isDrawing.listen(() => this.#show(state.value));
    editor.sync.outbox.state.listen(() => {
      this.#text.textContent = this.#textOf(state.value);
    });
  }

  #follow(now: SessionState): void {
    this.#isDue = now.kind !== "open";
    if (now.kind === "open") this.#end();
    else this.#show(now);
  }

  /** A stroke that has begun is finished first. */
  #show(now: SessionState): void {
    if (!this.#isDue || this.#editor.workspace.isDrawing.value) return;
    this.#isDue = false;
    this.#fill(now);
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #end(): void {
    if (this.#tab === null && !this.#dialog.open) return;
    this.#tab?.close();
    this.#tab = null;
    this.#dialog.close();
    this.#editor.workspace.say("info", "You are signed in again; your changes are being sent.");
  }

  #fill(now: SessionState): void {
    const me = this.#editor.workspace.annotation.value.me.name;
    this.#text.textContent = this.#textOf(now);
    if (now.kind === "other") {
      const reload = button({ class: "btn" }, () => location.reload(), `Go on as ${now.name}`);
      this.#title.textContent = `${now.name} is signed in now`;
      this.#acts.replaceChildren(reload, this.#signIn(SWITCH_URL, `Sign in as ${me}`));
    } else {
      const later = button({ class: "btn ghost" }, () => this.#dialog.close(), "Go on drawing");
      this.#title.textContent = "You are signed out";
      this.#acts.replaceChildren(later, this.#signIn(SIGN_IN_URL, "Sign in"));
    }
  }

  #textOf(now: SessionState): string {
    const me = this.#editor.workspace.annotation.value.me.name;
    const kept = this.#keptText();
    if (now.kind === "other") {
      const fate =
        kept === null
          ? "Everything drawn so far is saved. Nothing more is done"
          : `${kept}, and sent only when ${me} is signed in again, never`;
      return `${me} opened this page. ${fate} in the name of ${now.name}.`;
    }
    const fate =
      kept === null ? "Everything drawn so far is saved." : `${kept}, and sent afterwards.`;
    return (
      `${fate} Sign in as ${me} in a new tab, with your second step if you have one; ` +
      "this page stays as it is and goes on by itself."
    );
  }

  #signIn(url: string, text: string): HTMLButtonElement {
    const open = () => {
      this.#tab = window.open(url);
      if (this.#tab === null) location.assign(url);
    };
    return button({ class: "btn primary" }, open, icon("key"), text);
  }

  /** Where the changes are that wait; null when there are none. */
  #keptText(): string | null {
    const { value } = this.#editor.sync.outbox.state;
    if (value.kind === "saved") return null;
    const changes = value.n_waiting === 1 ? "One change is" : `${value.n_waiting} changes are`;
    return `${changes} ${value.isKept ? "kept in this browser" : "kept in this tab: leave it open"}`;
  }
}
