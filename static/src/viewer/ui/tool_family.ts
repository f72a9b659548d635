/**
 * Several commands in one place of the rail: the button does the one that was used last; the
 * others come out beside it, by the small arrow, a long press, the right button or arrow right.
 */
import type { Editor } from "../tools/editor.ts";
import { button, el, icon } from "./dom.ts";
import { FlyOut } from "./fly_out.ts";
import type { KeyBindings } from "./key_bindings.ts";

export interface Member {
  readonly command: string;
  readonly icon: string;
}

export interface Family {
  readonly name: string;
  readonly members: readonly [Member, ...Member[]];
}

const LONG_PRESS_MS = 350;

/** `makeButton` makes the button of one command, as it stands alone in the rail. */
export function toolFamily(
  { name, members }: Family,
  { workspace }: Editor,
  bindings: KeyBindings,
  makeButton: (member: Member) => HTMLElement,
): HTMLElement {
  const buttons = new Map(members.map((member) => [member.command, makeButton(member)]));
  const group = el("div", { class: "family", role: "group", "aria-label": name });
  const more = button(
    { class: "more", "aria-haspopup": "menu", "aria-expanded": "false" },
    () => open(),
    icon("down"),
  );
  more.setAttribute("aria-label", `More: ${name}`);
  const flyOut = new FlyOut(group, name, (isOpen) => {
    more.setAttribute("aria-expanded", String(isOpen));
  });
  let shown = members[0].command;
  const show = (command: string) => {
    shown = command;
    for (const [id, element] of buttons) element.hidden = id !== command;
  };
  const open = () => {
    flyOut.open(
      members.map((member) => ({
        icon: member.icon,
        title: bindings.command(member.command).title,
        key: bindings.textsOf(member.command)[0] ?? "",
        isCurrent: member.command === shown,
        run: () => {
          show(member.command);
          bindings.command(member.command).run();
        },
      })),
    );
  };
  group.append(...buttons.values(), more, flyOut.element);
  openBesidesClicks(group, open);
  show(shown);
  // A key takes a tool in hand too.
  workspace.tool.follow((tool) => buttons.has(tool) && show(tool));
  return group;
}

/** The ways to the others that need neither good aim nor a mouse. */
function openBesidesClicks(group: HTMLElement, open: () => void): void {
  let timer = 0;
  let isOpened = false;
  group.addEventListener("pointerdown", () => {
    isOpened = false;
    timer = window.setTimeout(() => {
      isOpened = true;
      open();
    }, LONG_PRESS_MS);
  });
  for (const end of ["pointerup", "pointerleave", "pointercancel"])
    group.addEventListener(end, () => clearTimeout(timer));
  // The click that ends a long press is none.
  group.addEventListener("click", (event) => isOpened && event.stopPropagation(), true);
  group.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    open();
  });
  group.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    open();
  });
}
