/** What the mouse and the keys do with the tool in use. */
import type { ToolId, Workspace } from "../tools/workspace.ts";
import { el, kbd } from "./dom.ts";
import type { KeyBindings } from "./key_bindings.ts";

/** A key, or "@" and the command whose key it is. */
type Hint = readonly [keys: readonly string[], text: string];

const GENERAL: readonly Hint[] = [
  [["space"], "move"],
  [["H"], "hide masks"],
];
const SIZE: Hint = [["@smaller", "@larger"], "size"];
const HINTS: Readonly<Record<ToolId, readonly Hint[]>> = {
  pick: [
    [["click"], "select"],
    [["shift"], "several"],
    [["@grow", "@shrink"], "grow, shrink"],
    [["@next"], "next doubtful"],
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
    [["right"], "erase"],
    [["@snap"], "snap"],
    SIZE,
    ...GENERAL,
  ],
  eraser: [
    [["drag"], "erase"],
    [["@snap"], "snap"],
    SIZE,
    [["@protect"], "protect others"],
    ...GENERAL,
  ],
  lasso: [[["drag"], "around, or click corners"], [["shift", "right"], "take away"], ...GENERAL],
  redraw: [
    [["drag"], "around a cell"],
    [["shift"], "ellipse over it"],
    [["click"], "the model draws it"],
    [["alt"], "cut out a new one"],
    ...GENERAL,
  ],
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
    [["@delete"], "delete"],
    [["@merge"], "merge"],
    ...GENERAL,
  ],
  ruler: [[["drag"], "to measure"], [["esc"], "take away"], ...GENERAL],
  merge: [[["click"], "two cells"], [["drag"], "over several"], ...GENERAL],
  ignore: [[["drag"], "around, or click corners"], [["shift click"], "measure again"], ...GENERAL],
};

export function hintBar(workspace: Workspace, bindings: KeyBindings): HTMLElement {
  const bar = el("div", { class: "hint", "aria-hidden": "true" });
  const textOf = (key: string) =>
    key.startsWith("@") ? (bindings.textsOf(key.slice(1))[0] ?? "–") : key;
  const show = () => {
    const hints = HINTS[workspace.tool.value].map(([keys, text]) =>
      el("span", {}, ...keys.map((key) => kbd(textOf(key))), ` ${text}`),
    );
    bar.replaceChildren(...hints);
  };
  workspace.tool.listen(show);
  bindings.custom.follow(show);
  return bar;
}
