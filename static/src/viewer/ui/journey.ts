/**
 * The way from image to image, without a new page where all is saved. While a person works on one,
 * the next one of the dataset is made ready out of sight, down to its first picture; going there
 * then only changes what is on the page.
 */
import { fetchImage } from "../data/annotation_api.ts";
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
/** Two larger ones at once would take too much memory. */
const LARGEST_SIDE = 8192;
/** The image before stays so long on the screen while the first picture of the next is drawn. */
const LONGEST_WAIT_MS = 400;

/** The next image while it is made ready, and then; null where that is not worth it. */
interface Ahead {
  readonly path: string;
  readonly visit: Promise<Visit | null>;
}

export class Journey {
  /** An image has come onto the page. */
  readonly entered = new Happening<Editor>();
  #now: Visit | null = null;
  #ahead: Ahead | null = null;
  #isNextReady = false;
  #isOnTheWay = false;
  readonly #surroundings: Surroundings;

  constructor(root: HTMLElement) {
    const goTo = (address: string, said?: string) => this.goTo(address, said);
    this.#surroundings = { palette: paletteOf(root), goTo };
    // The address of an earlier image is back in the bar: it is opened as at any visit.
    addEventListener("popstate", () => location.reload());
  }

  /** Whether the next image can be shown at once. */
  get isNextReady(): boolean {
    return this.#isNextReady;
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

  /** Open another image; at once if it is ready. */
  goTo(address: string, said = ""): void {
    if (this.#isOnTheWay) return;
    this.#isOnTheWay = true;
    void this.#comeTo(address, said)
      .catch(() => false)
      .then((hasCome) => {
        this.#isOnTheWay = false;
        // A page of its own keeps the edits, and says what is wrong.
        if (!hasCome) location.assign(address);
      });
  }

  /** Show the image of an address in the place of this one; false when that needs a new page. */
  async #comeTo(address: string, said: string): Promise<boolean> {
    const { pathname, search } = new URL(address, location.href);
    const now = this.#now;
    if (!now?.isSaved) return false;
    const ready = this.#ahead?.path === pathname ? await this.#ahead.visit : null;
    const next = ready ?? (await this.#fetch(pathname, search, now));
    // Somebody who waits may have gone on drawing.
    if (next === null || !now.isSaved) return false;
    if (ready === null) void this.#ahead?.visit.then((visit) => visit?.leave());
    this.#ahead = null;
    this.#isNextReady = false;
    next.workspace.takeAlong(now.workspace);
    now.leave();
    now.root.replaceWith(next.root);
    history.pushState(null, "", address);
    this.#now = next;
    next.enter(search);
    next.workspace.say("info", `${said} This is ${next.workspace.image.name}.`.trim());
    if (ready) void ready.refresh().catch(() => {});
    this.#arrive(next);
    return true;
  }

  /** Fetch an image that is wanted now; null for one that is too large beside this one. */
  async #fetch(pathname: string, search: string, now: Visit): Promise<Visit | null> {
    const url = `/api${pathname}`;
    const image = await fetchImage(url);
    if (!isSmall(image)) return null;
    const next = await this.#prepare(url, image, now, search);
    const wait = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS));
    await Promise.race([next.editor.stage.firstPicture, wait]);
    return next;
  }

  #arrive(visit: Visit): void {
    this.entered.tell(visit.editor);
    void visit.editor.stage.firstPicture.then(() => {
      setTimeout(() => void this.#prepareAfter(visit), PREPARE_AFTER_MS);
    });
  }

  async #prepareAfter(now: Visit): Promise<void> {
    const { next_url } = now.workspace.image;
    if (this.#now !== now || next_url === null || this.#isOnTheWay) return;
    const path = new URL(next_url, location.href).pathname;
    // Only a head start is lost where this fails; opening the image will say what is wrong.
    const ahead = { path, visit: this.#makeReady(path, now).catch(() => null) };
    this.#ahead = ahead;
    const next = await ahead.visit;
    if (this.#ahead === ahead) this.#isNextReady = next !== null;
  }

  /** The image at a path, down to its first picture; null for what is not made ready on chance. */
  async #makeReady(path: string, now: Visit): Promise<Visit | null> {
    const url = `/api${path}`;
    const image = await prefetchTiles(url);
    // Opening an image that nobody has worked on would start its annotation.
    if (image.annotation === null || !isSmall(image)) return null;
    return this.#prepare(url, image, now, "");
  }

  /** An image on a root of its own, its first picture drawn as soon as its tiles are there. */
  async #prepare(url: string, image: ImageJson, now: Visit, search: string): Promise<Visit> {
    const root = el("main", { id: "viewer", "data-image-url": url });
    const next = await Visit.prepare(root, url, this.#surroundings, { image });
    next.drawAhead(now.workspace.view.value.size, search);
    return next;
  }
}

function isSmall({ shape }: ImageJson): boolean {
  return Math.max(shape[3], shape[4]) <= LARGEST_SIDE;
}
