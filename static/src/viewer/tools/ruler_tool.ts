/** Drag a line to measure its length; it stays until the next one, or Escape. */
import { distance, type Point } from "../model/geometry.ts";
import { lengthBetween } from "../model/length.ts";
import type { View } from "../model/view.ts";
import { drawPath, type PointerPlace, QuietTool } from "./tool.ts";
import type { Workspace } from "./workspace.ts";

const FONT = '600 12px "Inter", system-ui, sans-serif';

export class RulerTool extends QuietTool {
  override readonly cursor = "crosshair";
  readonly #workspace: Workspace;
  #line: readonly [Point, Point] | null = null;

  constructor(workspace: Workspace) {
    super();
    this.#workspace = workspace;
  }

  override down(place: PointerPlace): void {
    this.#line = [place.image, place.image];
  }

  override drag(places: readonly PointerPlace[]): void {
    const last = places.at(-1);
    if (this.#line && last) this.#line = [this.#line[0], last.image];
  }

  override up(): void {
    if (!this.#line) return;
    if (distance(...this.#line) > 0) this.#workspace.say("info", `Length: ${this.#text()}`);
    else this.#line = null;
  }

  override cancel(): boolean {
    const isActive = this.#line !== null;
    this.#line = null;
    return isActive;
  }

  override draw(context: CanvasRenderingContext2D, view: View): void {
    if (!this.#line) return;
    drawPath(context, view, this.#line, false);
    const [y, x] = view.imageToScreen(this.#line[1]);
    const text = this.#text();
    context.font = FONT;
    context.textBaseline = "middle";
    const width = context.measureText(text).width;
    context.fillStyle = "rgb(8 11 14 / .85)";
    context.fillRect(x + 10, y + 8, width + 14, 22);
    context.fillStyle = "#fff";
    context.fillText(text, x + 17, y + 19.5);
  }

  #text(): string {
    return this.#line ? lengthBetween(...this.#line, this.#workspace.image.pixel_size_um) : "";
  }
}
