/** Sends the keys to their commands. */
import type { Editor } from "../tools/editor.ts";
import type { KeyBindings } from "./key_bindings.ts";

const TEXT_INPUTS =
  'input:not([type="range"], [type="checkbox"], [type="color"]), textarea, select';
/** What sliders and lists move by. */
const MOVING_KEYS = /^(Arrow|Page|Home$|End$)/;

/** Until `left`: then another image has the keys. */
export function listenToKeys(editor: Editor, bindings: KeyBindings, left: AbortSignal): void {
  const press = (event: KeyboardEvent) => {
    if (isForPage(event)) return;
    if (hold(editor, event, true)) return;
    const command = bindings.commandFor(nameOf(event));
    if (command === undefined || isForControl(event)) return;
    event.preventDefault();
    command.run();
  };
  const letGo = () => {
    editor.workspace.isPeeking.set(false);
    editor.input.holdSpace(false);
  };
  addEventListener("keydown", press, { signal: left });
  addEventListener("keyup", (event) => hold(editor, event, false), { signal: left });
  addEventListener("blur", letGo, { signal: left });
}

/** Keys that act as long as they are held. */
function hold(editor: Editor, event: KeyboardEvent, isHeld: boolean): boolean {
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key.toLowerCase() === "h" && !hasModifier) {
    editor.workspace.isPeeking.set(isHeld);
    return true;
  }
  if (event.key !== " " || isForControl(event)) return false;
  if (isHeld) event.preventDefault();
  editor.input.holdSpace(isHeld);
  return true;
}

/** "ctrl+shift+z", "shift+n", "?": shift is named for letters only, as it makes other signs. */
export function nameOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey">,
): string {
  const key = event.key.toLowerCase();
  const isLetter = key.length === 1 && key.toUpperCase() !== key;
  const shift = event.shiftKey && (isLetter || key.length > 1) ? "shift+" : "";
  return `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${shift}${key}`;
}

/** Somebody is typing, or a dialog is open. */
function isForPage(event: KeyboardEvent): boolean {
  const target = event.target as Element;
  return (
    event.altKey || target.matches(TEXT_INPUTS) || document.querySelector("dialog[open]") !== null
  );
}

/** The focused control uses this key itself. */
function isForControl(event: KeyboardEvent): boolean {
  const target = event.target as Element;
  const isPress = event.key === "Enter" || event.key === " ";
  if (isPress) return target.matches("button, a, summary, input");
  return MOVING_KEYS.test(event.key) && target.matches("input, [data-arrows]");
}
