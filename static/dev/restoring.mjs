/** The edit that leads back to a version: what the edits since have changed, the other way round. */

/** `edits` in order; `pixelsOf` gives [y, x, before, after] of a patch. Answers { patches, marks }. */
export function wayBack(edits, pixelsOf) {
  const pixels = new Map();
  const said = new Map();
  for (const { patches, marks } of edits) {
    for (const { t, z, ...patch } of patches) {
      for (const [y, x, before, after] of pixelsOf(patch)) {
        note(pixels, `${t}/${z}/${y}/${x}`, before, after);
      }
    }
    for (const mark of marks) {
      for (const name of mark.labels ?? [mark.region]) {
        const facts = mark.labels ? Object.keys(mark.before) : ["region"];
        for (const fact of facts) {
          const value = (side) => (mark.labels ? side[fact] : side);
          note(said, `${name}/${fact}`, value(mark.before), value(mark.after));
        }
      }
    }
  }
  return { patches: patchesOf(pixels), marks: marksOf(said) };
}

function note(seen, key, before, after) {
  seen.set(key, { was: seen.has(key) ? seen.get(key).was : before, is: after });
}

function patchesOf(pixels) {
  const planes = new Map();
  for (const [key, { was, is }] of pixels) {
    if (was === is) continue;
    const [t, z, y, x] = key.split("/").map(Number);
    const plane = planes.get(`${t}/${z}`) ?? { t, z, changed: [] };
    plane.changed.push([y, x, is, was]);
    planes.set(`${t}/${z}`, plane);
  }
  return [...planes.values()].map(({ t, z, changed }) => ({ t, z, ...patchOf(changed) }));
}

function patchOf(changed) {
  changed.sort(([y0, x0], [y1, x1]) => y0 - y1 || x0 - x1);
  const [ys, xs] = [changed.map(([y]) => y), changed.map(([, x]) => x)];
  const least = (values) => values.reduce((a, b) => Math.min(a, b));
  const most = (values) => values.reduce((a, b) => Math.max(a, b)) + 1;
  const bbox = [least(ys), least(xs), most(ys), most(xs)];
  const runs = [];
  let end = 0;
  for (const [y, x, is, was] of changed) {
    const at = (y - bbox[0]) * (bbox[3] - bbox[1]) + x - bbox[1];
    const last = runs.at(-1);
    if (last && at === end && last[2] === is && last[3] === was) last[1]++;
    else runs.push([at - end, 1, is, was]);
    end = at + 1;
  }
  return { bbox, runs: Buffer.from(runs.flat().flatMap(varint)).toString("base64") };
}

function varint(value) {
  const bytes = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return [...bytes, left];
}

function marksOf(said) {
  const cells = new Map();
  const marks = [];
  for (const [key, { was, is }] of said) {
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    const [name, fact] = key.split("/");
    if (fact === "region") marks.push({ region: name, before: is, after: was });
    else {
      const mark = cells.get(name) ?? { labels: [Number(name)], before: {}, after: {} };
      mark.before[fact] = is;
      mark.after[fact] = was;
      cells.set(name, mark);
    }
  }
  return [...cells.values(), ...marks];
}
