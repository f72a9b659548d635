/** Whether the person who opened the page is still the one who is signed in. */
import type { PersonJson } from "../model/contract.ts";
import { Signal } from "../model/signal.ts";
import { actAs, sessionTrouble } from "./http.ts";

export type SessionState =
  | { readonly kind: "open" }
  | { readonly kind: "ended" }
  /** Somebody else has signed in, in this browser. */
  | { readonly kind: "other"; readonly name: string };

const OPEN: SessionState = { kind: "open" };
const SIGNED_IN_PAGE = "/account/signed-in";
/** Where a new tab signs in, with password and second factor; it ends on a page that says so. */
export const SIGN_IN_URL = `/account/sign-in?next=${SIGNED_IN_PAGE}`;
/** Where somebody else can be signed out first. */
export const SWITCH_URL = SIGNED_IN_PAGE;
const ASK_AGAIN_MS = 3000;

export class Session {
  readonly state = new Signal<SessionState>(OPEN);
  readonly #person: PersonJson;
  #timer = 0;

  constructor(person: PersonJson) {
    this.#person = person;
  }

  /** Act as this person until `left`. */
  start(left: AbortSignal): void {
    actAs(this.#person.id);
    const stop = sessionTrouble.listen(() => void this.check());
    left.addEventListener("abort", () => {
      stop();
      clearTimeout(this.#timer);
    });
    const look = () => this.state.value !== OPEN && void this.check();
    addEventListener("focus", look, { signal: left });
  }

  /** Ask the server who is signed in; again and again until it is the right person. */
  async check(): Promise<void> {
    const state = await this.#ask();
    // Without an answer nothing is known.
    if (state !== null && !isSame(state, this.state.value)) this.state.set(state);
    clearTimeout(this.#timer);
    if (this.state.value !== OPEN) {
      this.#timer = window.setTimeout(() => void this.check(), ASK_AGAIN_MS);
    }
  }

  async #ask(): Promise<SessionState | null> {
    try {
      const response = await fetch("/api/me", { headers: { Accept: "application/json" } });
      if (response.status === 401) return { kind: "ended" };
      if (!response.ok) return null;
      const { id, name }: PersonJson = await response.json();
      return id === this.#person.id ? OPEN : { kind: "other", name };
    } catch {
      return null;
    }
  }
}

function isSame(a: SessionState, b: SessionState): boolean {
  return a.kind === b.kind && (a.kind !== "other" || a.name === (b as typeof a).name);
}
