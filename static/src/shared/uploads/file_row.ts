import { byteSize, percent } from "../format.ts";
import { isAtEnd, stateOf, type UploadState, type Way, WORDS, waitsForPerson } from "./states.ts";

/** What a row's buttons do; the page knows how. */
export interface RowActions {
  retry(row: FileRow): void;
  cancel(row: FileRow): void;
}

/** What can be done with a file that needs it. */
const BUTTONS: Partial<Record<UploadState, string>> = {
  waiting: "Cancel",
  sending: "Cancel",
  failed: "Retry",
  partial: "Read alone",
};

/** One file of the list: its element, and what is known of it. */
export class FileRow implements Way {
  state: UploadState = "waiting";
  progress = 0;
  sentence = "";
  uploadId: string | null = null;
  imageId: string | null = null;
  heardAt = Date.now();
  private readonly way: HTMLElement;
  private readonly doing: HTMLElement;

  constructor(
    readonly element: HTMLTableRowElement,
    private readonly actions: RowActions,
  ) {
    this.way = part(element, ".way");
    this.doing = part(element, ".doing");
  }

  /** A row for a file that is about to be sent. */
  static ofFile(file: File, template: HTMLTemplateElement, actions: RowActions): FileRow {
    return FileRow.named(file.name, file.size, template, actions);
  }

  /** A new row with a name and, when known, a size. */
  static named(
    name: string,
    sizeBytes: number | null,
    template: HTMLTemplateElement,
    actions: RowActions,
  ): FileRow {
    const element = template.content.firstElementChild?.cloneNode(true) as HTMLTableRowElement;
    const title = part(element, ".file-name");
    title.textContent = title.title = name;
    part(element, ".size").textContent = sizeBytes === null ? "" : byteSize(sizeBytes);
    const row = new FileRow(element, actions);
    row.draw();
    return row;
  }

  /** A row that the server sent with the page. */
  static ofServer(element: HTMLTableRowElement, actions: RowActions): FileRow {
    const row = new FileRow(element, actions);
    const { upload, state, progress, size, offset, image } = element.dataset;
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

  get name(): string {
    return part(this.element, ".file-name").textContent ?? "";
  }

  /** Take over what is new and show it. */
  change(news: Partial<Pick<FileRow, "state" | "progress" | "sentence" | "imageId">>): void {
    Object.assign(this, news);
    this.heardAt = Date.now();
    this.draw();
  }

  /** The picture and what was read from the file. */
  showImage(thumbnailUrl: string, detailsUrl: string, ...said: (string | Node)[]): void {
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
    this.element.className = `file-row ${this.state}`;
    part(this.element, ".word").textContent = WORDS[this.state];
    const say = part(this.element, ".say");
    const isSaid = say.textContent?.trim() === this.sentence; // the server's links stay links
    if ((this.sentence || this.state !== "ready") && !isSaid) say.textContent = this.sentence;
    this.drawBar();
    this.drawButton();
  }

  private drawBar(): void {
    if (isAtEnd(this.state) || waitsForPerson(this.state) || this.state === "waiting") {
      this.way.replaceChildren();
      return;
    }
    let bar = this.way.querySelector("progress");
    if (!bar) {
      const box = document.createElement("div");
      bar = document.createElement("progress");
      bar.max = 1;
      bar.setAttribute("aria-label", `${this.name}`);
      const number = document.createElement("span");
      number.className = "percent";
      box.append(bar, number);
      this.way.replaceChildren(box);
    }
    bar.classList.toggle("done", this.state === "converting");
    bar.value = this.state === "checking" ? 1 : this.progress;
    part(this.way, ".percent").textContent =
      this.state === "checking" ? "" : percent(this.progress);
  }

  private drawButton(): void {
    const what = BUTTONS[this.state] ?? "";
    const shown = this.state === "asking" ? "Answer" : what;
    if (this.doing.textContent === shown) return;
    this.doing.replaceChildren();
    if (this.state === "asking") this.doing.append(this.answerLink());
    if (!what) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn s ghost";
    button.textContent = what;
    button.setAttribute("aria-label", `${what} ${this.name}`);
    button.addEventListener("click", () =>
      what === "Cancel" ? this.actions.cancel(this) : this.actions.retry(this),
    );
    this.doing.append(button);
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
