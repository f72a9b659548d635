import type { Upload } from "tus-js-client";
import { about, count } from "../format.ts";
import type { Message } from "../live.ts";
import { Refusal, send } from "../send.ts";
import { toast } from "../toast.ts";
import { filesOfInput, placedFilesOfDrop, wantedFiles } from "./dropped.ts";
import { FileList } from "./file_list.ts";
import { FileRow, type RowActions } from "./file_row.ts";
import type { PlacedFile } from "./folder_package.ts";
import { describeImage, type ImageFacts } from "./image_words.ts";
import { offerRecognized } from "./recognized.ts";
import { sendFile } from "./sender.ts";
import { isAtEnd, overallOf, stateOf, waitsForPerson } from "./states.ts";

const IN_PARALLEL = 3;
const ASK_EVERY_MS = 5000;
const MOST_ASKED = 6;

/** Files that were added here wait, are sent three at a time, and are then followed. */
export class UploadPage implements RowActions {
  private readonly list: FileList;
  private readonly files = new Map<FileRow, File>();
  private readonly uploads = new Map<FileRow, Upload>();
  private readonly mine = new Set<FileRow>();
  private readonly lost = new Set<FileRow>();
  private isOfferDue = false;
  private startedAt = 0;
  private nSending = 0;

  constructor(private readonly dataset: string) {
    this.list = new FileList(this);
    this.listen();
    if (this.list.rows.some(({ state }) => state === "ready")) this.offer();
    setInterval(() => void this.askForSilent(), ASK_EVERY_MS);
  }

  /** What the project's websocket says about an upload of this dataset. */
  hear(message: Message): void {
    if (message.type === "again") void this.askForSilent();
    if (message.type !== "upload" || message.dataset !== this.dataset) return;
    const row = this.list.rowOf(String(message.upload));
    if (row) this.takeOver(row, message);
    else if (message.state !== "sending") this.addForeign(message);
  }

  retry(row: FileRow): void {
    if (row.uploadId && !this.uploads.has(row)) void this.readAgain(row);
    else {
      row.change({ state: "waiting", sentence: "", progress: 0 });
      this.sendNext();
    }
  }

  cancel(row: FileRow): void {
    const upload = this.uploads.get(row);
    if (row.state === "sending" && upload) {
      this.nSending -= 1;
      void upload.abort(true);
    } else if (row.uploadId) void send("DELETE", `/api/uploads/${row.uploadId}`).catch(said);
    this.files.delete(row);
    row.change({ state: "cancelled", sentence: "" });
    this.sendNext();
    this.drawOverall();
  }

  describe(row: FileRow): void {
    void describeImage(row).catch(() => {
      // Offline: the row stays without its picture until the page is loaded again.
    });
  }

  private cancelWaiting(): void {
    for (const row of [...this.files.keys()].filter(({ state }) => state === "waiting")) {
      this.files.delete(row);
      row.change({ state: "cancelled", sentence: "" });
    }
    this.drawOverall();
  }

  private async addWanted(placed: readonly PlacedFile[]): Promise<void> {
    try {
      this.add(await wantedFiles(placed));
    } catch {
      toast("A file could not be read. Close the program that uses it, then add it again.", "bad");
    }
  }

  private add(files: File[]): void {
    if (files.length === 0) return;
    const isIdle = [...this.mine].every((row) => isAtEnd(row.state) || waitsForPerson(row.state));
    if (isIdle) {
      this.mine.clear();
      this.startedAt = performance.now();
    }
    const added = files.map((file) => {
      const row = new FileRow(file.name, file.size, this);
      this.files.set(row, file);
      this.mine.add(row);
      return row;
    });
    this.isOfferDue = true;
    this.list.add(...added);
    this.sendNext();
    this.drawOverall();
  }

  private sendNext(): void {
    for (const [row, file] of this.files) {
      if (this.nSending >= IN_PARALLEL) return;
      if (row.state === "waiting") void this.start(row, file);
    }
  }

  private async start(row: FileRow, file: File): Promise<void> {
    this.nSending += 1;
    row.change({ state: "sending", progress: 0 });
    const upload = await sendFile(file, this.dataset, {
      onStart: (uploadId) => this.list.name(row, uploadId),
      onProgress: (progress) => {
        if (row.state === "sending") row.change({ progress });
        this.drawOverall();
      },
      onSent: () => this.sent(row),
      onFail: (sentence, isLost) => this.stopped(row, sentence, isLost),
    });
    this.uploads.set(row, upload);
  }

  private sent(row: FileRow): void {
    this.uploads.delete(row);
    this.files.delete(row);
    this.nSending -= 1;
    if (row.state === "sending") row.change({ state: "checking", progress: 0 });
    this.sendNext();
    this.drawOverall();
  }

  private stopped(row: FileRow, sentence: string, isLost: boolean): void {
    this.nSending -= 1;
    if (isLost) this.lost.add(row);
    row.change({ state: "failed", sentence });
    this.sendNext();
    this.drawOverall();
  }

  private takeOver(row: FileRow, news: Record<string, unknown>): void {
    const state = stateOf(news.state);
    if (state === "sending") return;
    const progress = Number(news.progress ?? 0);
    const imageId = typeof news.image === "string" ? news.image : null;
    const nImages = Number(news.n_images ?? (Array.isArray(news.images) ? news.images.length : 1));
    const facts = (news.facts ?? null) as ImageFacts | null;
    row.change({ state, progress, imageId, nImages, facts, sentence: String(news.sentence ?? "") });
    this.drawOverall();
  }

  private addForeign(message: Message): void {
    if (message.state === "cancelled") return;
    const row = new FileRow(String(message.file_name), null, this);
    this.list.add(row);
    this.list.name(row, String(message.upload));
    this.takeOver(row, message);
  }

  /** Rows that the server works on and nothing was heard of: a message may have been lost. */
  private async askForSilent(): Promise<void> {
    const silent = this.list.rows.filter(
      (row) =>
        (row.state === "checking" || row.state === "converting") &&
        Date.now() - row.heardAt > ASK_EVERY_MS,
    );
    for (const row of silent.slice(0, MOST_ASKED)) {
      try {
        this.takeOver(row, (await send("GET", `/api/uploads/${row.uploadId}`)) as Message);
      } catch {
        return; // Offline; the next round asks again.
      }
    }
  }

  private async readAgain(row: FileRow): Promise<void> {
    try {
      const news = (await send("POST", `/api/uploads/${row.uploadId}/retry`)) as Message;
      this.mine.add(row);
      this.takeOver(row, news);
    } catch (error) {
      said(error);
    }
  }

  private drawOverall(): void {
    this.list.drawSoon();
    const box = document.querySelector<HTMLElement>("#overall");
    const bar = document.querySelector<HTMLProgressElement>("#overall-progress");
    const words = document.querySelector("#overall-count");
    const left = document.querySelector("#overall-left");
    if (!box || !bar || !words || !left) return;
    const seconds = (performance.now() - this.startedAt) / 1000;
    const all = overallOf([...this.mine], seconds);
    box.hidden = all.nTotal === 0;
    bar.value = all.fraction;
    bar.classList.toggle("done", all.fraction === 1);
    words.textContent = `${all.nDone} of ${count(all.nTotal, "file")} ready`;
    const failed = all.nFailed ? `${all.nFailed} failed` : "";
    const time = all.secondsLeft === null ? "" : `about ${about(all.secondsLeft)} left`;
    left.textContent = [failed, time].filter(Boolean).join(" · ");
    if (all.fraction === 1 && all.nDone > 1 && this.isOfferDue) this.offer();
    if (all.nDone > 0) document.querySelector("#done")?.classList.add("primary");
    if (all.nDone > 1) document.querySelector("#group")?.removeAttribute("hidden");
  }

  private offer(): void {
    this.isOfferDue = false;
    void offerRecognized(this.dataset).catch(() => {
      // Offline: it is offered when the page is loaded again.
    });
  }

  private listen(): void {
    for (const id of ["files", "folder"]) {
      const input = document.querySelector<HTMLInputElement>(`#${id}`);
      input?.addEventListener("change", () => {
        const chosen = filesOfInput(input.files);
        input.value = "";
        void this.addWanted(chosen);
      });
    }
    document
      .querySelector("#cancel-waiting")
      ?.addEventListener("click", () => this.cancelWaiting());
    const zone = document.querySelector<HTMLElement>("#drop");
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone?.classList.add("is-over");
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) zone?.classList.remove("is-over");
    });
    document.addEventListener("drop", async (event) => {
      event.preventDefault();
      zone?.classList.remove("is-over");
      if (event.dataTransfer) await this.addWanted(await placedFilesOfDrop(event.dataTransfer));
    });
    addEventListener("online", () => {
      for (const row of this.lost) if (row.state === "failed") this.retry(row);
      this.lost.clear();
    });
    addEventListener("beforeunload", (event) => {
      const isBusy = [...this.mine].some(({ state }) => state === "sending" || state === "waiting");
      if (isBusy) event.preventDefault();
    });
  }
}

function said(error: unknown): void {
  toast(error instanceof Refusal ? error.message : "The server did not answer.", "bad");
}
