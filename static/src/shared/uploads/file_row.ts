import { byteSize, percent } from "../format.ts";
import type { ImageFacts } from "./image_words.ts";
import type { Listed } from "./shown_rows.ts";
import { isAtEnd, stateOf, type UploadState, WORDS, waitsForPerson } from "./states.ts";

/** What a row's buttons do; the page knows how. */
export interface RowActions {
  retry(row: FileRow): void;
  cancel(row: FileRow): void;
  /** It is ready and shown: say what was read. */
  describe(row: FileRow): void;
}

/** What can be done with a file that needs it. */
const BUTTONS: Partial<Record<UploadState, string>> = {
  waiting: "Cancel",
  sending: "Cancel",
  failed: "Retry",
  partial: "Read alone",
};

/** One file of the list: what is known of it, and its element while it is shown. */
export class FileRow implements Listed {
  state: UploadState = "waiting";
  progress = 0;
  sentence = "";
  uploadId: string | null = null;
  imageId: string | null = null;
  nImages = 1;
  /** What was read of its one image, when a message said so. */
  facts: ImageFacts | null = null;
  heardAt = Date.now();
  private element: HTMLTableRowElement | null = null;

  constructor(
    readonly name: string,
    private readonly sizeBytes: number | null,
    private readonly actions: RowActions,
  ) {}

  /** A row that the server sent with the page. */
  static ofServer(element: HTMLTableRowElement, actions: RowActions): FileRow {
    const { upload, name, state, progress, size, offset, image } = element.dataset;
    const row = new FileRow(name ?? "", Number(size), actions);
    row.element = element;
    row.uploadId = upload ?? null;
    row.imageId = image ?? null;
    row.state = stateOf(state);
    row.sentence = part(element, ".say").textContent?.trim() ?? "";
    row.progress =
      row.state === "sending" ? Number(offset) / Math.max(1, Number(size)) : Number(progress);
    if (row.state === "sending") {
      row.sentence = "Interrupted. Add the same file again and it goes on from here.";
    }
    row.draw();
    return row;
  }

  /** The element, made when it is first shown. */
  elementFrom(template: HTMLTemplateElement): HTMLTableRowElement {
    if (this.element) return this.element;
    const made = template.content.firstElementChild?.cloneNode(true) as HTMLTableRowElement;
    const title = part(made, ".file-name");
    title.textContent = title.title = this.name;
    part(made, ".size").textContent = this.sizeBytes === null ? "" : byteSize(this.sizeBytes);
    this.element = made;
    this.draw();
    if (this.state === "ready") this.actions.describe(this);
    return made;
  }

  /** Take over what is new and show it. */
  change(
    news: Partial<
      Pick<FileRow, "state" | "progress" | "sentence" | "imageId" | "nImages" | "facts">
    >,
  ): void {
    const wasReady = this.state === "ready";
    Object.assign(this, news);
    this.heardAt = Date.now();
    this.draw();
    if (this.element && this.state === "ready" && !wasReady) this.actions.describe(this);
  }

  /** The picture and what was read from the file. */
  showImage(thumbnailUrl: string, detailsUrl: string, ...said: (string | Node)[]): void {
    if (!this.element) return;
    const picture = document.createElement("img");
    picture.className = "thumb s";
    picture.alt = "";
    picture.width = picture.height = 32;
    picture.src = thumbnailUrl;
    const link = document.createElement("a");
    link.href = detailsUrl;
    link.setAttribute("aria-label", `Details of ${this.name}`);
    link.append(picture);
    this.element.cells[0]?.replaceChildren(link);
    if (!this.sentence) part(this.element, ".say").replaceChildren(...said);
  }

  private draw(): void {
    if (!this.element) return;
    this.element.className = `file-row ${this.state}`;
    part(this.element, ".word").textContent = WORDS[this.state];
    const say = part(this.element, ".say");
    const isSaid = say.textContent?.trim() === this.sentence; // the server's links stay links
    if ((this.sentence || this.state !== "ready") && !isSaid) say.textContent = this.sentence;
    this.drawBar(part(this.element, ".way"));
    this.drawButton(part(this.element, ".doing"));
  }

  private drawBar(way: HTMLElement): void {
    if (isAtEnd(this.state) || waitsForPerson(this.state) || this.state === "waiting") {
      way.replaceChildren();
      return;
    }
    let bar = way.querySelector("progress");
    if (!bar) {
      const box = document.createElement("div");
      bar = document.createElement("progress");
      bar.max = 1;
      bar.setAttribute("aria-label", `${this.name}`);
      const number = document.createElement("span");
      number.className = "percent";
      box.append(bar, number);
      way.replaceChildren(box);
    }
    bar.classList.toggle("done", this.state === "converting");
    bar.value = this.state === "checking" ? 1 : this.progress;
    part(way, ".percent").textContent = this.state === "checking" ? "" : percent(this.progress);
  }

  private drawButton(doing: HTMLElement): void {
    const what = BUTTONS[this.state] ?? "";
    const shown = this.state === "asking" ? "Answer" : what;
    if (doing.textContent === shown) return;
    doing.replaceChildren();
    if (this.state === "asking") doing.append(this.answerLink());
    if (!what) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn s ghost";
    button.textContent = what;
    button.setAttribute("aria-label", `${what} ${this.name}`);
    button.addEventListener("click", () =>
      what === "Cancel" ? this.actions.cancel(this) : this.actions.retry(this),
    );
    doing.append(button);
  }

  /** Where a person says what the pages of the file are. */
  private answerLink(): HTMLAnchorElement {
    const link = document.createElement("a");
    link.className = "btn s primary";
    link.href = `/uploads/${this.uploadId}/axes`;
    link.textContent = "Answer";
    link.setAttribute("aria-label", `Answer what the pages of ${this.name} are`);
    return link;
  }
}

function part(element: Element, selector: string): HTMLElement {
  const found = element.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The row has no ${selector}.`);
  return found;
}
