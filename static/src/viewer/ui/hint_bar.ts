/** What the mouse and the keys do with the tool in use. */
import type { ToolId, Workspace } from "../tools/workspace.ts";
import { el, kbd } from "./dom.ts";

type Hint = readonly [keys: readonly string[], text: string];

const GENERAL: readonly Hint[] = [
  [["space"], "move"],
  [["H"], "hide masks"],
];
const SIZE: Hint = [["[", "]"], "size"];
const HINTS: Readonly<Record<ToolId, readonly Hint[]>> = {
  pick: [
    [["click"], "select"],
    [["shift"], "several"],
    [["G", "⇧ G"], "grow, shrink"],
    [["N"], "next doubtful"],
    [["H"], "hide masks"],
  ],
  click: [
    [["click"], "find a cell"],
    [["drag"], "find all in a box"],
    [["alt"], "add to it, or drag along one cell"],
    [["shift", "right"], "take away"],
    ...GENERAL,
  ],
  brush: [
    [["drag"], "new or extend"],
    [["shift"], "extend selected"],
    [["alt"], "pick"],
    SIZE,
    ...GENERAL,
  ],
  eraser: [[["drag"], "erase"], SIZE, [["X"], "protect others"], ...GENERAL],
  lasso: [[["drag"], "around, or click corners"], [["shift"], "take away"], ...GENERAL],
  split: [
    [["drag"], "across a cell"],
    [["shift"], "straight"],
    [["click"], "in each half"],
    ...GENERAL,
  ],
  choose: [
    [["drag"], "around cells"],
    [["shift"], "add"],
    [["alt"], "take away"],
    [["D"], "delete"],
    [["M"], "merge"],
    ...GENERAL,
  ],
  merge: [[["click"], "two cells"], [["drag"], "over several"], ...GENERAL],
  ignore: [[["drag"], "around, or click corners"], [["shift click"], "measure again"], ...GENERAL],
};

export function hintBar(workspace: Workspace): HTMLElement {
  const bar = el("div", { class: "hint", "aria-hidden": "true" });
  workspace.tool.follow((tool) => {
    const hints = HINTS[tool].map(([keys, text]) => el("span", {}, ...keys.map(kbd), ` ${text}`));
    bar.replaceChildren(...hints);
  });
  return bar;
}
