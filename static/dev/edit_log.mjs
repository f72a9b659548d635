/** The edits of one annotation, with the rules of the server: order, conflicts, repeated sends. */
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
    const edit = {
      version: this.version + 1,
      client_id: message.client_id,
      kind: message.kind,
      author: { id: author.id, name: author.name },
      created_at: new Date().toISOString(),
      undoes: message.undoes ?? null,
      patches: message.patches,
      marks: message.marks,
    };
    this.edits.push(edit);
    return [201, { version: edit.version, rebased: between.length > 0 }, edit];
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
  for (const { t, z, bbox, runs } of patches) {
    const width = bbox[3] - bbox[1];
    const numbers = varints(Buffer.from(runs, "base64"));
    let position = 0;
    for (let index = 0; index < numbers.length; index += 4) {
      position += numbers[index];
      for (const end = position + numbers[index + 1]; position < end; position++) {
        const [y, x] = [bbox[0] + Math.floor(position / width), bbox[1] + (position % width)];
        places.add(`${t}/${z}/${y}/${x}`);
      }
      for (const label of numbers.slice(index + 2, index + 4)) if (label !== 0) places.add(label);
    }
  }
  return places;
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
