/** What a frame shows besides the place. */
import type { ChannelDisplay } from "../model/channels.ts";

export type MaskMode = "outline" | "fill" | "off";

export interface Display {
  readonly channels: readonly ChannelDisplay[];
  readonly maskMode: MaskMode;
  /** 0..1 */
  readonly maskOpacity: number;
  readonly selected: readonly number[];
  /** 0 when the pointer is on no object. */
  readonly hovered: number;
}

/** Colours as three numbers 0..1. */
export interface Palette {
  readonly labels: readonly [number, number, number][];
}
