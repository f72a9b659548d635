/** The second picture: other masks or other channels at the same place and zoom. */
import type { Point } from "../model/geometry.ts";
import { Happening } from "../model/signal.ts";
import type { View } from "../model/view.ts";
import type { Palette } from "../render/display.ts";
import { fitCanvas, surfaceOf } from "../render/fit_canvas.ts";
import { Renderer } from "../render/renderer.ts";
import type { Comparing } from "./comparing.ts";
import type { TileLoader } from "./tile_loader.ts";
import type { Workspace } from "./workspace.ts";

export interface PaneCanvases {
  readonly holder: HTMLElement;
  readonly picture: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
}

export class SidePane {
  /** Drawn on top by whoever listens, in CSS pixels. */
  readonly overlay = new Happening<{ context: CanvasRenderingContext2D; view: View }>();
  readonly #workspace: Workspace;
  readonly #comparing: Comparing;
  readonly #canvases: PaneCanvases;
  readonly #palette: Palette;
  /** Made when something is compared for the first time: most images are never compared. */
  #made: Renderer | null = null;
  #isScheduled = false;
  /** Whether more has changed than the view. */
  #isStale = true;

  constructor(
    workspace: Workspace,
    comparing: Comparing,
    loader: TileLoader,
    canvases: PaneCanvases,
    palette: Palette,
  ) {
    this.#workspace = workspace;
    this.#comparing = comparing;
    this.#canvases = canvases;
    this.#palette = palette;
    canvases.picture.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvases.picture.addEventListener("webglcontextrestored", () => {
      this.#made?.setUp();
      this.redraw();
    });
    this.#listen(loader);
  }

  /** Whether nothing waits to be drawn. */
  get isStill(): boolean {
    return !this.#isScheduled;
  }

  /** Draw everything again with the next frame. */
  redraw(): void {
    this.#isStale = true;
    this.touch();
  }

  /** Follow the view and the pointer with the next frame; what only moves is not drawn again. */
  touch(): void {
    if (this.#isScheduled || this.#workspace.beside.value === null) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => this.#draw());
  }

  #listen(loader: TileLoader): void {
    const { view, t, z, channels, projection, maskMode, maskOpacity } = this.#workspace;
    const { isPeeking, beside, pointer, document } = this.#workspace;
    for (const place of [view, pointer]) {
      (place as { listen(listener: () => void): unknown }).listen(() => this.touch());
    }
    const redraw = () => this.redraw();
    for (const plane of [t, z]) plane.listen(redraw);
    channels.listen(redraw);
    projection.listen(redraw);
    maskMode.listen(redraw);
    maskOpacity.listen(redraw);
    isPeeking.listen(redraw);
    this.#comparing.picked.listen(redraw);
    loader.loaded.listen(redraw);
    beside.listen(() => {
      loader.refresh();
      this.redraw();
    });
    document.store.tileChanged.listen((change) => {
      this.#made?.refreshLabels(this.#workspace.current, change);
      if (beside.value?.source === this.#workspace.current) this.redraw();
    });
  }

  #draw(): void {
    this.#isScheduled = false;
    const beside = this.#workspace.beside.value;
    const { view, t, z, imageZ, display } = this.#workspace;
    if (beside === null || view.value.size.width < 1) return;
    const renderer = this.#renderer();
    if (renderer.isLost) return;
    this.#fitCanvases();
    const { source, channels } = beside;
    const frame = {
      ...{ view: renderer.snapped(view.value), t: t.value, z: z.value, imageZ, isCoarse: false },
      ...{ shown: source, other: null },
      display: {
        ...display,
        ...{ channels: channels ?? display.channels, hovered: 0 },
        selected: this.#comparing.picked.value,
      },
    };
    const exposed = renderer.moveTo(frame.view);
    const boxes = this.#isStale ? null : exposed;
    this.#isStale = false;
    renderer.drawPicture(frame, boxes);
    renderer.drawLabels(frame, boxes);
    renderer.compose(frame, boxes);
    this.#drawOverlay(view.value);
  }

  releaseGraphics(): void {
    this.#made?.release();
  }

  #renderer(): Renderer {
    this.#made ??= new Renderer(this.#canvases.picture, this.#workspace.images, this.#palette);
    return this.#made;
  }

  #fitCanvases(): void {
    const surface = surfaceOf(this.#workspace.view.value.size);
    const { picture, overlay } = this.#canvases;
    for (const canvas of [picture, overlay]) fitCanvas(canvas, surface);
  }

  /** A cross at the same place as the pointer, and what a tool draws. */
  #drawOverlay(view: View): void {
    const { overlay } = this.#canvases;
    const context = overlay.getContext("2d")!;
    const ratio = overlay.width / Math.max(1, view.size.width);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, view.size.width, view.size.height);
    const pointer = this.#workspace.pointer.value;
    if (pointer) drawCross(context, view.imageToScreen(pointer));
    this.overlay.tell({ context, view });
  }
}

export function drawCross(context: CanvasRenderingContext2D, [y, x]: Point): void {
  const arms = (length: number) => {
    context.beginPath();
    context.moveTo(x - length, y);
    context.lineTo(x + length, y);
    context.moveTo(x, y - length);
    context.lineTo(x, y + length);
    context.stroke();
  };
  context.strokeStyle = "rgb(0 0 0 / .7)";
  context.lineWidth = 3;
  arms(8);
  context.strokeStyle = "#fff";
  context.lineWidth = 1.25;
  arms(7);
}
