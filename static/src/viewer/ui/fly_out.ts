/** A small menu beside a button, above everything else; closes when something else is clicked. */
import { button, el, icon, kbd } from "./dom.ts";
import { stepThrough } from "./menu_keys.ts";

export interface FlyOutItem {
  readonly icon: string;
  readonly title: string;
  readonly key: string;
  readonly isCurrent: boolean;
  readonly run: () => void;
}

const GAP = 6;

export class FlyOut {
  readonly element: HTMLElement;
  readonly #anchor: HTMLElement;

  /** `name` is read out; `onToggle` hears whether the menu is open. */
  constructor(anchor: HTMLElement, name: string, onToggle: (isOpen: boolean) => void) {
    this.#anchor = anchor;
    this.element = el("div", { class: "fly-out", role: "menu", "aria-label": name });
    // An automatic one would close when the long press ends that has opened it.
    this.element.popover = "manual";
    this.element.addEventListener("keydown", (event) => this.#press(event));
    this.element.addEventListener("toggle", (event) => {
      onToggle((event as ToggleEvent).newState === "open");
    });
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      const isInside = relatedTarget instanceof Node && this.element.contains(relatedTarget);
      if (!isInside) this.close();
    });
  }

  open(items: readonly FlyOutItem[]): void {
    this.element.replaceChildren(...items.map((item) => this.#row(item)));
    if (!this.element.matches(":popover-open")) this.element.showPopover();
    const { top, right } = this.#anchor.getBoundingClientRect();
    const lowest = innerHeight - this.element.offsetHeight - GAP;
    this.element.style.left = `${right + GAP}px`;
    this.element.style.top = `${Math.max(GAP, Math.min(top - GAP, lowest))}px`;
    const current = items.findIndex(({ isCurrent }) => isCurrent);
    this.#rows[Math.max(0, current)]?.focus();
  }

  close(): void {
    if (this.element.matches(":popover-open")) this.element.hidePopover();
  }

  get #rows(): HTMLElement[] {
    return [...this.element.children] as HTMLElement[];
  }

  #row({ icon: name, title, key, isCurrent, run }: FlyOutItem): HTMLElement {
    const choose = () => {
      this.close();
      run();
    };
    const attributes = { role: "menuitemradio", "aria-checked": String(isCurrent), tabindex: -1 };
    return button(
      { class: "fly-out-row", ...attributes },
      choose,
      icon(name),
      el("span", {}, title),
      key === "" ? null : kbd(key),
    );
  }

  #press(event: KeyboardEvent): void {
    const isLeaving = ["Escape", "ArrowLeft", "Tab"].includes(event.key);
    if (!isLeaving && !stepThrough(this.#rows, event.key)) return;
    // The page would take these keys for its own.
    event.stopPropagation();
    event.preventDefault();
    if (!isLeaving) return;
    this.close();
    this.#anchor.querySelector("button")?.focus();
  }
}
