/** Tells the hand that rests on the screen from fingers that mean something. */

/** A finger touches less than this; the side of a hand more. CSS pixels. */
const PALM_SIZE = 60;

export class PalmGuard {
  #isPenDown = false;
  #hasPen = false;

  /** Whether a pen is used on this screen: then fingers move the picture, and never draw. */
  get hasPen(): boolean {
    return this.#hasPen;
  }

  /** Follow every event of every pointer. */
  note({ pointerType, type }: PointerEvent): void {
    if (pointerType !== "pen") return;
    this.#hasPen = true;
    if (type === "pointerdown") this.#isPenDown = true;
    if (type === "pointerup" || type === "pointercancel") this.#isPenDown = false;
  }

  /** Whether a touch that begins is the palm. */
  isPalm({ pointerType, width, height }: PointerEvent): boolean {
    if (pointerType !== "touch") return false;
    return this.#isPenDown || Math.max(width, height) > PALM_SIZE;
  }
}
