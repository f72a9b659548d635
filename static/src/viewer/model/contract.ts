/** The JSON that the server speaks; every name as it goes over the wire. */
import type { Mark } from "./marks.ts";
import type { PatchJson } from "./patch.ts";

export type ImageState =
  | "uploaded"
  | "segmented"
  | "corrected"
  | "in_review"
  | "sent_back"
  | "approved";

export interface LevelJson {
  level: number;
  height: number;
  width: number;
}

export type ChannelRole = "nucleus" | "cytoplasm" | "transmitted" | "color" | "other";

export interface ChannelJson {
  index: number;
  name: string;
  role: ChannelRole;
  color: string;
  low: number;
  high: number;
  gamma: number;
  minimum: number;
  maximum: number;
  histogram: number[];
}

export interface NeighborJson {
  id: string;
  name: string;
  state: ImageState;
  thumbnail_url: string | null;
  url: string;
  is_current: boolean;
}

/** A quality flag that is up; the words are the server's. */
export interface FlagJson {
  flag: string;
  title: string;
  sentence: string;
  advice: string;
}

export interface ImageJson {
  id: string;
  name: string;
  state: ImageState;
  project: { id: string; name: string };
  dataset: { id: string; name: string; url: string };
  axes: "TCZYX";
  shape: [t: number, c: number, z: number, y: number, x: number];
  dtype: "uint8" | "uint16" | "float32";
  pixel_size_um: [y: number, x: number] | null;
  frame_interval_s: number | null;
  flags: FlagJson[];
  left_out: string;
  channels: ChannelJson[];
  levels: LevelJson[];
  tile_size: number;
  tile_url: string;
  annotation: string | null;
  neighbours: NeighborJson[];
  previous_url: string | null;
  next_url: string | null;
}

export type Verb = "edit" | "submit" | "approve" | "send_back" | "reopen";

export interface PersonJson {
  id: string;
  name: string;
  color: string;
}

export interface CommentJson {
  author: string | { id: string; name: string };
  text: string;
  created_at: string;
}

export type ClassColor =
  | "orange"
  | "sky"
  | "green"
  | "yellow"
  | "purple"
  | "vermilion"
  | "blue"
  | "gray";

export interface CellClassJson {
  id: string;
  name: string;
  color: ClassColor;
  /** One character. */
  key: string;
  /** It is kept for the cells that have it. */
  is_removed: boolean;
}

export interface AnnotationJson {
  id: string;
  image: string;
  state: ImageState;
  version: number;
  levels: LevelJson[];
  tile_url: string | null;
  base: {
    method: string;
    weights: string | null;
    created_at: string;
    n_objects: number;
    warnings: string[];
  } | null;
  can: Record<Verb, boolean>;
  reasons: Partial<Record<Verb, string>>;
  comments: CommentJson[];
  classes: CellClassJson[];
  me: PersonJson;
  edits_url: string;
  labels_url: string;
  objects_url: string;
  socket_url: string;
}

export type EditKind =
  | "brush"
  | "erase"
  | "lasso"
  | "redraw"
  | "click"
  | "delete"
  | "merge"
  | "split"
  | "fill"
  | "grow"
  | "shrink"
  | "smooth"
  | "classify"
  | "ambiguous"
  | "ignore"
  | "propagate"
  | "copy"
  | "restore"
  | "import"
  | "undo"
  | "redo";

export interface EditJson {
  version: number;
  client_id: string;
  kind: EditKind;
  author: { id: string; name: string };
  created_at: string;
  undoes: number | null;
  patches: PatchJson[];
  marks: readonly Mark[];
}

export interface EditsPageJson {
  version: number;
  edits: EditJson[];
}

export interface NewEditJson {
  client_id: string;
  base_version: number;
  kind: EditKind;
  undoes: number | null;
  patches: PatchJson[];
  marks: readonly Mark[];
}

/** label, t, z, y0, x0, y1, x1, area in pixels, confidence of the segmentation or null */
export type ObjectRow = [
  label: number,
  t: number,
  z: number,
  y0: number,
  x0: number,
  y1: number,
  x1: number,
  area: number,
  confidence: number | null,
];

export interface PresentPersonJson extends PersonJson {
  client: string;
}

export interface CursorJson {
  client: string;
  name: string;
  color: string;
  t: number;
  z: number;
  y: number;
  x: number;
}

export type SocketMessage =
  | { type: "edit"; edit: EditJson }
  | { type: "version"; version: number }
  | { type: "state"; state: ImageState; version: number }
  | { type: "classes" }
  | { type: "people"; people: PresentPersonJson[] }
  | ({ type: "cursor" } & CursorJson);
