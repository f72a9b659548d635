/** How the channels are shown. */
import type { ChannelJson } from "./contract.ts";

export interface ChannelDisplay {
  readonly isVisible: boolean;
  /** "#rrggbb" */
  readonly color: string;
  /** The value drawn black, and the one drawn in the full colour. */
  readonly low: number;
  readonly high: number;
  readonly gamma: number;
}

/** As many as one shader pass can read beside each other. */
export const MOST_VISIBLE_CHANNELS = 8;

const AUTO_CONTRAST_QUANTILES = [0.0035, 0.9965] as const;

export function initialDisplay(channel: ChannelJson): ChannelDisplay {
  const isVisible = channel.index < MOST_VISIBLE_CHANNELS;
  const { color, low, high, gamma } = channel;
  return { isVisible, color, low, high: Math.max(high, low), gamma: gamma > 0 ? gamma : 1 };
}

/** The limits between which all but the darkest and brightest 0.35 % of the pixels lie. */
export function autoContrast(channel: ChannelJson): [low: number, high: number] {
  const [low, high] = AUTO_CONTRAST_QUANTILES;
  return [quantile(channel, low), quantile(channel, high)];
}

/** A quantile of the histogram, linear inside the bins. */
export function quantile(channel: ChannelJson, fraction: number): number {
  const { histogram, minimum, maximum } = channel;
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return fraction < 0.5 ? minimum : maximum;
  const binWidth = (maximum - minimum) / histogram.length;
  let below = 0;
  for (let bin = 0; bin < histogram.length; bin++) {
    const count = histogram[bin]!;
    if (count > 0 && below + count >= fraction * total) {
      return minimum + (bin + (fraction * total - below) / count) * binWidth;
    }
    below += count;
  }
  return maximum;
}

/** "#rrggbb" as three numbers 0..1. */
export function rgbOf(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
