/** Select cells by clicking them; dragging moves the picture. */

import { type PointerPlace, QuietTool } from "./tool.ts";
import type { Workspace } from "./workspace.ts";

export class PickTool extends QuietTool {
  override readonly cursor = "default";
  override readonly isDragPanning = true;
  readonly #workspace: Workspace;

  constructor(workspace: Workspace) {
    super();
    this.#workspace = workspace;
  }

  override click(place: PointerPlace): void {
    const label = this.#workspace.labelAt(place.image);
    const selected = this.#workspace.selected.value;
    if (!place.isShift) this.#workspace.select(label === 0 ? [] : [label]);
    else if (selected.includes(label)) {
      this.#workspace.select(selected.filter((other) => other !== label));
    } else if (label !== 0) this.#workspace.select([...selected, label]);
  }
}
