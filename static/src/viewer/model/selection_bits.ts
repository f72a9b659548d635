/** The selection as the graphics card reads it: one bit for every label. */

/** Beyond this label a selection is not shown; the table would no longer fit on every card. */
const LARGEST_SHOWN = 2 ** 27;

/** Bit `label & 7` of byte `label >> 3` says whether the label is selected. */
export function selectionBits(selected: readonly number[]): Uint8Array {
  const shown = selected.filter((label) => label < LARGEST_SHOWN);
  const largest = shown.reduce((most, label) => Math.max(most, label), 0);
  const bits = new Uint8Array((largest >> 3) + 1);
  for (const label of shown) bits[label >> 3]! |= 1 << (label & 7);
  return bits;
}
