/** All that one frame shows. */
import type { LabelSource } from "../model/label_source.ts";
import type { View } from "../model/view.ts";
import type { Display } from "./display.ts";

export interface Frame {
  readonly view: View;
  readonly t: number;
  readonly z: number;
  /** The slice of the picture, or its projection. */
  readonly imageZ: number;
  readonly display: Display;
  readonly shown: LabelSource;
  /** The label image that is compared with the shown one. */
  readonly other: LabelSource | null;
  /** The view is moving and the machine is slow: show the nearest pixel instead of a mixture. */
  readonly isCoarse: boolean;
}
