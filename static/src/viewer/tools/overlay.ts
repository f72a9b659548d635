/** The 2-D canvas above the picture: the tool in use, the doubtful cell, the others' cursors. */
import { type Box, growBox } from "../model/geometry.ts";
import type { CellObject } from "../model/object_index.ts";
import { Signal } from "../model/signal.ts";
import type { View } from "../model/view.ts";
import { drawChange } from "./conflict_overlay.ts";
import type { Conflicts } from "./conflicts.ts";
import type { Proposal } from "./propagation.ts";
import { drawRegion } from "./region_overlay.ts";
import { drawCross } from "./side_pane.ts";
import { drawTag, fillStripes } from "./stripes.ts";
import type { Tool } from "./tool.ts";
import type { Workspace } from "./workspace.ts";

const PROPOSED = { fill: "rgb(55 184 171 / .35)", line: "rgb(255 255 255 / .85)", slope: 1 };

const EVERYWHERE: Box = [-Infinity, -Infinity, Infinity, Infinity];
const NOWHERE: Box = [0, 0, 0, 0];

export class Overlay {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #workspace: Workspace;
  /** What would be carried on, in whatever planes. */
  proposals: Signal<readonly Proposal[]> = new Signal<readonly Proposal[]>([]);

  /** Changes of two people at the same place, if there are any. */
  conflicts: Conflicts | null = null;

  constructor(canvas: HTMLCanvasElement, workspace: Workspace) {
    this.#canvas = canvas;
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("This browser cannot draw on a canvas.");
    this.#context = context;
    this.#workspace = workspace;
  }

  draw(tool: Tool, view: View): void {
    const reach = this.#isAnythingBesides() ? EVERYWHERE : tool.reach(view);
    this.#show(reach);
    if (reach === null) return;
    const context = this.#context;
    const ratio = this.#canvas.width / Math.max(1, view.size.width);
    context.reset();
    // Chromium may keep the former picture when a frame does nothing but clear it.
    context.fillStyle = "rgb(0 0 0 / .004)";
    context.fillRect(0, 0, 1, 1);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { focus, isPeeking } = this.#workspace;
    if (!isPeeking.value) this.#drawRegions(view);
    if (focus.value && !isPeeking.value) drawFocus(context, view, focus.value);
    this.#drawProposals(view);
    if (!isPeeking.value) this.#drawConflict(view);
    tool.draw(context, view);
    const { beside, pointer } = this.#workspace;
    if (beside.value && pointer.value) drawCross(context, view.imageToScreen(pointer.value));
    this.#drawCursors(view);
  }

  /** A canvas above the picture costs a third of a frame where it is drawn by a processor. */
  #show(reach: Box | null): void {
    const [top, left, bottom, right] = reach ?? NOWHERE;
    const clip =
      reach === EVERYWHERE ? "auto" : `rect(${top}px, ${right}px, ${bottom}px, ${left}px)`;
    if (this.#canvas.style.clip !== clip) this.#canvas.style.clip = clip;
  }

  /** Whether something else than the tool is drawn. */
  #isAnythingBesides(): boolean {
    const { focus, cursors, beside, shown } = this.#workspace;
    const isCompared = beside.value !== null || (this.conflicts?.current.value ?? null) !== null;
    const areMarked = shown.value.objects.facts.regions.size > 0 || focus.value !== null;
    return isCompared || areMarked || cursors.value.size > 0 || this.proposals.value.length > 0;
  }

  #drawRegions(view: View): void {
    const { shown, t, z } = this.#workspace;
    for (const region of shown.value.objects.facts.regions.values()) {
      if (region.t === t.value && region.z === z.value)
        drawRegion(this.#context, view, region.points);
    }
  }

  #drawProposals(view: View): void {
    const { t, z } = this.#workspace;
    for (const proposal of this.proposals.value) {
      if (proposal.t === t.value && proposal.z === z.value) {
        drawProposal(this.#context, view, proposal);
      }
    }
  }

  #drawConflict(view: View): void {
    const { current, side } = this.conflicts ?? {};
    const entry = current?.value ?? null;
    if (entry === null) return;
    const { t, z, document } = this.#workspace;
    const plane = { t: t.value, z: z.value };
    const [edits, cause] = [entry.edits, entry.cause];
    const author = cause.at(-1)?.author.name ?? "";
    const theirs = { changes: cause, word: author, side: "theirs" } as const;
    const mine = { changes: edits, word: "Mine", side: "mine" } as const;
    if (side?.value !== "mine") drawChange(this.#context, view, plane, theirs, document.objects);
    if (side?.value !== "theirs") drawChange(this.#context, view, plane, mine, document.objects);
  }

  #drawCursors(view: View): void {
    const { cursors, t, z } = this.#workspace;
    for (const { name, color, y, x, ...place } of cursors.value.values()) {
      if (place.t !== t.value || place.z !== z.value) continue;
      const [top, left] = view.imageToScreen([y, x]);
      drawCursor(this.#context, left, top, name.split(" ")[0]!, color);
    }
  }
}

/** Darken everything but the cell, with a dashed frame and what there is to say about it. */
function drawFocus(context: CanvasRenderingContext2D, view: View, object: CellObject): void {
  const [y0, x0, y1, x1] = growBox(object.box, 4);
  const [top, left] = view.imageToScreen([y0 - 0.5, x0 - 0.5]);
  const [bottom, right] = view.imageToScreen([y1 - 0.5, x1 - 0.5]);
  context.beginPath();
  context.rect(0, 0, view.size.width, view.size.height);
  context.roundRect(left, top, right - left, bottom - top, 6);
  context.fillStyle = "rgb(5 7 10 / .32)";
  context.fill("evenodd");
  context.beginPath();
  context.roundRect(left, top, right - left, bottom - top, 6);
  context.setLineDash([5, 4]);
  context.lineWidth = 1.5;
  context.strokeStyle = "#fff";
  context.stroke();
  context.setLineDash([]);
  const sure = object.confidence === null ? "" : ` · ${Math.round(object.confidence * 100)} % sure`;
  drawTag(context, left - 1, top - 29, `Cell ${object.label}${sure}`);
}

/** The shape in stripes, with what to press; stripes, as the cells below have plain outlines. */
function drawProposal(context: CanvasRenderingContext2D, view: View, proposal: Proposal): void {
  const { top, left } = fillStripes(context, view, proposal.mask, PROPOSED);
  const what = proposal.target === null ? "New cell" : `Cell ${proposal.target}`;
  drawTag(context, left, top - 29, `${what}: Enter keeps, Esc drops`);
}

function drawCursor(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  name: string,
  color: string,
): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + 4.5, y + 13);
  context.lineTo(x + 7, y + 8);
  context.lineTo(x + 12.5, y + 6);
  context.closePath();
  context.fillStyle = color;
  context.fill();
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.strokeStyle = "#fff";
  context.stroke();
  drawTag(context, x + 12, y + 12, name, color, "#fff");
}
