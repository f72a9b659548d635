/** The edits of one annotation, with the rules of the server: order, conflicts, repeated sends. */
import { wayBack } from "./restoring.mjs";

export class EditLog {
  constructor() {
    this.edits = [];
    this.nextLabel = 1_000_000;
  }

  get version() {
    return this.edits.length;
  }

  after(version) {
    return this.edits.slice(version, version + 1000);
  }

  /** Answers [status, body, new edit or null]. */
  add(message, author) {
    const known = this.edits.find((edit) => edit.client_id === message.client_id);
    if (known) return [200, { version: known.version, rebased: false }, null];
    const between = this.edits.slice(message.base_version);
    // Nothing in between is the usual case, and thousands of cells are many pixels.
    const touched = between.length === 0 ? new Set() : placesOf(message);
    const isTaken = between.some((edit) => [...placesOf(edit)].some((place) => touched.has(place)));
    if (isTaken) {
      const detail = `${between.at(-1).author.name} has changed the same cells in the meantime.`;
      return [409, { code: "conflict", detail, version: this.version, edits: between }, null];
    }
    return this.#append(message, author, between.length > 0);
  }

  /** Make an earlier version the newest one. */
  restore({ client_id, version, base_version }, author) {
    if (base_version !== this.version) {
      return [409, { code: "moved", detail: "Cells have changed in the meantime." }, null];
    }
    const change = wayBack(this.edits.slice(version), pixelsOf);
    if (change.patches.length + change.marks.length === 0) {
      return [400, { code: "refused", detail: `Nothing differs from version ${version}.` }, null];
    }
    return this.#append({ client_id, kind: "restore", ...change }, author, false);
  }

  #append({ client_id, kind, undoes, patches, marks }, { id, name }, rebased) {
    const edit = {
      ...{ version: this.version + 1, client_id, kind, author: { id, name }, patches, marks },
      ...{ created_at: new Date().toISOString(), undoes: undoes ?? null },
    };
    this.edits.push(edit);
    return [201, { version: edit.version, rebased }, edit];
  }

  labels(count) {
    const start = this.nextLabel;
    this.nextLabel += count;
    return { start, stop: this.nextLabel };
  }
}

/** The pixels, cells and regions that an edit touches. */
function placesOf({ patches, marks }) {
  const places = new Set(marks.flatMap((mark) => mark.labels ?? [mark.region]));
  for (const patch of patches) {
    for (const [y, x, before, after] of pixelsOf(patch)) {
      places.add(`${patch.t}/${patch.z}/${y}/${x}`);
      for (const label of [before, after]) if (label !== 0) places.add(label);
    }
  }
  return places;
}

/** [y, x, before, after] of every pixel that a patch changes. */
function* pixelsOf({ bbox, runs }) {
  const width = bbox[3] - bbox[1];
  const numbers = varints(Buffer.from(runs, "base64"));
  let position = 0;
  for (let index = 0; index < numbers.length; index += 4) {
    const [gap, length, before, after] = numbers.slice(index, index + 4);
    position += gap;
    for (const end = position + length; position < end; position++) {
      yield [bbox[0] + Math.floor(position / width), bbox[1] + (position % width), before, after];
    }
  }
}

function varints(bytes) {
  const numbers = [];
  let [value, shift] = [0, 0];
  for (const byte of bytes) {
    value += (byte & 127) * 2 ** shift;
    shift += 7;
    if (byte < 128) {
      numbers.push(value);
      [value, shift] = [0, 0];
    }
  }
  return numbers;
}
