/** Select cells by clicking them; dragging moves the picture. */
import type { Comparing } from "./comparing.ts";
import { type PointerPlace, QuietTool } from "./tool.ts";
import type { Workspace } from "./workspace.ts";

export class PickTool extends QuietTool {
  override readonly cursor = "default";
  override readonly isDragPanning = true;
  readonly #workspace: Workspace;
  readonly #comparing: Comparing;

  constructor(workspace: Workspace, comparing: Comparing) {
    super();
    this.#workspace = workspace;
    this.#comparing = comparing;
  }

  override reach(): null {
    return null;
  }

  override click(place: PointerPlace): void {
    const label = this.#workspace.labelAt(place.image);
    const isMissing = label === 0 && this.#comparing.pickMissing(place.image, place.isShift);
    if (isMissing && place.isShift) return;
    if (!isMissing && !place.isShift) this.#comparing.pickNone();
    const selected = this.#workspace.selected.value;
    if (!place.isShift) this.#workspace.select(label === 0 ? [] : [label]);
    else if (selected.includes(label)) {
      this.#workspace.select(selected.filter((other) => other !== label));
    } else if (label !== 0) this.#workspace.select([...selected, label]);
  }
}
