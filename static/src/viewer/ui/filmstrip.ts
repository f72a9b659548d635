/** The images of the dataset around this one. */
import type { NeighborJson } from "../model/contract.ts";
import type { Workspace } from "../tools/workspace.ts";
import { el } from "./dom.ts";
import { STATE_LOOKS } from "./state_chip.ts";

export function fillFilmstrip(film: HTMLElement, workspace: Workspace): void {
  const { neighbours, dataset } = workspace.image;
  const links = neighbours.map(frameLink);
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

function frameLink(image: NeighborJson): HTMLAnchorElement {
  const look = STATE_LOOKS[image.state];
  const label = `${image.name}, ${look.word}`;
  const current = image.is_current ? "page" : undefined;
  const picture = image.thumbnail_url
    ? el("img", { src: image.thumbnail_url, alt: "", loading: "lazy", width: 70, height: 70 })
    : el("span", { class: "no-picture" });
  return el(
    "a",
    { href: image.url, title: label, "aria-label": label, "aria-current": current },
    picture,
    el("b", { class: `state-${image.state}` }),
  );
}

function leftText(neighbours: readonly NeighborJson[]): string {
  const place = neighbours.findIndex(({ is_current }) => is_current);
  if (place < 0) return `${neighbours.length} images`;
  return `Image ${place + 1} of ${neighbours.length}`;
}
