/** One sentence above the image: why it cannot be changed, or what the reviewer has asked for. */
import type { AnnotationJson } from "../model/contract.ts";
import type { Workspace } from "../tools/workspace.ts";
import { el, icon } from "./dom.ts";

export function banner(workspace: Workspace): HTMLElement {
  const element = el("div", { class: "banner", role: "note" });
  workspace.annotation.follow((annotation) => {
    const content = contentOf(annotation);
    element.hidden = content === null;
    element.classList.toggle("comment", annotation.can.edit);
    if (content) element.replaceChildren(icon(content.icon), el("span", {}, content.text));
  });
  return element;
}

function contentOf(annotation: AnnotationJson): { icon: string; text: string } | null {
  const { can, reasons, state, comments } = annotation;
  if (!can.edit) {
    const text = reasons.edit ?? "You can look at this image, but not change it.";
    return { icon: state === "approved" ? "approve" : "lock", text };
  }
  // Submitting leaves a step without words.
  const comment = comments.filter((step) => step.text !== "").at(-1);
  if (state !== "sent_back" || comment === undefined) return null;
  const author = typeof comment.author === "string" ? comment.author : comment.author.name;
  return { icon: "comment", text: `${author}: ${comment.text}` };
}
