/** Is the person typing somewhere, or answering a dialog? Then keys are not commands. */
export function isTyping(event: KeyboardEvent): boolean {
  if (document.querySelector("dialog[open]")) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) {
    return !["checkbox", "radio", "button", "submit"].includes(target.type);
  }
  return target.isContentEditable || target.matches("textarea, select") || false;
}

/** Elements with `data-hotkey` are pressed, or focused when text goes into them, by that key. */
export function listenForHotkeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (event.key === "Enter" && isOnControl(event.target)) return;
    const element = document.querySelector<HTMLElement>(`[data-hotkey="${CSS.escape(event.key)}"]`);
    if (!element) return;
    event.preventDefault();
    if (element instanceof HTMLInputElement) element.focus();
    else element.click();
  });
}

function isOnControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button, input, summary") !== null;
}
