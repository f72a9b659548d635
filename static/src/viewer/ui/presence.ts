/** Who is looking at this image now. */
import type { PresentPersonJson } from "../model/contract.ts";
import type { Workspace } from "../tools/workspace.ts";
import { el, initials } from "./dom.ts";

const MOST_SHOWN = 4;

export function presence(workspace: Workspace): HTMLElement {
  const list = el("span", { class: "people" });
  const { me } = workspace.annotation.value;
  workspace.people.follow((people) => {
    const everyone = new Map<string, { name: string; color: string }>([[me.id, me]]);
    for (const person of people) everyone.set(person.id, person);
    const persons = [...everyone.values()];
    const names = persons.map(({ name }) => name).join(", ");
    list.replaceChildren(...persons.slice(0, MOST_SHOWN).map(avatar));
    if (persons.length > MOST_SHOWN) {
      list.append(el("span", { class: "avatar more" }, `+${persons.length - MOST_SHOWN}`));
    }
    list.setAttribute("role", "img");
    list.setAttribute("aria-label", `Here now: ${names}`);
    list.title = names;
  });
  return list;
}

function avatar({ name, color }: Pick<PresentPersonJson, "name" | "color">): HTMLElement {
  const element = el("span", { class: "avatar", "aria-hidden": "true" }, initials(name));
  element.style.background = color;
  return element;
}
