/**
 * Draw around a cell, or with shift an ellipse over it, and it takes exactly that shape; or click
 * it, and the model draws it. Where no cell is, a new one is made.
 */
import { ellipseBetween } from "../model/ellipse.ts";
import { distance, type Point } from "../model/geometry.ts";
import { maskOf } from "../model/propagate.ts";
import type { Meant } from "../model/redrawing.ts";
import type { View } from "../model/view.ts";
import type { Editing } from "./editing.ts";
import type { Finding } from "./finding.ts";
import type { Redrawing } from "./redrawing.ts";
import { drawTag, fillStripes } from "./stripes.ts";
import { drawPath, type PointerPlace, QuietTool } from "./tool.ts";

/** A line that stays this near to its start is a click; CSS pixels. */
const CLICK_DISTANCE = 4;
/** The height of a tag and a little more; CSS pixels. */
const ABOVE = 29;
const TAKES_SHAPE = { fill: "rgb(55 184 171 / .22)", line: "rgb(255 255 255 / .5)", slope: 1 };
const VANISHES = { fill: "rgb(240 138 128 / .35)", line: "rgb(255 255 255 / .8)", slope: -1 };

export class RedrawTool extends QuietTool {
  override readonly cursor = "crosshair";
  readonly #editing: Editing;
  readonly #redrawing: Redrawing;
  readonly #finding: Finding;
  #points: Point[] = [];
  /** The first corner of an ellipse. */
  #corner: Point | null = null;
  #isCutting = false;
  /** What the outline means as it is now; undefined until somebody asks. */
  #meant: Meant | null | undefined = undefined;

  constructor(editing: Editing, redrawing: Redrawing, finding: Finding) {
    super();
    this.#editing = editing;
    this.#redrawing = redrawing;
    this.#finding = finding;
  }

  override chosen(): void {
    void this.#finding.look();
  }

  override down(place: PointerPlace): void {
    if (!this.#editing.mayEdit()) return;
    this.#points = [place.image];
    this.#corner = place.isShift ? place.image : null;
    this.#isCutting = place.isAlt;
  }

  override drag(places: readonly PointerPlace[]): void {
    const last = places.at(-1);
    if (this.#points.length === 0 || last === undefined) return;
    if (this.#corner) this.#points = ellipseBetween(this.#corner, last.image);
    else this.#points.push(...places.map(({ image }) => image));
    this.#meant = undefined;
  }

  override up(): void {
    const [points, isOutline] = [this.#points, this.#isOutline()];
    this.cancel();
    if (!isOutline) return;
    if (this.#isCutting) void this.#redrawing.cutOut(points);
    else void this.#redrawing.draw(points);
  }

  override click(place: PointerPlace): void {
    void this.#finding.find(place.image);
  }

  override cancel(): boolean {
    const isActive = this.#points.length > 0;
    this.#points = [];
    this.#meant = undefined;
    return isActive;
  }

  override draw(context: CanvasRenderingContext2D, view: View): void {
    if (!this.#isOutline()) return;
    const meant = this.#isCutting ? null : this.#meantNow();
    if (meant) this.#drawCells(context, view, meant);
    drawPath(context, view, this.#points, true);
    const places = this.#points.map((point) => view.imageToScreen(point));
    const top = Math.min(...places.map(([y]) => y));
    const left = Math.min(...places.map(([, x]) => x));
    const text = this.#isCutting ? "New cell, cut out" : meant && textOf(meant);
    if (text) drawTag(context, left, top - ABOVE, text);
  }

  #isOutline(): boolean {
    const { view } = this.#editing.workspace;
    const [start] = this.#points.map((point) => view.value.imageToScreen(point));
    return this.#points.some(
      (point) => distance(start!, view.value.imageToScreen(point)) >= CLICK_DISTANCE,
    );
  }

  #meantNow(): Meant | null {
    if (this.#meant === undefined) this.#meant = this.#redrawing.meantBy(this.#points);
    return this.#meant;
  }

  #drawCells(context: CanvasRenderingContext2D, view: View, { target, absorbed }: Meant): void {
    const { document, t, z } = this.#editing.workspace;
    for (const label of [target, ...absorbed]) {
      const cell = document.objects.get(label, t.value, z.value);
      const raster = cell && document.store.read(cell.box, t.value, z.value);
      const stripes = label === target ? TAKES_SHAPE : VANISHES;
      if (raster) fillStripes(context, view, maskOf(raster, label), stripes);
    }
  }
}

function textOf({ target, absorbed, larger }: Meant): string {
  const from = larger === 0 ? "" : `, cut out of cell ${larger}`;
  const what = `${target === 0 ? "New cell" : `Cell ${target} takes this shape`}${from}`;
  if (absorbed.length === 0) return what;
  return `${what}, ${absorbed.length} inside ${absorbed.length === 1 ? "goes" : "go"}`;
}
