import "./shell.ts";
import { count } from "../shared/format.ts";
import { listenToProject, projectsOfPage } from "../shared/live.ts";
import { refreshSoon } from "../shared/refresh.ts";
import { toast } from "../shared/toast.ts";
import { filesOfInput, placedFilesOfDrop } from "../shared/uploads/dropped.ts";
import type { PlacedFile } from "../shared/uploads/folder_package.ts";
import { maskFiles } from "../shared/uploads/mask_files.ts";
import { MaskSender } from "../shared/uploads/mask_sender.ts";

/** Drop files with masks; what they propose comes from the server as soon as it is read. */
const overall = document.querySelector<HTMLElement>("#overall");
const words = document.querySelector("#overall-count");
const bar = document.querySelector<HTMLProgressElement>("#overall-progress");
const notSent = document.querySelector("#not-sent");

const { dataset, image } = document.body.dataset;
const sender = new MaskSender(dataset ?? "", image ?? null, {
  onProgress: (nDone, nTotal) => {
    if (overall) overall.hidden = nTotal === 0;
    if (bar) bar.value = nDone / Math.max(1, nTotal);
    bar?.classList.toggle("done", nDone === nTotal);
    if (words) words.textContent = `${nDone} of ${count(nTotal, "file")} sent`;
    if (nDone === nTotal) refreshSoon();
  },
  onFail: (name, sentence) => {
    const line = document.createElement("li");
    const title = document.createElement("b");
    title.textContent = name;
    line.append(title, sentence);
    notSent?.append(line);
  },
});

async function add(placed: readonly PlacedFile[]): Promise<void> {
  const files = await maskFiles(placed);
  if (files.length > 0) sender.add(files);
  else toast("There is no file with masks among these.", "bad");
}

for (const project of projectsOfPage()) listenToProject(project, refreshSoon);

for (const id of ["files", "folder"]) {
  const input = document.querySelector<HTMLInputElement>(`#${id}`);
  input?.addEventListener("change", () => {
    void add(filesOfInput(input.files));
    input.value = "";
  });
}

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
  if (event.dataTransfer) await add(await placedFilesOfDrop(event.dataTransfer));
});
addEventListener("beforeunload", (event) => {
  if (sender.isBusy) event.preventDefault();
});
