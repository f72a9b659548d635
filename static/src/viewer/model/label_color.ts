/** The colour of a label: one of the tokens --label-1 .. --label-8, by its number. */

export const N_LABEL_COLORS = 8;

/**
 * 1..8: the highest bits of the label times the golden ratio (Knuth, TAOCP 6.4), so that labels
 * which follow one another, and labels a row apart, differ. The shader in render/shaders.ts counts
 * the same way.
 */
export function labelColorIndex(label: number): number {
  return (Math.imul(label, 0x9e3779b1) >>> 29) + 1;
}

/** "good" from 70 %, "fair" from 50 %, else "poor". */
export type ConfidenceBand = "good" | "fair" | "poor";

export function confidenceBand(confidence: number): ConfidenceBand {
  if (confidence >= 0.7) return "good";
  return confidence >= 0.5 ? "fair" : "poor";
}
