/** What an edit did, as the history says it. */
import type { EditKind } from "../model/contract.ts";

export const EDIT_WORDS: Readonly<Record<EditKind, string>> = {
  brush: "Painted",
  erase: "Erased",
  lasso: "Drew with the lasso",
  redraw: "Redrew a cell",
  click: "Found with a click",
  delete: "Deleted cells",
  merge: "Merged cells",
  split: "Split a cell",
  fill: "Filled holes",
  grow: "Grew cells",
  shrink: "Shrank cells",
  smooth: "Smoothed cells",
  classify: "Changed the class",
  ambiguous: "Changed what is ambiguous",
  ignore: "Changed a region to ignore",
  propagate: "Carried cells on to other planes",
  copy: "Copied from another version",
  restore: "Restored an earlier version",
  import: "Imported classes and regions",
  undo: "Undid a change",
  redo: "Redid a change",
};
