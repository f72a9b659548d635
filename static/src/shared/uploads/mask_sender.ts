import { csrfToken } from "../csrf.ts";
import { sentenceOf } from "../send.ts";
import type { PlacedFile } from "./folder_package.ts";

const IN_PARALLEL = 3;
/** The server reads such a body while it arrives. */
const ARRIVING = "application/offset+octet-stream";

interface Listener {
  onProgress(nDone: number, nTotal: number): void;
  onFail(name: string, sentence: string): void;
}

/** Sends files with masks to a dataset, a few at a time; each is one request. */
export class MaskSender {
  private readonly waiting: PlacedFile[] = [];
  private nDone = 0;
  private nTotal = 0;
  private nSending = 0;

  constructor(
    private readonly dataset: string,
    /** The one image that all files are meant for; null when names tell. */
    private readonly image: string | null,
    private readonly listener: Listener,
  ) {}

  get isBusy(): boolean {
    return this.nSending > 0;
  }

  add(files: readonly PlacedFile[]): void {
    if (!this.isBusy) this.nDone = this.nTotal = 0;
    this.waiting.push(...files);
    this.nTotal += files.length;
    this.listener.onProgress(this.nDone, this.nTotal);
    while (this.nSending < IN_PARALLEL && this.waiting.length > 0) void this.sendOn();
  }

  private async sendOn(): Promise<void> {
    this.nSending += 1;
    for (let file = this.waiting.shift(); file; file = this.waiting.shift()) {
      await this.send(file);
      this.nDone += 1;
      this.listener.onProgress(this.nDone, this.nTotal);
    }
    this.nSending -= 1;
  }

  private async send({ path: name, file }: PlacedFile): Promise<void> {
    const query = new URLSearchParams({ name, ...(this.image && { image: this.image }) });
    const url = `/api/datasets/${this.dataset}/label-files?${query}`;
    const headers = { "X-CSRFToken": csrfToken(), "Content-Type": ARRIVING };
    try {
      const answer = await fetch(url, { method: "POST", headers, body: file });
      if (!answer.ok) this.listener.onFail(name, sentenceOf(await answer.text(), answer.status));
    } catch {
      this.listener.onFail(name, "The connection broke. Drop this file once more.");
    }
  }
}
