/**
 * How every cell is drawn, as a table by label that the graphics card looks into: four bytes a
 * label, red, green, blue and the look. A label that nobody has painted has its own colour.
 */

export type Rgb = readonly [red: number, green: number, blue: number];

/** The bits of the fourth byte; render/shaders.ts reads them. */
export const LOOK = {
  /** Faint: outside of what was asked for. */
  dimmed: 1,
  /** With a wider outline and a fill: what was asked for. */
  lit: 2,
  /** Lines from bottom left to top right. */
  hatched: 4,
  /** Lines both ways. */
  crossed: 8,
  /** A dashed outline and wide lines from top left to bottom right: ambiguous. */
  dashed: 16,
  /** With the outline of a selected cell: chosen in the masks that are compared. */
  picked: 32,
  /** The three colour bytes hold. */
  colored: 128,
} as const;

const BYTES_OF_A_LABEL = 4;
/** The next new cells have the next numbers. */
const SPARE_LABELS = 256;

export class MaskPaint {
  #table: Uint8Array;
  #isPlain = true;

  constructor(largestLabel = 0) {
    this.#table = new Uint8Array(BYTES_OF_A_LABEL * (largestLabel + 1));
  }

  get table(): Uint8Array {
    return this.#table;
  }

  /** Whether every label has its own colour and no look. */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  /** `color`: three numbers 0..1, or null for the label's own colour. */
  set(label: number, color: Rgb | null, look: number): void {
    const at = BYTES_OF_A_LABEL * label;
    if (at >= this.#table.length) this.#grow(label);
    if (color !== null) {
      for (let band = 0; band < 3; band++) this.#table[at + band] = Math.round(255 * color[band]!);
    }
    this.#table[at + 3] = look | (color === null ? 0 : LOOK.colored);
    if (this.#table[at + 3] !== 0) this.#isPlain = false;
  }

  #grow(label: number): void {
    const table = new Uint8Array(BYTES_OF_A_LABEL * (label + SPARE_LABELS));
    table.set(this.#table);
    this.#table = table;
  }
}
