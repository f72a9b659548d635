/** The picture of a change beside its line in the history; drawn once it comes into sight. */
import { changePicture } from "../model/change_picture.ts";
import type { Edit } from "../model/edit.ts";
import type { Palette } from "../render/display.ts";
import { el, icon } from "./dom.ts";

/** Pixels of the canvas; half as many on the screen. */
const SIZE = { height: 64, width: 88 };

export class ChangeThumbnails {
  readonly #palette: Palette;
  /** By the versions that a line stands for. */
  readonly #known = new Map<string, Element>();
  readonly #waiting = new WeakMap<Element, readonly Edit[]>();
  readonly #observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.#draw(target);
  });

  constructor(palette: Palette) {
    this.#palette = palette;
  }

  /** The same element for the same versions. */
  of(edits: readonly Edit[]): Element {
    const key = `${edits[0]!.version}-${edits.at(-1)!.version}`;
    const element = this.#known.get(key) ?? this.#make(edits);
    this.#known.set(key, element);
    return element;
  }

  #make(edits: readonly Edit[]): Element {
    if (edits.every(({ patches }) => patches.length === 0)) {
      const name = edits[0]!.kind === "ignore" ? "ignore" : "tag";
      return el("span", { class: "change-picture", "aria-hidden": "true" }, icon(name));
    }
    const canvas = el("canvas", { class: "change-picture", ...SIZE, "aria-hidden": "true" });
    this.#waiting.set(canvas, edits);
    this.#observer.observe(canvas);
    return canvas;
  }

  #draw(target: Element): void {
    this.#observer.unobserve(target);
    const edits = this.#waiting.get(target);
    const context = target instanceof HTMLCanvasElement ? target.getContext("2d") : null;
    if (edits === undefined || context === null) return;
    const data = changePicture(edits, SIZE, this.#palette.labels);
    if (data) context.putImageData(new ImageData(data, SIZE.width, SIZE.height), 0, 0);
  }
}
