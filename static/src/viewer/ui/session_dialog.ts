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
    editor.sync.outbox.state.listen(() => this.#fill(state.value));
  }

  #follow(now: SessionState): void {
    if (now.kind === "open") this.#end();
    else {
      this.#fill(now);
      if (!this.#dialog.open) this.#dialog.showModal();
    }
  }

  #end(): void {
    if (this.#tab === null && !this.#dialog.open) return;
    this.#tab?.close();
    this.#tab = null;
    this.#dialog.close();
    this.#editor.workspace.say("info", "You are signed in again; your changes are being sent.");
  }

  #fill(now: SessionState): void {
    if (now.kind === "open") return;
    const me = this.#editor.workspace.annotation.value.me.name;
    const later = button({ class: "btn ghost" }, () => this.#dialog.close(), "Go on drawing");
    if (now.kind === "ended") {
      this.#title.textContent = "You are signed out";
      this.#text.textContent =
        `${this.#keptText("Your")} Sign in as ${me} in a new tab, with your second step if you ` +
        "have one; this page stays as it is and goes on by itself.";
      this.#acts.replaceChildren(later, this.#signIn(SIGN_IN_URL, "Sign in"));
      return;
    }
    this.#title.textContent = `${now.name} is signed in now`;
    this.#text.textContent =
      `${me} opened this page. ${this.#keptText("The")} They are sent only when ${me} is signed ` +
      `in again, never in the name of ${now.name}.`;
    const reload = () => location.reload();
    this.#acts.replaceChildren(
      button({ class: "btn" }, reload, `Go on as ${now.name}`),
      this.#signIn(SWITCH_URL, `Sign in as ${me}`),
    );
  }

  #signIn(url: string, text: string): HTMLButtonElement {
    const open = () => {
      this.#tab = window.open(url);
      if (this.#tab === null) location.assign(url);
    };
    return button({ class: "btn primary" }, open, icon("key"), text);
  }

  /** What happens to the changes that wait. */
  #keptText(whose: "Your" | "The"): string {
    const { value } = this.#editor.sync.outbox.state;
    if (value.kind === "saved") return "Everything drawn so far is saved.";
    const changes = value.n_waiting === 1 ? "change is" : `${value.n_waiting} changes are`;
    const where = value.isKept ? "kept in this browser" : "kept in this tab: leave it open";
    return `${whose} ${changes} ${where}, and sent afterwards.`;
  }
}
