/** Sentences that appear for a while at the bottom of the image. */
import type { Notice, Workspace } from "../tools/workspace.ts";
import { button, el, icon } from "./dom.ts";

const SHOWN_MS = { info: 3500, warning: 9000, error: 20_000 } as const;
const MOST_AT_ONCE = 3;

export function notices(workspace: Workspace): HTMLElement {
  const list = el("div", { class: "notices", role: "status", "aria-live": "polite" });
  workspace.notice.listen((notice) => {
    for (const other of [...list.children]) {
      if (other.querySelector("p")?.textContent === notice.text) other.remove();
    }
    while (list.children.length >= MOST_AT_ONCE) list.firstElementChild?.remove();
    const card = noticeCard(notice);
    list.append(card);
    setTimeout(() => card.remove(), SHOWN_MS[notice.kind]);
  });
  return list;
}

function noticeCard({ kind, text, action }: Notice): HTMLElement {
  const remove = () => card.remove();
  const run = () => {
    action?.run();
    remove();
  };
  const card = el(
    "div",
    { class: `notice ${kind}` },
    kind === "info" ? null : icon("warning"),
    el("p", {}, text),
    action ? button({ class: "btn s" }, run, action.label) : null,
    button({ class: "icon-btn", "aria-label": "Dismiss" }, remove, icon("close")),
  );
  return card;
}
