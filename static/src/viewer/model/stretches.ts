/** Goes through a tile of labels cell by cell, a piece of a row at a time. */

/** The stretches of a row that show one cell: neighbors mostly do. */
export function forEachStretch(
  labels: Uint32Array,
  [rows, columns]: readonly [rows: number, columns: number],
  stride: number,
  visit: (label: number, from: number, to: number) => void,
): void {
  for (let row = 0; row < rows; row++) {
    const end = row * stride + columns;
    for (let from = row * stride; from < end; ) {
      const label = labels[from]!;
      let to = from + 1;
      while (to < end && labels[to] === label) to++;
      if (label !== 0) visit(label, from, to);
      from = to;
    }
  }
}
