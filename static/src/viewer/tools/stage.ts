/** The two canvases and their frames: collects what changed and draws it once per frame. */

import { type Box, boxesTouch, growBox } from "../model/geometry.ts";
import type { LabelSource } from "../model/label_source.ts";
import { boxOfChange, type TileChange } from "../model/label_store.ts";
import type { Signal } from "../model/signal.ts";
import { StaleArea } from "../model/stale_area.ts";
import type { TileAddress } from "../model/tile_grid.ts";
import { isSameSize } from "../model/view.ts";
import type { Palette } from "../render/display.ts";
import { drawnDensity, fitCanvas, surfaceOf } from "../render/fit_canvas.ts";
import type { Frame } from "../render/frame.ts";
import { Renderer } from "../render/renderer.ts";
import type { Conflicts } from "./conflicts.ts";
import { FirstPicture } from "./first_picture.ts";
import { FramePace } from "./frame_pace.ts";
import { surviveLoss } from "./graphics_loss.ts";
import { MaskPainting } from "./mask_painting.ts";
import { Overlay } from "./overlay.ts";
import type { Proposal } from "./propagation.ts";
import type { LoadedTile, TileLoader } from "./tile_loader.ts";
import type { Tool } from "./tool.ts";
import type { Workspace } from "./workspace.ts";

/** While the picture is only carried along, tiles are asked for so often. */
const ASK_WHILE_CARRIED_MS = 100;
/** Of more cells than these that look different, the whole screen is put together again. */
const MOST_CELLS_ALONE = 40;

export class Stage {
  readonly #workspace: Workspace;
  readonly #loader: TileLoader;
  readonly #renderer: Renderer;
  readonly #overlay: Overlay;
  readonly #painting: MaskPainting;
  readonly #watched = new Set<LabelSource>();
  readonly #pictureCanvas: HTMLCanvasElement;
  readonly #overlayCanvas: HTMLCanvasElement;
  readonly #tool: () => Tool;
  readonly #pace = new FramePace();
  readonly #stalePicture = new StaleArea();
  readonly #staleLabels = new StaleArea();
  /** Where picture and masks must be put together again, though neither has changed. */
  readonly #staleMasks = new StaleArea();
  #isPaintStale = true;
  #isScheduled = false;
  readonly #first = new FirstPicture();
  #zoom = 0;
  #drawnZoom: number | null = null;
  #zoomedAt = 0;
  #isDrawnCoarse = false;
  /** Runs while what was drawn coarsely is still to be drawn sharply; else 0. */
  #settleTimer = 0;

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
    const warn = (text: string) => workspace.say("warning", text);
    surviveLoss(canvases.picture, () => this.#makeAgain(), warn);
  }

  #makeAgain(): void {
    this.#renderer.setUp();
    this.#isPaintStale = true;
    this.#redrawAll();
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
  resizeTo({ height, width }: { readonly height: number; readonly width: number }): void {
    const size = { height, width, density: drawnDensity() };
    const { view } = this.#workspace;
    // Also told when the element comes onto the page, with what was drawn ahead at that size.
    if (isSameSize(view.value.size, size)) return;
    fitCanvas(this.#overlayCanvas, surfaceOf(size));
    view.update((before) => before.resized(size));
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

  /** This picture will not be looked at any more. */
  releaseGraphics(): void {
    this.#renderer.release();
  }

  /** Draw the overlay again: a tool has moved. */
  touch(): void {
    this.#schedule();
  }

  /** Resolves when all that the first view shows is on the screen. */
  get firstPicture(): Promise<void> {
    return this.#first.shown;
  }

  /** Whether the picture shows all that the view asks for, as sharp as it gets. */
  get isStill(): boolean {
    const isDrawn = !this.#isScheduled && this.#settleTimer === 0 && !this.#renderer.isLost;
    return isDrawn && this.#loader.isPictureComplete();
  }

  /** Draw what is stale now, without waiting for the next frame. */
  drawNow(): void {
    this.#isScheduled = false;
    if (this.#renderer.isLost) return;
    const startedAt = performance.now();
    const isWhole = this.#first.isShown || this.#loader.isPictureComplete();
    if (this.#first.isWorthWaiting(isWhole, () => this.#schedule())) {
      this.#loader.refresh();
      return;
    }
    const isZooming = this.#isZooming(startedAt);
    this.#drawnZoom = this.#zoom;
    const { isCoarse, isCarried } = isZooming ? this.#pace.moving : this.#pace.sharp;
    if (this.#isDrawnCoarse && !isCoarse) for (const area of this.#areas) area.addAll();
    this.#isDrawnCoarse = isCoarse;
    fitCanvas(this.#pictureCanvas, this.#overlayCanvas);
    const frame = this.#frame(isCoarse);
    const wereTilesNew = (isCarried && this.#carry(frame)) || this.#drawLayers(frame);
    this.#overlay.draw(this.#tool(), frame.view);
    if (!this.#pictureCanvas.isConnected) this.#renderer.flush();
    if (isZooming && wereTilesNew && this.#first.isShown) this.#pace.note(startedAt);
    if (isCoarse) this.#settleLater();
    if (isWhole && wereTilesNew && !this.#first.isShown) this.#first.finish();
  }

  /** Also when a slow frame comes long after the wheel has turned. */
  #isZooming(now: number): boolean {
    const isOther = this.#drawnZoom !== null && this.#drawnZoom !== this.#zoom;
    return isOther || now - this.#zoomedAt < this.#pace.restsAfterMs;
  }

  /**
   * Show the picture as it was, scaled to the new view; false when it has to be drawn, as all of it
   * has changed. What has changed in places is drawn when the view rests.
   */
  #carry(frame: Frame): boolean {
    if (this.#areas.some((area) => area.isAll) || !this.#renderer.carry(frame)) return false;
    this.#loader.refresh(ASK_WHILE_CARRIED_MS);
    return true;
  }

  /** Bring picture, labels and canvas up to date; returns whether any tile was drawn. */
  #drawLayers(frame: Frame): boolean {
    const exposed = this.#renderer.moveTo(frame.view);
    if (exposed === null) for (const area of this.#areas) area.addAll();
    const boxesOf = (area: StaleArea): readonly Box[] | null => {
      const boxes = area.boxes?.map((box) => this.#renderer.boxOf(frame.view, box)) ?? null;
      return boxes && [...(exposed ?? []), ...boxes];
    };
    const parts = this.#areas.map(boxesOf);
    const [picture, labels] = parts;
    const isMoved = exposed === null || exposed.length > 0;
    const areTilesNew = isMoved || !this.#stalePicture.isEmpty || !this.#staleLabels.isEmpty;
    if (areTilesNew) this.#loader.refresh();
    this.#renderer.drawPicture(frame, picture!);
    this.#renderer.drawLabels(frame, labels!);
    if (this.#isPaintStale) this.#sendPaints();
    const all = parts.some((boxes) => boxes === null) ? null : [...new Set(parts.flat() as Box[])];
    if (all === null || all.length > 0) this.#renderer.compose(frame, all);
    for (const area of this.#areas) area.clear();
    return areTilesNew;
  }

  get #areas(): readonly StaleArea[] {
    return [this.#stalePicture, this.#staleLabels, this.#staleMasks];
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
    this.#stalePicture.addAll();
    this.#staleLabels.addAll();
    return this.measureFrame();
  }

  #frame(isCoarse: boolean): Frame {
    const { t, z, display, shown, comparison } = this.#workspace;
    const view = this.#renderer.snapped(this.#workspace.view.value);
    const place = { view, t: t.value, z: z.value, imageZ: this.#workspace.imageZ };
    const other = comparison.value?.other ?? null;
    return { ...place, display, shown: shown.value, other, isCoarse };
  }

  #listen(): void {
    const { view, t, z, hovered, selected, focus, cursors, pointer } = this.#workspace;
    const { channels, projection, maskMode, maskOpacity, isPeeking } = this.#workspace;
    view.listen(({ zoom }) => {
      if (zoom !== this.#zoom) this.#zoomedAt = performance.now();
      this.#zoom = zoom;
      this.#schedule();
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
    maskOpacity.listen(() => this.#redrawMasks());
    this.#listenToCells(() => [hovered.value, ...selected.value], [hovered, selected]);
    for (const signal of [focus, cursors, pointer]) {
      (signal as { listen(listener: () => void): unknown }).listen(() => this.#schedule());
    }
    this.#loader.loaded.listen((tile) => this.#takeTile(tile));
    this.#listenToMasks();
  }

  /** Draw anew the places of the cells that begin or cease to stand out. */
  #listenToCells(
    standingOut: () => readonly number[],
    signals: readonly { listen(listener: () => void): unknown }[],
  ): void {
    let before = new Set(standingOut());
    const redraw = () => {
      const now = new Set(standingOut());
      const changed = [...before, ...now].filter(
        (label) => label !== 0 && before.has(label) !== now.has(label),
      );
      before = now;
      const objects = changed.map((label) => this.#workspace.objectHere(label));
      const boxes = objects.flatMap((object) => (object ? [object.box] : []));
      const areKnown = boxes.length === changed.length && !this.#workspace.isDrawing.value;
      if (!areKnown || boxes.length > MOST_CELLS_ALONE) this.#staleMasks.addAll();
      else for (const box of boxes) this.#staleMasks.add(box);
      this.#schedule();
    };
    for (const signal of signals) signal.listen(redraw);
  }

  /** What decides which masks are drawn, and in which colours. */
  #listenToMasks(): void {
    const { coloring, query, shown, comparison, picked } = this.#workspace;
    // An image that is approved has other states of cells.
    this.#workspace.annotation.listen(() => this.#painting.isInUse && this.#repaint());
    for (const signal of [coloring, query]) {
      (signal as { listen(listener: () => void): unknown }).listen(() => this.#repaint());
    }
    picked.listen(() => comparison.value !== null && this.#repaint());
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

  /** Colour the cells anew: more is known of them. */
  repaint(): void {
    if (this.#painting.isInUse) this.#repaint();
  }

  #repaint(): void {
    this.#isPaintStale = true;
    this.#redrawMasks();
  }

  #redrawChange(change: TileChange): void {
    const { t, z, shown } = this.#workspace;
    const { t: frame, z: slice, level } = change.tile.address;
    if (frame !== t.value || slice !== z.value) return;
    this.#staleLabels.add(growBox(boxOfChange(change, shown.value.store.grid), 2 ** level));
    this.#schedule();
  }

  /** Draw a tile that has come, if it shows. */
  #takeTile({ kind, address }: LoadedTile): void {
    if (!this.#isVisible(kind, address)) return;
    const area = kind === "image" ? this.#stalePicture : this.#staleLabels;
    area.add(this.#workspace.images.grid.boxOf(address));
    this.#schedule();
  }

  #isVisible(kind: LoadedTile["kind"], tile: TileAddress): boolean {
    const { view, t, z, imageZ, images, channels } = this.#workspace;
    const shownZ = kind === "image" ? imageZ : z.value;
    if (tile.t !== t.value || (tile.z !== shownZ && tile.z !== z.value)) return false;
    if (tile.level < images.grid.levelFor(view.value.detail)) return false;
    // A tile is drawn when all its channels are there.
    const isWhole = channels.value.every(
      ({ isVisible }, c) => !isVisible || images.has({ ...tile, c }),
    );
    if (kind === "image" && !isWhole) return false;
    return boxesTouch(images.grid.boxOf(tile), view.value.box);
  }

  #redrawAll(): void {
    this.#stalePicture.addAll();
    this.#staleLabels.addAll();
    this.#schedule();
  }

  #redrawPicture(): void {
    this.#stalePicture.addAll();
    this.#schedule();
  }

  #redrawLabels(): void {
    this.#staleLabels.addAll();
    this.#schedule();
  }

  #redrawMasks(): void {
    this.#staleMasks.addAll();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => this.drawNow());
  }

  #settleLater(): void {
    clearTimeout(this.#settleTimer);
    this.#settleTimer = window.setTimeout(() => {
      this.#settleTimer = 0;
      this.#schedule();
    }, this.#pace.restsAfterMs + 10);
  }

  #sendPaints(): void {
    this.#isPaintStale = false;
    const { shown, other } = this.#painting.paints();
    this.#renderer.setPaints(shown, other);
  }
}
