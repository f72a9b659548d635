/** What every tool of the rail answers to. */
import type { Box, Point } from "../model/geometry.ts";
import type { View } from "../model/view.ts";

const DOT_RADIUS = 4;

/** Where the pointer is, with the keys that are held. */
export interface PointerPlace {
  readonly image: Point;
  readonly screen: Point;
  readonly isShift: boolean;
  readonly isAlt: boolean;
  /** Ctrl, or the command key of a Mac. */
  readonly isCtrl: boolean;
  /** Whether it is the right button, or that on the barrel of a pen. */
  readonly isRight: boolean;
}

export interface Tool {
  /** The CSS cursor over the canvas. */
  readonly cursor: string;
  /** Whether dragging with the main button moves the picture instead. */
  readonly isDragPanning: boolean;
  /** Whether the right button works as the main one with shift. */
  readonly takesRightButton: boolean;
  /** The tool was taken in hand. */
  chosen(): void;
  /** The button went down. */
  down(place: PointerPlace): void;
  /** The pointer moved while the button was down; all places since the last call, in order. */
  drag(places: readonly PointerPlace[]): void;
  up(place: PointerPlace): void;
  /** The button went down and up without moving; comes after `down` and `up`. */
  click(place: PointerPlace): void;
  doubleClick(place: PointerPlace): void;
  /** Forget what was begun. True when there was something to forget. */
  cancel(): boolean;
  /** Enter was pressed. True when the tool has used it. */
  finish(): boolean;
  /** Draw what is in progress above the picture; in CSS pixels of the screen. */
  draw(context: CanvasRenderingContext2D, view: View): void;
  /** The box that it draws in; null when it draws nothing. */
  reach(view: View): Box | null;
}

/** A tool that does nothing; others say only where they differ. */
export abstract class QuietTool implements Tool {
  readonly cursor: string = "default";
  readonly isDragPanning: boolean = false;
  readonly takesRightButton: boolean = false;
  chosen(): void {}
  down(_place: PointerPlace): void {}
  drag(_places: readonly PointerPlace[]): void {}
  up(_place: PointerPlace): void {}
  click(_place: PointerPlace): void {}
  doubleClick(_place: PointerPlace): void {}
  cancel(): boolean {
    return false;
  }
  finish(): boolean {
    return false;
  }
  draw(_context: CanvasRenderingContext2D, _view: View): void {}
  reach({ size }: View): Box | null {
    return [0, 0, size.height, size.width];
  }
}

/** Draw a polyline of image points; light over a dark edge, so it shows on everything. */
export function drawPath(
  context: CanvasRenderingContext2D,
  view: View,
  points: readonly Point[],
  isClosed: boolean,
): void {
  if (points.length === 0) return;
  context.beginPath();
  points.forEach((point, index) => {
    const [y, x] = view.imageToScreen(point);
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  if (isClosed) context.closePath();
  context.lineJoin = "round";
  context.lineCap = "round";
  context.strokeStyle = "rgb(0 0 0 / .55)";
  context.lineWidth = 4;
  context.stroke();
  context.strokeStyle = "#fff";
  context.lineWidth = 1.75;
  context.stroke();
}

/** Draw clicked places as dots of a colour. */
export function drawDots(
  context: CanvasRenderingContext2D,
  view: View,
  points: readonly Point[],
  color: string,
): void {
  for (const point of points) {
    const [y, x] = view.imageToScreen(point);
    context.beginPath();
    context.arc(x, y, DOT_RADIUS, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
    context.strokeStyle = "#fff";
    context.lineWidth = 1.5;
    context.stroke();
  }
}
