/** Show others what is on the screen: a link to the same view, and a picture of it. */
import type { Editor } from "../tools/editor.ts";
import { addressHere } from "./place_in_url.ts";

const BAR_HEIGHT = 4;
const MARGIN = 16;

/** Put the address of this very view on the clipboard. */
export async function copyLink({ workspace }: Editor): Promise<void> {
  const address = new URL(addressHere(workspace), location.href).href;
  try {
    await navigator.clipboard.writeText(address);
    workspace.say("info", "The link to this view is copied.");
  } catch {
    // Without https or the permission only the person can copy.
    workspace.say("warning", `Copy the link from the address of this page: ${address}`);
  }
}

/** Save what is seen, with masks and scale bar but without the tools, as a PNG. */
export function saveScreenshot(editor: Editor, scale: HTMLElement): void {
  const { stage, workspace } = editor;
  stage.drawNow();
  const source = stage.picture;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [source.width, source.height];
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.drawImage(source, 0, 0);
  const ratio = source.width / Math.max(1, workspace.view.value.size.width);
  drawScale(context, ratio, scale);
  canvas.toBlob((blob) => {
    if (blob) download(blob, `${fileName(workspace.image.name)}.png`);
    else workspace.say("warning", "The picture could not be made. Try a smaller window.");
  }, "image/png");
}

/** The scale bar as the page shows it. */
function drawScale(context: CanvasRenderingContext2D, ratio: number, scale: HTMLElement): void {
  const { width, height } = context.canvas;
  const length = (scale.querySelector("i")?.offsetWidth ?? 0) * ratio;
  const [left, top] = [width - MARGIN * ratio - length, height - (MARGIN + BAR_HEIGHT) * ratio];
  context.shadowColor = "#000";
  context.shadowBlur = 4 * ratio;
  context.fillStyle = "#fff";
  context.fillRect(left, top, length, BAR_HEIGHT * ratio);
  context.font = `600 ${13 * ratio}px "Inter", system-ui, sans-serif`;
  context.textAlign = "center";
  context.fillText(scale.textContent ?? "", left + length / 2, top - 6 * ratio);
}

function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the file by the time this task is over.
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Without what some file systems do not take. */
function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^_+|_+$/g, "") || "image";
}
