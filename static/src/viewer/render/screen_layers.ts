/** The pictures, each as large as the screen, that a frame is put together from. */
import type { Box } from "../model/geometry.ts";
import { ScreenTarget, type TargetKind } from "./screen_target.ts";

export class ScreenLayers {
  readonly width: number;
  readonly height: number;
  readonly #gl: WebGL2RenderingContext;
  #picture: ScreenTarget;
  #labels: ScreenTarget;
  #composed: ScreenTarget;
  /** Only there while label images are compared. */
  #others: ScreenTarget | null = null;
  /** What a layer is moved into; it changes places with it. */
  readonly #spares = new Map<TargetKind, ScreenTarget>();

  constructor(gl: WebGL2RenderingContext, width: number, height: number) {
    this.#gl = gl;
    this.width = width;
    this.height = height;
    this.#picture = this.#target("picture");
    this.#labels = this.#target("labels");
    this.#composed = this.#target("picture");
  }

  get picture(): ScreenTarget {
    return this.#picture;
  }

  get labels(): ScreenTarget {
    return this.#labels;
  }

  get composed(): ScreenTarget {
    return this.#composed;
  }

  get others(): ScreenTarget {
    this.#others ??= this.#target("labels");
    return this.#others;
  }

  /** Move everything by pixels down and to the right; returns the boxes that came into view. */
  move(down: number, right: number): Box[] {
    this.#picture = this.#moved(this.#picture, "picture", down, right);
    this.#labels = this.#moved(this.#labels, "labels", down, right);
    this.#composed = this.#moved(this.#composed, "picture", down, right);
    if (this.#others) this.#others = this.#moved(this.#others, "labels", down, right);
    const { width, height } = this;
    const boxes: Box[] = [];
    if (down > 0) boxes.push([0, 0, down, width]);
    if (down < 0) boxes.push([height + down, 0, height, width]);
    if (right > 0) boxes.push([0, 0, height, right]);
    if (right < 0) boxes.push([0, width + right, height, width]);
    return boxes;
  }

  delete(): void {
    const others = this.#others ? [this.#others] : [];
    const all = [this.#picture, this.#labels, this.#composed, ...others, ...this.#spares.values()];
    for (const target of all) target.delete();
  }

  #moved(target: ScreenTarget, kind: TargetKind, down: number, right: number): ScreenTarget {
    const spare = this.#spares.get(kind) ?? this.#target(kind);
    spare.copyMoved(target, down, right);
    this.#spares.set(kind, target);
    return spare;
  }

  #target(kind: TargetKind): ScreenTarget {
    return new ScreenTarget(this.#gl, kind, this.width, this.height);
  }
}
