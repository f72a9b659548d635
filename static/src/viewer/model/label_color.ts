/** The colour of a label: one of the tokens --label-1 .. --label-8, by its number. */

export const N_LABEL_COLORS = 8;

/**
 * 1..8. Consecutive labels, which are often neighbours, are five colours apart. The shader in
 * render/shaders.ts counts the same way.
 */
export function labelColorIndex(label: number): number {
  return ((label * 5) % N_LABEL_COLORS) + 1;
}

/** "good" from 70 %, "fair" from 60 %, else "poor". */
export type ConfidenceBand = "good" | "fair" | "poor";

export function confidenceBand(confidence: number): ConfidenceBand {
  if (confidence >= 0.7) return "good";
  return confidence >= 0.6 ? "fair" : "poor";
}
