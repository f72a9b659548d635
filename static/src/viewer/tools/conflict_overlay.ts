/** Draws both changes of a conflict over the masks: stripes of either slope, with a word each. */
import type { Change } from "../model/edit.ts";
import type { Box } from "../model/geometry.ts";
import { uniteBoxes } from "../model/geometry.ts";
import type { ObjectIndex } from "../model/object_index.ts";
import { forEachSpan, type Patch } from "../model/patch.ts";
import { placesOfChange } from "../model/place_of_change.ts";
import type { View } from "../model/view.ts";

export interface DrawnChange {
  readonly changes: readonly Change[];
  /** Said at its corner: "Mine". */
  readonly word: string;
  readonly side: "mine" | "theirs";
}

/** Okabe and Ito's blue and orange, told apart by the slope of their stripes besides. */
export const SIDE_COLORS = { mine: "#56b4e9", theirs: "#e69f00" } as const;
const STEP = 8;
/** Larger changes are drawn as boxes. */
const MOST_RUNS = 20_000;
const FONT = '600 12px "Inter", system-ui, sans-serif';

export function drawChange(
  context: CanvasRenderingContext2D,
  view: View,
  plane: { readonly t: number; readonly z: number },
  drawn: DrawnChange,
  objects: ObjectIndex,
): void {
  const places = drawn.changes
    .flatMap((change) => placesOfChange(change, objects))
    .filter(({ t, z }) => t === plane.t && z === plane.z);
  const [first, ...others] = places.map(({ box }) => box);
  if (first === undefined) return;
  const patches = drawn.changes
    .flatMap((change) => change.patches)
    .filter(({ t, z }) => t === plane.t && z === plane.z);
  const n_runs = patches.reduce((sum, { runs }) => sum + runs.length / 4, 0);
  const isShape = patches.length > 0 && n_runs <= MOST_RUNS;
  const path = isShape ? shapeOf(patches, view) : boxesOf([first, ...others], view);
  fillWithStripes(context, view, path, drawn.side, isShape);
  const box = others.reduce(uniteBoxes, first);
  drawWord(context, view, box, drawn);
}

function shapeOf(patches: readonly Patch[], view: View): Path2D {
  const path = new Path2D();
  const [top, left, bottom, right] = view.box;
  for (const patch of patches) {
    forEachSpan(patch, (y, x0, x1) => {
      if (y < top || y > bottom || x1 < left || x0 > right) return;
      const [y0, xStart] = view.imageToScreen([y - 0.5, x0 - 0.5]);
      const [y1, xEnd] = view.imageToScreen([y + 0.5, x1 - 0.5]);
      path.rect(xStart, y0, xEnd - xStart, y1 - y0);
    });
  }
  return path;
}

function boxesOf(boxes: readonly Box[], view: View): Path2D {
  const path = new Path2D();
  for (const [y0, x0, y1, x1] of boxes) {
    const [top, left] = view.imageToScreen([y0 - 0.5, x0 - 0.5]);
    const [bottom, right] = view.imageToScreen([y1 - 0.5, x1 - 0.5]);
    path.rect(left, top, right - left, bottom - top);
  }
  return path;
}

function fillWithStripes(
  context: CanvasRenderingContext2D,
  view: View,
  path: Path2D,
  side: DrawnChange["side"],
  isShape: boolean,
): void {
  const { height, width } = view.size;
  context.save();
  context.strokeStyle = SIDE_COLORS[side];
  context.fillStyle = SIDE_COLORS[side];
  if (!isShape) {
    context.setLineDash([6, 4]);
    context.lineWidth = 2;
    context.stroke(path);
  }
  context.clip(path);
  context.globalAlpha = isShape ? 0.28 : 0.1;
  context.fillRect(0, 0, width, height);
  context.globalAlpha = 0.95;
  context.setLineDash([]);
  context.lineWidth = 2;
  context.beginPath();
  for (let x = -height; x < width + height; x += STEP) {
    const slope = side === "mine" ? height : -height;
    context.moveTo(x, height);
    context.lineTo(x + slope, 0);
  }
  context.stroke();
  context.restore();
}

/** Mine above the place, theirs below it, so that both can be read. */
function drawWord(
  context: CanvasRenderingContext2D,
  view: View,
  [y0, x0, y1]: Box,
  { word, side }: DrawnChange,
): void {
  const [top, left] = view.imageToScreen([y0 - 0.5, x0 - 0.5]);
  const [bottom] = view.imageToScreen([y1 - 0.5, x0]);
  context.font = FONT;
  context.textBaseline = "middle";
  const at = side === "mine" ? top - 28 : bottom + 6;
  context.beginPath();
  context.roundRect(left, at, context.measureText(word).width + 14, 22, 5);
  context.fillStyle = SIDE_COLORS[side];
  context.fill();
  context.fillStyle = "#0b1016";
  context.fillText(word, left + 7, at + 11.5);
}
