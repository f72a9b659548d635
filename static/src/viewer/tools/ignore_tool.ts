/** Drag around a region, or click its corners, to set it aside; shift and a click take it back. */
import type { Point } from "../model/geometry.ts";
import { regionAt } from "../model/regions.ts";
import type { Editing } from "./editing.ts";
import { LassoTool } from "./lasso_tool.ts";
import type { Marking } from "./marking.ts";
import type { PointerPlace } from "./tool.ts";

export class IgnoreTool extends LassoTool {
  readonly #editing: Editing;
  readonly #marking: Marking;

  constructor(editing: Editing, marking: Marking) {
    super(editing);
    this.#editing = editing;
    this.#marking = marking;
  }

  override click(place: PointerPlace): void {
    if (!place.isShift) {
      super.click(place);
      return;
    }
    this.cancel();
    const { t, z, document } = this.#editing.workspace;
    const region = regionAt(document.objects.facts.regions, t.value, z.value, place.image);
    if (region === null) this.#editing.workspace.say("info", "There is no ignored region here.");
    else this.#marking.stopIgnoring(region);
  }

  protected override use(points: readonly Point[]): void {
    this.#marking.ignore(points);
  }
}
