/**
 * The way from image to image. While a person works on one, the next one of the dataset is made
 * ready out of sight, down to its first picture; going there only changes what is on the page.
 */
import { prefetchTiles } from "../data/prefetch.ts";
import type { ImageJson } from "../model/contract.ts";
import { Happening } from "../model/signal.ts";
import type { Editor } from "../tools/editor.ts";
import { el } from "./dom.ts";
import { paletteOf } from "./palette.ts";
import type { Surroundings } from "./viewer_page.ts";
import { type Opening, Visit } from "./visit.ts";

/** The person looks at an image at least this long; until then the machine works for that one. */
const PREPARE_AFTER_MS = 600;
/** Larger ones take too much memory and time to be made ready on the mere chance. */
const LARGEST_SIDE = 8192;

export class Journey {
  /** An image has come onto the page. */
  readonly entered = new Happening<Editor>();
  #now: Visit | null = null;
  #next: Visit | null = null;
  readonly #surroundings: Surroundings;

  constructor(root: HTMLElement) {
    const goTo = (address: string, said?: string) => this.goTo(address, said);
    this.#surroundings = { palette: paletteOf(root), goTo };
    // The address of an earlier image is back in the bar: it is opened as at any visit.
    addEventListener("popstate", () => location.reload());
  }

  /** Whether the next image can come without a new page. */
  get isNextReady(): boolean {
    return this.#next !== null;
  }

  /** Open the image that the page was asked for. */
  async begin(root: HTMLElement): Promise<void> {
    const text = document.querySelector("#opening")?.textContent;
    const known: Partial<Opening> = text ? JSON.parse(text) : {};
    const url = root.dataset.imageUrl ?? "";
    this.#now = await Visit.prepare(root, url, this.#surroundings, known);
    this.#now.enter(location.search);
    this.#arrive(this.#now);
  }

  /** Open another image; at once if it is ready, and if nothing is left to save here. */
  goTo(address: string, said = ""): void {
    const { pathname, search } = new URL(address, location.href);
    const [now, next] = [this.#now, this.#next];
    if (!now?.isSaved || next?.workspace.path !== pathname) {
      location.assign(address);
      return;
    }
    this.#next = null;
    next.workspace.takeAlong(now.workspace);
    now.leave();
    now.root.replaceWith(next.root);
    history.pushState(null, "", address);
    this.#now = next;
    next.enter(search);
    next.workspace.say("info", `${said} This is ${next.workspace.image.name}.`.trim());
    void next.refresh().catch(() => {});
    this.#arrive(next);
  }

  #arrive({ editor, workspace }: Visit): void {
    this.entered.tell(editor);
    void editor.stage.firstPicture.then(() => {
      setTimeout(() => void this.#prepareAfter(workspace.image), PREPARE_AFTER_MS);
    });
  }

  /** Only a head start is lost where this fails; opening the image will say what is wrong. */
  async #prepareAfter({ neighbours, next_url }: ImageJson): Promise<void> {
    const now = this.#now;
    const neighbor = neighbours.find(({ url }) => url === next_url);
    if (now === null || neighbor === undefined) return;
    const url = `/api/images/${neighbor.id}`;
    try {
      const image = await prefetchTiles(url);
      const isSmall = Math.max(image.shape[3], image.shape[4]) <= LARGEST_SIDE;
      // Opening an image that nobody has worked on would start its annotation.
      if (image.annotation === null || !isSmall) return;
      const root = el("main", { id: "viewer", "data-image-url": url });
      const next = await Visit.prepare(root, url, this.#surroundings);
      next.drawAhead(now.workspace.view.value.size);
      if (this.#now === now) this.#next = next;
      else next.leave();
    } catch {}
  }
}
