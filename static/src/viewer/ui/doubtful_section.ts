/** The way through the doubtful cells: how many are left, and what to do with the one shown. */
import type { Editor } from "../tools/editor.ts";
import { button, el, kbd } from "./dom.ts";
import type { KeyBindings } from "./key_bindings.ts";

const ACTIONS: readonly (readonly [command: string, text: string])[] = [
  ["accept", "Accept"],
  ["delete", "Delete"],
  ["split", "Split"],
  ["again", "Redo"],
  ["ambiguous", "Unclear"],
  ["next", "Next"],
];

export function doubtfulSection(editor: Editor, bindings: KeyBindings): HTMLElement {
  const { workspace, review } = editor;
  const count = el("span", { class: "big num" });
  const text = el("span", { class: "quiet" });
  const done = el("i", { class: "a" });
  const bar = el("div", { class: "bar thin", "aria-hidden": "true" }, done);
  const show = () => {
    const { left, total } = review.count();
    count.textContent = String(left);
    text.textContent = total === 0 ? "doubtful cells" : `of ${total} left in this image`;
    done.style.width = total === 0 ? "100%" : `${(100 * (total - left)) / total}%`;
  };
  workspace.dealtWith.labels.listen(show);
  workspace.document.objects.revision.listen(show);
  workspace.t.listen(show);
  workspace.z.listen(show);
  show();
  return el(
    "section",
    { class: "sec doubt" },
    el("h2", {}, "Doubtful cells", el("span", {}, "least sure first")),
    el("div", { class: "doubt-count", role: "status" }, count, text),
    bar,
    el("div", { class: "acts" }, ...ACTIONS.map(([id, name]) => actionButton(id, name, bindings))),
  );
}

function actionButton(id: string, name: string, bindings: KeyBindings): HTMLElement {
  const command = bindings.command(id);
  const look = id === "next" ? "btn primary" : "btn";
  const key = kbd("");
  bindings.custom.follow(() => {
    key.textContent = bindings.textsOf(id)[0]?.replace(" ", "") ?? "–";
  });
  return button({ class: look, "data-command": id, title: command.title }, command.run, name, key);
}
