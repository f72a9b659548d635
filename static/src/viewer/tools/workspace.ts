/** Everything that is open: the image, its labels, the place, and what is switched on. */
import { DealtWith } from "../data/dealt_with.ts";
import { type BrushSize, INITIAL_BRUSH, radiusInImage } from "../model/brush_size.ts";
import { CellClasses } from "../model/cell_class.ts";
import { byClass, byState, classFacet, stateFacet } from "../model/cell_colorings.ts";
import { type CellQuery, EVERY_CELL, type Facet, SURENESS } from "../model/cell_query.ts";
import { type ChannelDisplay, initialDisplay } from "../model/channels.ts";
import {
  BY_NUMBER,
  byConfidenceBand,
  byMeasure,
  type Coloring,
  type Colors,
} from "../model/colorings.ts";
import type { Comparison } from "../model/comparison.ts";
import type {
  AnnotationJson,
  CursorJson,
  ImageJson,
  ObjectRow,
  PresentPersonJson,
} from "../model/contract.ts";
import type { Point } from "../model/geometry.ts";
import { ImageTiles } from "../model/image_tiles.ts";
import { LabelDocument } from "../model/label_document.ts";
import type { LabelSource } from "../model/label_source.ts";
import { LabelStore } from "../model/label_store.ts";
import { type Measure, measuresOf } from "../model/measures.ts";
import { type CellObject, ObjectIndex, originOfBase } from "../model/object_index.ts";
import { PROJECTED_Z, type Projection } from "../model/projection.ts";
import { Happening, Signal } from "../model/signal.ts";
import { TileGrid } from "../model/tile_grid.ts";
import { View } from "../model/view.ts";
import type { Display, MaskMode } from "../render/display.ts";

const MEBIBYTE = 2 ** 20;
/** Several screens full; what is let go of lies in the cache of the browser. */
const IMAGE_BUDGET_BYTES = 64 * MEBIBYTE;
const LABEL_BUDGET_BYTES = 64 * MEBIBYTE;

export type ToolId =
  | "pick"
  | "choose"
  | "ruler"
  | "click"
  | "brush"
  | "eraser"
  | "lasso"
  | "redraw"
  | "split"
  | "merge"
  | "ignore";

/** A sentence for the person; an action may be offered with it. */
export interface Notice {
  readonly kind: "info" | "warning" | "error";
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface Plane {
  readonly t: number;
  readonly z: number;
}

/** Masks to be looked at beside those that people work on. */
export interface Beside {
  readonly source: LabelSource;
  readonly title: string;
  /** Another choice of channels; null: the same as in the first picture. */
  readonly channels: readonly ChannelDisplay[] | null;
}

export class Workspace {
  readonly image: ImageJson;
  /** The objects of version 0. */
  readonly baseRows: readonly ObjectRow[];
  readonly annotation: Signal<AnnotationJson>;
  readonly images: ImageTiles;
  readonly document: LabelDocument;
  readonly dealtWith: DealtWith;

  readonly view: Signal<View>;
  readonly t = new Signal(0);
  readonly z = new Signal(0);
  /** The picture may show all slices at once; the masks are always those of one slice. */
  readonly projection = new Signal<Projection>("none");
  /** The planes that will be shown next, while something plays. */
  readonly upcoming = new Signal<readonly Plane[]>([]);
  readonly channels: Signal<readonly ChannelDisplay[]>;
  readonly maskMode = new Signal<MaskMode>("outline");
  readonly maskOpacity = new Signal(0.85);
  /** The id of the coloring in use. */
  readonly coloring = new Signal(BY_NUMBER.id);
  #colorings: readonly Coloring[];
  measures: readonly Measure[];
  readonly facets: readonly Facet[];
  readonly classes: CellClasses;
  /** Which cells the list shows; those that its limits let through stand out in the image. */
  readonly query = new Signal<CellQuery>(EVERY_CELL);
  /** The masks that people work on; an old version may be shown instead. */
  readonly current: LabelSource;
  readonly shown: Signal<LabelSource>;
  readonly comparison = new Signal<Comparison | null>(null);
  /** The cells of the compared masks that are chosen for copying. */
  readonly picked = new Signal<readonly number[]>([]);
  /** What the second picture shows, if there is one. */
  readonly beside = new Signal<Beside | null>(null);
  /** True while a key is held that hides the masks. */
  readonly isPeeking = new Signal(false);

  readonly tool = new Signal<ToolId>("pick");
  readonly brush = new Signal<BrushSize>(INITIAL_BRUSH);
  /** True from the start of a stroke until it is an edit. */
  readonly isDrawing = new Signal(false);
  readonly isProtecting = new Signal(true);
  /** Whether the brush ends at the outline that the model sees. */
  readonly isSnapping = new Signal(false);
  readonly selected = new Signal<readonly number[]>([]);
  readonly hovered = new Signal(0);
  readonly pointer = new Signal<Point | null>(null);
  /** The doubtful cell that is being looked at. */
  readonly focus = new Signal<CellObject | null>(null);

  readonly people = new Signal<readonly PresentPersonJson[]>([]);
  readonly cursors = new Signal<ReadonlyMap<string, CursorJson>>(new Map());
  readonly notice = new Happening<Notice>();

  constructor(image: ImageJson, annotation: AnnotationJson, objects: readonly ObjectRow[]) {
    this.image = image;
    this.baseRows = objects;
    this.annotation = new Signal(annotation);
    const imageGrid = new TileGrid(image.levels, image.tile_size);
    const labelGrid = new TileGrid(annotation.levels, image.tile_size);
    this.images = new ImageTiles(imageGrid, image.dtype, IMAGE_BUDGET_BYTES);
    const store = new LabelStore(labelGrid, LABEL_BUDGET_BYTES);
    const atFirst = originOfBase(annotation.base?.method);
    this.document = new LabelDocument(store, new ObjectIndex(objects, atFirst), annotation.me);
    this.current = this.#currentSource(annotation.tile_url);
    this.shown = new Signal(this.current);
    this.measures = measuresOf(image.pixel_size_um);
    this.classes = new CellClasses(annotation.classes);
    this.annotation.listen(({ classes }) => this.classes.replace(classes));
    const isApproved = () => this.annotation.value.state === "approved";
    this.facets = [SURENESS, stateFacet(isApproved), classFacet(this.classes)];
    this.#colorings = [
      ...[BY_NUMBER, byConfidenceBand(), byState(isApproved), byClass(this.classes)],
      ...this.measures.map(byMeasure),
    ];
    this.dealtWith = new DealtWith(annotation.me.id, annotation.id);
    this.channels = new Signal<readonly ChannelDisplay[]>(image.channels.map(initialDisplay));
    this.view = new Signal(View.fit(this.height, this.width, { height: 600, width: 800 }));
  }

  get height(): number {
    return this.image.shape[3];
  }

  get width(): number {
    return this.image.shape[4];
  }

  get nFrames(): number {
    return this.image.shape[0];
  }

  get nSlices(): number {
    return this.image.shape[2];
  }

  /** Where the tiles of the picture stand: the slice, or the projection. */
  get imageZ(): number {
    const { value } = this.projection;
    return value === "none" ? this.z.value : PROJECTED_Z[value];
  }

  /** The address of this image's page, without a place in it. */
  get path(): string {
    const { neighbours } = this.image;
    return neighbours.find(({ is_current }) => is_current)?.url ?? location.pathname;
  }

  /** Go on with what a person has chosen in the image before. */
  takeAlong(before: Workspace): void {
    this.brush.set(before.brush.value);
    this.isSnapping.set(before.isSnapping.value);
    this.maskMode.set(before.maskMode.value);
    this.maskOpacity.set(before.maskOpacity.value);
    const { value } = before.coloring;
    if (this.colorings.some(({ id }) => id === value)) this.coloring.set(value);
  }

  get canEdit(): boolean {
    return this.annotation.value.can.edit && this.isCurrent;
  }

  /** Whether the masks that people work on are shown, not an old version. */
  get isCurrent(): boolean {
    return this.shown.value === this.current;
  }

  /** Measures that are counted from the image, beside those that are known of every cell. */
  addMeasures(measures: readonly Measure[]): void {
    this.measures = [...this.measures, ...measures];
    this.#colorings = [...this.#colorings, ...measures.map(byMeasure)];
  }

  /** Those that tell something here: the class only where the project has classes. */
  get colorings(): readonly Coloring[] {
    const hasClasses = this.classes.all.length > 0;
    return this.#colorings.filter(({ id }) => hasClasses || id !== "class");
  }

  get coloringInUse(): Coloring {
    return this.colorings.find(({ id }) => id === this.coloring.value) ?? BY_NUMBER;
  }

  /** The colours of the plane that is shown, and what they mean. */
  get colors(): Colors {
    return this.coloringInUse.colorsFor(() => this.objectsHere(), this.shown.value.objects);
  }

  get display(): Display {
    return {
      channels: this.channels.value,
      maskMode: this.isPeeking.value ? "off" : this.maskMode.value,
      maskOpacity: this.maskOpacity.value,
      selected: this.selected.value,
      hovered: this.hovered.value,
    };
  }

  /** The objects of the plane that is shown. */
  objectsHere(): CellObject[] {
    return this.shown.value.objects.list(this.t.value, this.z.value);
  }

  objectHere(label: number): CellObject | null {
    return this.shown.value.objects.get(label, this.t.value, this.z.value);
  }

  /** The label under an image point of the plane that is shown; 0 is background. */
  labelAt(point: Point): number {
    const [y, x] = [Math.round(point[0]), Math.round(point[1])];
    return this.shown.value.store.labelAt(y, x, this.t.value, this.z.value) ?? 0;
  }

  select(labels: readonly number[]): void {
    this.selected.set(labels);
    const focus = this.focus.value;
    if (focus !== null && !labels.includes(focus.label)) this.focus.set(null);
  }

  goToPlane(t: number, z: number): void {
    const newT = Math.min(this.nFrames - 1, Math.max(0, t));
    const newZ = Math.min(this.nSlices - 1, Math.max(0, z));
    if (newT === this.t.value && newZ === this.z.value) return;
    this.t.set(newT);
    this.z.set(newZ);
    this.hovered.set(0);
    this.focus.set(null);
  }

  #currentSource(tileUrl: string | null): LabelSource {
    const { document } = this;
    return {
      ...{ id: "current", tileUrl, store: document.store, objects: document.objects },
      putTile: (address, base) => document.putTile(address, base),
    };
  }

  /** Half the width of a stroke at the present zoom, in image pixels. */
  get brushRadius(): number {
    return radiusInImage(this.brush.value, this.view.value.zoom);
  }

  say(kind: Notice["kind"], text: string, action?: Notice["action"]): void {
    this.notice.tell(action ? { kind, text, action } : { kind, text });
  }
}
