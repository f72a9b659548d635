import { count } from "../format.ts";
import { FileRow, type RowActions } from "./file_row.ts";
import { arrange, rowsToShow } from "./shown_rows.ts";
import type { UploadState } from "./states.ts";

const DRAW_EVERY_MS = 500;
const UNLISTED: Partial<Record<UploadState, [one: string, many: string]>> = {
  waiting: ["waits to be sent", "wait to be sent"],
  checking: ["waits to be read", "wait to be read"],
  ready: ["is ready", "are ready"],
  failed: ["has failed", "have failed"],
  asking: ["needs an answer", "need an answer"],
};

/** The files of the page, the newest first; of thousands those are shown that matter now. */
export class FileList {
  readonly rows: FileRow[] = [];
  private readonly byUpload = new Map<string, FileRow>();
  private readonly body = document.querySelector("#rows");
  private readonly template = document.querySelector<HTMLTemplateElement>("#row");
  private isDrawingSoon = false;

  constructor(actions: RowActions) {
    for (const element of document.querySelectorAll<HTMLTableRowElement>("#rows > tr")) {
      const row = FileRow.ofServer(element, actions);
      this.rows.push(row);
      if (row.uploadId) this.byUpload.set(row.uploadId, row);
    }
  }

  rowOf(uploadId: string): FileRow | undefined {
    return this.byUpload.get(uploadId);
  }

  /** New files, before those that are there. */
  add(...rows: FileRow[]): void {
    this.rows.unshift(...rows);
    document.querySelector("#file-list")?.removeAttribute("hidden");
    this.draw();
  }

  /** The server knows a file now; one that goes on has a row from before the page was loaded. */
  name(row: FileRow, uploadId: string): void {
    const before = this.byUpload.get(uploadId);
    if (before && before !== row) this.rows.splice(this.rows.indexOf(before), 1);
    row.uploadId = uploadId;
    this.byUpload.set(uploadId, row);
    this.drawSoon();
  }

  /** Show other rows when others matter; calls that come close together are one. */
  drawSoon(): void {
    if (this.isDrawingSoon) return;
    this.isDrawingSoon = true;
    setTimeout(() => {
      this.isDrawingSoon = false;
      this.draw();
    }, DRAW_EVERY_MS);
  }

  private draw(): void {
    const { body, template } = this;
    if (!body || !template) return;
    const shown = rowsToShow(this.rows);
    arrange(
      body,
      shown.map((row) => row.elementFrom(template)),
    );
    this.drawUnlisted(new Set(shown));
  }

  private drawUnlisted(shown: ReadonlySet<FileRow>): void {
    const line = document.querySelector<HTMLElement>("#unlisted");
    const words = line?.querySelector("span");
    const button = document.querySelector<HTMLElement>("#cancel-waiting");
    if (!line || !words || !button) return;
    const others = this.rows.filter((row) => !shown.has(row));
    const parts = Object.entries(UNLISTED).flatMap(([state, [one, many]]) => {
      const n = others.filter((row) => row.state === state).length;
      return n === 0 ? [] : [`${count(n, "more file")} ${n === 1 ? one : many}`];
    });
    words.textContent = parts.join(" · ");
    line.hidden = parts.length === 0;
    button.hidden = !others.some((row) => row.state === "waiting");
  }
}
