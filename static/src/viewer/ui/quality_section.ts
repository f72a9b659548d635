/** What is known to be wrong with the pixels: flags of the image, and whether it is left out. */
import type { FlagJson } from "../model/contract.ts";
import type { Workspace } from "../tools/workspace.ts";
import { el, icon } from "./dom.ts";

/** The section, or null when there is nothing to say. */
export function qualitySection(workspace: Workspace): HTMLElement | null {
  const { flags, left_out: leftOut, id } = workspace.image;
  if (!(flags.length || leftOut)) return null;
  const list = el("ul", { class: "warnings" });
  workspace.annotation.follow(({ base }) => {
    const said = base?.warnings ?? [];
    list.replaceChildren(
      ...(leftOut ? [el("li", {}, icon("eye_off"), `Left out of results. ${leftOut}`)] : []),
      ...flags.filter((flag) => !isSaidByTheRun(flag, said)).map(row),
    );
  });
  return el(
    "section",
    { class: "sec" },
    el("h2", {}, "Image quality"),
    list,
    el("a", { href: `/images/${id}/details#quality` }, "Numbers and limits"),
  );
}

/** A run knows how large the cells are, so what it says about focus stands instead of the flag. */
function isSaidByTheRun({ flag }: FlagJson, warnings: readonly string[]): boolean {
  return flag === "blurred" && warnings.some((text) => text.includes("out of focus"));
}

function row({ title, sentence, advice }: FlagJson): HTMLElement {
  return el(
    "li",
    {},
    icon("warning"),
    el("span", {}, el("b", {}, title), `. ${sentence} ${advice}`),
  );
}
