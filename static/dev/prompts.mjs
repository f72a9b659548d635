/** Answers clicks and boxes as the worker does, but from the shapes of the synthetic cells. */

/** The cells that a question means, each as rows [y, first x, end x]. */
export function answerPrompt(scene, { t = 0, z = 0, added = [], box = null }) {
  const labels = box === null ? new Set() : labelsIn(scene, box, t, z);
  for (const [y, x] of added) labels.add(scene.label(Math.round(y), Math.round(x), t, z));
  labels.delete(0);
  const [y0, x0, y1, x1] = box ?? [0, 0, scene.height, scene.width];
  const margin = scene.pitch;
  const area = [y0 - margin, x0 - margin, y1 + margin, x1 + margin].map(Math.floor);
  return { cells: rowsOf(scene, area, labels, t, z), took_ms: 1 };
}

function labelsIn(scene, [y0, x0, y1, x1], t, z) {
  const labels = new Set();
  for (let y = Math.floor(y0); y < y1; y += 2)
    for (let x = Math.floor(x0); x < x1; x += 2) labels.add(scene.label(y, x, t, z));
  return labels;
}

function rowsOf(scene, [y0, x0, y1, x1], labels, t, z) {
  const cells = new Map([...labels].map((label) => [label, []]));
  for (let y = Math.max(0, y0); y < Math.min(scene.height, y1); y++) {
    let [start, last] = [0, 0];
    const end = Math.min(scene.width, x1);
    for (let x = Math.max(0, x0); x <= end; x++) {
      const label = x < end ? scene.label(y, x, t, z) : 0;
      if (label === last) continue;
      if (labels.has(last)) cells.get(last).push([y, start, x]);
      [start, last] = [x, label];
    }
  }
  return [...cells.values()];
}
