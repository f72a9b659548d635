/** The images of the dataset around this one. */
import type { NeighborJson } from "../model/contract.ts";
import type { Workspace } from "../tools/workspace.ts";
import { el, icon } from "./dom.ts";
import { addressAtPlace } from "./place_in_url.ts";
import { STATE_LOOKS } from "./state_chip.ts";

export function fillFilmstrip(
  film: HTMLElement,
  workspace: Workspace,
  neighbours = workspace.image.neighbours,
): void {
  const { dataset } = workspace.image;
  const links = neighbours.map((image) => frameLink(image, workspace));
  film.append(
    el("ol", { class: "frames" }, ...links.map((link) => el("li", {}, link))),
    el("span", { class: "quiet film-text" }, `${leftText(neighbours)} in ${dataset.name}`),
  );
  const current = links.find((link) => link.getAttribute("aria-current") === "page");
  // The strip may be longer than the screen; scrolled without moving the page.
  requestAnimationFrame(() => {
    if (current) film.firstElementChild!.scrollLeft = current.offsetLeft - 3 * current.offsetWidth;
  });
}

function frameLink(image: NeighborJson, workspace: Workspace): HTMLAnchorElement {
  const look = STATE_LOOKS[image.state];
  const label = `${image.name}, ${look.word}`;
  const current = image.is_current ? "page" : undefined;
  const picture = image.thumbnail_url
    ? el("img", { src: image.thumbnail_url, alt: "", loading: "lazy", width: 70, height: 70 })
    : el("span", { class: "no-picture" });
  const link = el(
    "a",
    { href: image.url, title: label, "aria-label": label, "aria-current": current },
    picture,
    el("b", { class: `state-${image.state}` }, icon(look.icon)),
  );
  // The place is taken along as it is when the person goes.
  link.addEventListener("click", () => {
    link.href = addressAtPlace(image.url, workspace);
  });
  return link;
}

function leftText(neighbours: readonly NeighborJson[]): string {
  const place = neighbours.findIndex(({ is_current }) => is_current);
  if (place < 0) return `${neighbours.length} images`;
  return `Image ${place + 1} of ${neighbours.length}`;
}
