/** Mouse, pen and fingers on the canvas: moves the view or feeds the tool in use. */

import { scaled } from "../model/brush_size.ts";
import { distance, type Point } from "../model/geometry.ts";
import { zoomLimits } from "../model/view.ts";
import type { Glide } from "./glide.ts";
import { PalmGuard } from "./palm_guard.ts";
import type { PointerPlace, Tool } from "./tool.ts";
import type { Workspace } from "./workspace.ts";

/** A pointer that moves less than this between down and up has clicked; CSS pixels. */
const CLICK_DISTANCE = 4;
const ZOOM_PER_PIXEL = 0.0018;
const ZOOM_PER_PINCH = 0.012;
const PIXELS_PER_LINE = 33;
const MIDDLE_BUTTON = 1;
const RIGHT_BUTTON = 2;
const RIGHT_BUTTON_IS_DOWN = 2;
/** The other end of a pen, or its button for erasing (Pointer Events, 4.1.1.2). */
const ERASER_BUTTON = 5;
/** A finger that rests so long selects the cell under it. */
const LONG_PRESS_MS = 500;
const RESTING_DISTANCE = 10;

type Gesture =
  | { kind: "tool"; start: Point; isClick: boolean }
  | { kind: "pan"; start: Point; last: Point; isClickable: boolean }
  | { kind: "pinch" };

/** What pointers work on: the tool in use; and what a pen does when its other end touches. */
export interface Hand {
  tool(): Tool;
  /** The eraser end went down, or up again. */
  turnPen?(isErasing: boolean): void;
}

export class PointerInput {
  readonly #element: HTMLElement;
  readonly #workspace: Workspace;
  readonly #glide: Glide;
  readonly #hand: Hand;
  readonly #onChange: () => void;
  readonly #fingers = new Map<number, Point>();
  readonly #palm = new PalmGuard();
  #gesture: Gesture | null = null;
  #longPress = 0;
  #restsAt: Point = [0, 0];
  #isSpaceHeld = false;

  constructor(
    element: HTMLElement,
    workspace: Workspace,
    glide: Glide,
    hand: Hand,
    onChange: () => void,
  ) {
    this.#element = element;
    this.#workspace = workspace;
    this.#glide = glide;
    this.#hand = hand;
    this.#onChange = onChange;
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerup", (event) => this.#up(event));
    element.addEventListener("pointercancel", (event) => this.#abort(event));
    element.addEventListener("pointerleave", () => this.#leave());
    element.addEventListener("dblclick", (event) => this.#tool().doubleClick(this.#place(event)));
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    element.addEventListener("contextmenu", (event) => event.preventDefault());
    this.updateCursor();
  }

  /** While space is held every drag moves the picture. */
  holdSpace(isHeld: boolean): void {
    this.#isSpaceHeld = isHeld;
    this.updateCursor();
  }

  updateCursor(): void {
    const isPanning = this.#gesture?.kind === "pan" && !this.#gesture.isClickable;
    const tool = this.#tool();
    this.#element.style.cursor = isPanning ? "grabbing" : this.#isSpaceHeld ? "grab" : tool.cursor;
  }

  #tool(): Tool {
    return this.#hand.tool();
  }

  #down(event: PointerEvent): void {
    if (this.#palm.isPalm(event)) return;
    this.#palm.note(event);
    this.#glide.stop();
    if (event.pointerType === "pen") this.#forgetFingers();
    if (event.button === ERASER_BUTTON && this.#gesture === null) this.#hand.turnPen?.(true);
    const screen = this.#screenPoint(event);
    this.#element.setPointerCapture(event.pointerId);
    if (event.pointerType === "touch") this.#fingers.set(event.pointerId, screen);
    clearTimeout(this.#longPress);
    if (this.#fingers.size === 2) {
      this.#tool().cancel();
      this.#gesture = { kind: "pinch" };
      return;
    }
    const tool = this.#tool();
    if (!mayBegin(event, tool) || this.#gesture !== null) return;
    const isMiddle = event.button === MIDDLE_BUTTON;
    const isPanning = isMiddle || this.#isSpaceHeld || this.#isFingerBesidePen(event);
    if (isPanning || tool.isDragPanning) {
      const isClickable = tool.isDragPanning && !isMiddle && !this.#isSpaceHeld;
      this.#gesture = { kind: "pan", start: screen, last: screen, isClickable };
    } else {
      this.#gesture = { kind: "tool", start: screen, isClick: true };
      tool.down(this.#place(event));
    }
    if (event.pointerType === "touch") this.#waitForLongPress(screen);
    if (isMiddle) event.preventDefault();
    this.updateCursor();
    this.#onChange();
  }

  #move(event: PointerEvent): void {
    this.#palm.note(event);
    if (event.pointerType === "touch" && !this.#fingers.has(event.pointerId)) return;
    const screen = this.#screenPoint(event);
    const { view, pointer } = this.#workspace;
    if (distance(this.#restsAt, screen) > RESTING_DISTANCE) clearTimeout(this.#longPress);
    if (this.#gesture?.kind === "pinch") this.#pinch(event.pointerId, screen);
    else if (this.#gesture?.kind === "pan") this.#pan(screen);
    else if (this.#gesture?.kind === "tool") this.#drag(event);
    pointer.set(view.value.screenToImage(screen));
    if (this.#gesture === null) this.#hover(screen);
    this.#onChange();
  }

  #drag(event: PointerEvent): void {
    const gesture = this.#gesture;
    // A line that comes back to its start is no click.
    if (
      gesture?.kind === "tool" &&
      distance(gesture.start, this.#screenPoint(event)) >= CLICK_DISTANCE
    )
      gesture.isClick = false;
    // The browser may have measured the pointer more often than it tells.
    const events = event.getCoalescedEvents?.() ?? [];
    const places = (events.length > 0 ? events : [event]).map((one) => this.#place(one));
    this.#tool().drag(places);
  }

  #pan(screen: Point): void {
    const gesture = this.#gesture;
    if (gesture?.kind !== "pan") return;
    if (gesture.isClickable && distance(gesture.start, screen) < CLICK_DISTANCE) return;
    this.#gesture = { ...gesture, last: screen, isClickable: false };
    this.#moveView(screen[0] - gesture.last[0], screen[1] - gesture.last[1]);
    if (gesture.isClickable) this.updateCursor();
  }

  #pinch(pointerId: number, screen: Point): void {
    const [first, second] = [...this.#fingers.values()] as [Point, Point];
    if (!this.#fingers.has(pointerId) || second === undefined) return;
    this.#fingers.set(pointerId, screen);
    const [newFirst, newSecond] = [...this.#fingers.values()] as [Point, Point];
    const before: Point = [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2];
    const after: Point = [(newFirst[0] + newSecond[0]) / 2, (newFirst[1] + newSecond[1]) / 2];
    this.#moveView(after[0] - before[0], after[1] - before[1]);
    this.zoom(after, distance(newFirst, newSecond) / Math.max(1, distance(first, second)));
  }

  #up(event: PointerEvent): void {
    this.#palm.note(event);
    if (event.pointerType === "touch" && !this.#fingers.has(event.pointerId)) return;
    const gesture = this.#gesture;
    clearTimeout(this.#longPress);
    this.#fingers.delete(event.pointerId);
    if (gesture === null || (gesture.kind === "pinch" && this.#fingers.size > 0)) return;
    this.#gesture = null;
    const place = this.#place(event);
    if (gesture.kind === "tool") {
      this.#tool().up(place);
      if (gesture.isClick) this.#tool().click(place);
      if (event.button === ERASER_BUTTON) this.#hand.turnPen?.(false);
    } else if (gesture.kind === "pan" && gesture.isClickable) this.#tool().click(place);
    this.updateCursor();
    this.#onChange();
  }

  /** Whatever the tool, a finger that rests takes the cell under it into the selection. */
  #waitForLongPress(screen: Point): void {
    this.#restsAt = screen;
    this.#longPress = window.setTimeout(() => {
      if (this.#gesture === null || this.#gesture.kind === "pinch") return;
      this.#tool().cancel();
      this.#gesture = null;
      const label = this.#workspace.labelAt(this.#workspace.view.value.screenToImage(screen));
      this.#workspace.select(label === 0 ? [] : [label]);
      this.#onChange();
    }, LONG_PRESS_MS);
  }

  #isFingerBesidePen({ pointerType }: PointerEvent): boolean {
    return pointerType === "touch" && this.#palm.hasPen;
  }

  /** What lay on the screen before the pen came was the hand that holds it. */
  #forgetFingers(): void {
    if (this.#fingers.size === 0) return;
    clearTimeout(this.#longPress);
    this.#fingers.clear();
    if (this.#gesture?.kind === "tool") this.#tool().cancel();
    this.#gesture = null;
  }

  #abort(event: PointerEvent): void {
    this.#palm.note(event);
    if (event.pointerType === "touch" && !this.#fingers.has(event.pointerId)) return;
    clearTimeout(this.#longPress);
    this.#fingers.delete(event.pointerId);
    if (this.#gesture?.kind === "tool") this.#tool().cancel();
    this.#gesture = null;
    this.#hand.turnPen?.(false);
    this.updateCursor();
  }

  #leave(): void {
    if (this.#gesture !== null) return;
    this.#workspace.pointer.set(null);
    this.#workspace.hovered.set(0);
    this.#onChange();
  }

  #hover(screen: Point): void {
    const { view, hovered } = this.#workspace;
    hovered.set(this.#workspace.labelAt(view.value.screenToImage(screen)));
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    this.#glide.stop();
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? PIXELS_PER_LINE : 1;
    const [dy, dx] = [event.deltaY * scale, event.deltaX * scale];
    const screen = this.#screenPoint(event);
    if (event.altKey) {
      this.#workspace.brush.update((size) => scaled(size, dy > 0 ? 0.9 : 1.12));
    } else if (event.ctrlKey || event.metaKey) this.zoom(screen, Math.exp(-dy * ZOOM_PER_PINCH));
    else if (event.shiftKey) this.#moveView(0, -(dx || dy));
    // Two fingers on a trackpad move sideways too; the wheel of a mouse never does.
    else if (dx !== 0) this.#moveView(-dy, -dx);
    else this.zoom(screen, Math.exp(-dy * ZOOM_PER_PIXEL));
    this.#workspace.pointer.set(this.#workspace.view.value.screenToImage(screen));
    this.#onChange();
  }

  zoom(anchor: Point, factor: number): void {
    const { view, height, width } = this.#workspace;
    const limits = zoomLimits(height, width, view.value.size);
    view.set(view.value.zoomAt(anchor, factor, limits).inside(height, width));
  }

  #moveView(dy: number, dx: number): void {
    const { view, height, width } = this.#workspace;
    view.set(view.value.pan(dy, dx).inside(height, width));
  }

  #screenPoint(event: MouseEvent): Point {
    const { top, left } = this.#element.getBoundingClientRect();
    return [event.clientY - top, event.clientX - left];
  }

  #place(event: MouseEvent): PointerPlace {
    const screen = this.#screenPoint(event);
    const image = this.#workspace.view.value.screenToImage(screen);
    const isRight = event.button === RIGHT_BUTTON || (event.buttons & RIGHT_BUTTON_IS_DOWN) !== 0;
    const isShift = event.shiftKey || isRight;
    const isCtrl = event.ctrlKey || event.metaKey;
    return { screen, image, isShift, isAlt: event.altKey, isCtrl, isRight };
  }
}

function mayBegin({ button }: PointerEvent, { takesRightButton }: Tool): boolean {
  if (button === ERASER_BUTTON) return true;
  return button <= (takesRightButton ? RIGHT_BUTTON : MIDDLE_BUTTON);
}
