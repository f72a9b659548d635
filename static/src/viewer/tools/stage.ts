/** The two canvases and their frames: collects what changed and draws it once per frame. */

import { type Box, boxesTouch } from "../model/geometry.ts";
import type { LabelSource } from "../model/label_source.ts";
import type { TileChange } from "../model/label_store.ts";
import type { Signal } from "../model/signal.ts";
import type { Palette } from "../render/display.ts";
import { type Frame, Renderer, screenBoxOf, uniteOrTake } from "../render/renderer.ts";
import type { Conflicts } from "./conflicts.ts";
import { MaskPainting } from "./mask_painting.ts";
import { Overlay } from "./overlay.ts";
import type { Proposal } from "./propagation.ts";
import type { LoadedTile, TileLoader } from "./tile_loader.ts";
import type { Tool } from "./tool.ts";
import type { Workspace } from "./workspace.ts";

const MOST_DEVICE_PIXELS = 2;
/** When two frames take longer than this, several times in a row, the machine is slow. */
const SLOW_TWO_FRAMES_MS = 75;
const SLOW_FRAMES = 4;
const SETTLED_AFTER_MS = 140;
/** Coarse frames have half as many pixels in each direction. */
const COARSE_SCALE = 0.5;

export class Stage {
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  readonly #renderer: Renderer;
  readonly #overlay: Overlay;
  readonly #painting: MaskPainting;
  readonly #watched = new Set<LabelSource>();
  readonly #pictureCanvas: HTMLCanvasElement;
  readonly #overlayCanvas: HTMLCanvasElement;
  #sharpSize: [height: number, width: number] = [1, 1];
  readonly #tool: () => Tool;
  #isScheduled = false;
  #isPictureStale = true;
  #isLabelStale = true;
  #isMaskStale = true;
  #isPaintStale = true;
  /** The part of the screen whose labels have changed, CSS pixels. */
  #staleBox: Box | null = null;
  #movedAt = 0;
  #nSlowFrames = 0;
  #settleTimer = 0;
  #onFirstPicture!: () => void;
  /** Resolves when all that the first view shows is on the screen. */
  readonly firstPicture = new Promise<void>((resolve) => {
    this.#onFirstPicture = resolve;
  });

  constructor(
    workspace: Workspace,
    loader: TileLoader,
    canvases: { picture: HTMLCanvasElement; overlay: HTMLCanvasElement },
    palette: Palette,
    tool: () => Tool,
  ) {
    this.#workspace = workspace;
    this.#loader = loader;
    this.#tool = tool;
    this.#renderer = new Renderer(canvases.picture, workspace.images, palette);
    this.#painting = new MaskPainting(workspace);
    this.#overlay = new Overlay(canvases.overlay, workspace);
    this.#pictureCanvas = canvases.picture;
    this.#overlayCanvas = canvases.overlay;
    this.#listen();
    canvases.picture.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvases.picture.addEventListener("webglcontextrestored", () => {
      this.#renderer.setUp();
      this.#isPaintStale = true;
      this.#redrawAll();
    });
  }

  /** Follow the size of the element that holds the canvases. */
  watchSize(holder: HTMLElement): void {
    new ResizeObserver(() => this.resize(holder)).observe(holder);
    this.resize(holder);
  }

  resize(holder: HTMLElement): void {
    const size = { height: holder.clientHeight, width: holder.clientWidth };
    if (size.height >= 1 && size.width >= 1) this.resizeTo(size);
  }

  /** The same for a size that is known before the element is on the page. */
  resizeTo(size: { readonly height: number; readonly width: number }): void {
    const ratio = Math.min(MOST_DEVICE_PIXELS, devicePixelRatio);
    this.#sharpSize = [Math.round(size.height * ratio), Math.round(size.width * ratio)];
    [this.#overlayCanvas.height, this.#overlayCanvas.width] = this.#sharpSize;
    this.#workspace.view.update((view) => view.resized(size));
    this.#redrawAll();
  }

  /** Draw what would be carried on to this plane. */
  showProposals(preview: Signal<readonly Proposal[]>): void {
    this.#overlay.proposals = preview;
    preview.listen(() => this.#schedule());
  }

  /** Draw the changes of two people at the same place. */
  showConflicts(conflicts: Conflicts): void {
    this.#overlay.conflicts = conflicts;
  }

  /** The canvas with image and masks, as last drawn. */
  get picture(): HTMLCanvasElement {
    return this.#pictureCanvas;
  }

  /** Draw the overlay again: a tool has moved. */
  touch(): void {
    this.#schedule();
  }

  /** Draw what is stale now, without waiting for the next frame. */
  drawNow(): void {
    this.#isScheduled = false;
    if (this.#renderer.isLost) return;
    const startedAt = performance.now();
    if (this.#isPictureStale || this.#isLabelStale) this.#loader.refresh();
    const frame = this.#frame(startedAt);
    this.#setResolution(frame.isCoarse ? COARSE_SCALE : 1);
    if (this.#isPictureStale) this.#renderer.drawPicture(frame);
    if (this.#isLabelStale) this.#renderer.drawLabels(frame, null);
    else if (this.#staleBox) this.#renderer.drawLabels(frame, this.#staleBox);
    if (this.#isPaintStale) this.#sendPaints();
    const isAllStale = this.#isPictureStale || this.#isLabelStale || this.#isMaskStale;
    if (isAllStale) this.#renderer.compose(frame, null);
    else if (this.#staleBox) this.#renderer.compose(frame, this.#staleBox);
    const wasFull = this.#isPictureStale;
    const wereTilesNew = wasFull || this.#isLabelStale;
    this.#isPictureStale = this.#isLabelStale = this.#isMaskStale = false;
    this.#staleBox = null;
    this.#overlay.draw(this.#tool(), this.#workspace.view.value);
    if (wasFull) this.#noteSpeed(startedAt);
    if (frame.isCoarse) this.#settleLater();
    if (wereTilesNew && this.#loader.isPictureComplete()) this.#onFirstPicture();
  }

  /** Draw what is stale and give the milliseconds until it was drawn. */
  measureFrame(): number {
    const startedAt = performance.now();
    this.drawNow();
    this.#renderer.finish();
    return performance.now() - startedAt;
  }

  /** Draw everything again and give the milliseconds until it was drawn. */
  measureFullFrame(): number {
    this.#isPictureStale = this.#isLabelStale = true;
    return this.measureFrame();
  }

  /** A canvas of another size is empty, so then everything is drawn again. */
  #setResolution(scale: number): void {
    const [height, width] = this.#sharpSize.map((length) =>
      Math.max(1, Math.round(length * scale)),
    );
    const canvas = this.#pictureCanvas;
    if (canvas.height === height && canvas.width === width) return;
    canvas.height = height!;
    canvas.width = width!;
    this.#isPictureStale = this.#isLabelStale = true;
  }

  #frame(now: number): Frame {
    const { view, t, z, display, shown, comparison } = this.#workspace;
    const isCoarse = this.#nSlowFrames >= SLOW_FRAMES && now - this.#movedAt < SETTLED_AFTER_MS;
    const place = { view: view.value, t: t.value, z: z.value, imageZ: this.#workspace.imageZ };
    const other = comparison.value?.other ?? null;
    return { ...place, display, shown: shown.value, other, isCoarse };
  }

  #listen(): void {
    const { view, t, z, hovered, selected, focus, cursors, pointer } = this.#workspace;
    const { channels, projection, maskMode, maskOpacity, isPeeking } = this.#workspace;
    view.listen(() => {
      this.#movedAt = performance.now();
      this.#redrawAll();
    });
    for (const plane of [t, z]) {
      plane.listen(() => {
        this.#isPaintStale = true;
        this.#redrawAll();
      });
    }
    channels.listen(() => this.#redrawPicture());
    projection.listen(() => this.#redrawPicture());
    maskMode.listen(() => this.#redrawLabels());
    isPeeking.listen(() => this.#redrawLabels());
    for (const signal of [hovered, maskOpacity]) signal.listen(() => this.#redrawMasks());
    selected.listen(() => this.#redrawMasks());
    for (const signal of [focus, cursors, pointer]) {
      (signal as { listen(listener: () => void): unknown }).listen(() => this.#schedule());
    }
    this.#loader.loaded.listen((tile) => {
      if (!this.#isVisible(tile)) return;
      if (tile.kind === "image") this.#redrawPicture();
      else this.#redrawLabels();
    });
    this.#listenToMasks();
  }

  /** What decides which masks are drawn, and in which colours. */
  #listenToMasks(): void {
    const { coloring, query, shown, comparison } = this.#workspace;
    // An image that is approved has other states of cells.
    this.#workspace.annotation.listen(() => this.#painting.isInUse && this.#repaint());
    for (const signal of [coloring, query]) {
      (signal as { listen(listener: () => void): unknown }).listen(() => this.#repaint());
    }
    comparison.listen((compared) => {
      if (compared) this.#watch(compared.other);
      this.#redrawSources();
    });
    shown.follow((source) => {
      this.#watch(source);
      this.#redrawSources();
    });
  }

  /** Follow the changes of a label image from now on, as its tiles may stay on the card. */
  #watch(source: LabelSource): void {
    if (this.#watched.has(source)) return;
    this.#watched.add(source);
    const { shown } = this.#workspace;
    source.objects.revision.listen(() => {
      if (source !== shown.value) return;
      if (this.#painting.isInUse) this.#repaint();
      // Regions to ignore are drawn on the overlay.
      else this.#schedule();
    });
    source.store.tileChanged.listen((change) => {
      this.#renderer.refreshLabels(source, change);
      if (source === shown.value) this.#redrawChange(change);
      else if (source === this.#workspace.comparison.value?.other) this.#redrawLabels();
    });
  }

  #redrawSources(): void {
    this.#isPaintStale = true;
    this.#redrawLabels();
  }

  #repaint(): void {
    this.#isPaintStale = true;
    this.#redrawMasks();
  }

  #redrawChange(change: TileChange): void {
    const { view, t, z, shown } = this.#workspace;
    const { t: frame, z: slice, level, row, col } = change.tile.address;
    if (frame !== t.value || slice !== z.value) return;
    const step = 2 ** level;
    const [top, left] = [row, col].map((index) => index * shown.value.store.grid.tileSize);
    const box: Box = [
      (change.row0 + top!) * step,
      (change.col0 + left!) * step,
      (change.row1 + top!) * step,
      (change.col1 + left!) * step,
    ];
    this.#staleBox = uniteOrTake(this.#staleBox, screenBoxOf(view.value, box));
    this.#schedule();
  }

  #isVisible({ kind, address: tile }: LoadedTile): boolean {
    const { view, t, z, imageZ, images } = this.#workspace;
    const shownZ = kind === "image" ? imageZ : z.value;
    if (tile.t !== t.value || tile.z !== shownZ) return false;
    if (tile.level < images.grid.levelFor(view.value.zoom)) return false;
    return boxesTouch(images.grid.boxOf(tile), view.value.box);
  }

  #redrawAll(): void {
    this.#isPictureStale = true;
    this.#isLabelStale = true;
    this.#schedule();
  }

  #redrawPicture(): void {
    this.#isPictureStale = true;
    this.#schedule();
  }

  #redrawLabels(): void {
    this.#isLabelStale = true;
    this.#schedule();
  }

  #redrawMasks(): void {
    this.#isMaskStale = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => this.drawNow());
  }

  /**
   * Count frames of a moving view that take long to reach the screen: the browser holds back its
   * next frames until the graphics card has done them. A machine that is slow stays so.
   */
  #noteSpeed(startedAt: number): void {
    const isMoving = startedAt - this.#movedAt < SETTLED_AFTER_MS;
    if (!isMoving || this.#nSlowFrames >= SLOW_FRAMES) return;
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        const isSlow = performance.now() - startedAt > SLOW_TWO_FRAMES_MS;
        this.#nSlowFrames = isSlow ? this.#nSlowFrames + 1 : 0;
      });
    });
  }

  #settleLater(): void {
    clearTimeout(this.#settleTimer);
    this.#settleTimer = window.setTimeout(() => this.#redrawAll(), SETTLED_AFTER_MS + 10);
  }

  #sendPaints(): void {
    this.#isPaintStale = false;
    const { shown, other } = this.#painting.paints();
    this.#renderer.setPaints(shown, other);
  }
}
