/**
 * Runs of changed pixels and their one text form; the same format as annotations/labels/runs.py.
 *
 * A run is four unsigned 32-bit numbers (gap, length, before, after). The text is the numbers of
 * all runs as unsigned LEB128 varints (DWARF 5, section 7.6), concatenated, in base64 with padding
 * (RFC 4648, section 4).
 */

/** The numbers of all runs one after the other: 4 per run. */
export type Runs = Uint32Array;

/** A patch that breaks a rule of the format; the message is one sentence for a person. */
export class InvalidPatch extends Error {}

const LARGEST_NUMBER = 0xffffffff;
const BYTES_OF_A_NUMBER = 5;

export function encodeRuns(runs: Runs): string {
  const bytes = new Uint8Array(runs.length * BYTES_OF_A_NUMBER);
  let size = 0;
  for (let value of runs) {
    while (value >= 0x80) {
      bytes[size++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[size++] = value;
  }
  return toBase64(bytes.subarray(0, size));
}

/** Read the text form; throws `InvalidPatch` unless it is the one accepted form of its numbers. */
export function decodeRuns(text: string): Runs {
  const bytes = fromBase64(text);
  const values = new Uint32Array(bytes.length);
  let count = 0;
  let position = 0;
  while (position < bytes.length) {
    const [value, next] = readVarint(bytes, position);
    values[count++] = value;
    position = next;
  }
  if (count % 4 !== 0) {
    throw new InvalidPatch("The runs of the patch are cut off: they must come in groups of four.");
  }
  return values.slice(0, count);
}

function readVarint(bytes: Uint8Array, start: number): [value: number, next: number] {
  let value = 0;
  for (let index = 0; index < BYTES_OF_A_NUMBER; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) {
      throw new InvalidPatch("The runs of the patch are cut off inside a number.");
    }
    // Multiplication, because shifts would wrap at the sign bit.
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) {
      if (byte === 0 && index > 0) {
        throw new InvalidPatch("A number in the runs of the patch is written longer than needed.");
      }
      if (value > LARGEST_NUMBER) break;
      return [value, start + index + 1];
    }
  }
  throw new InvalidPatch("A number in the runs of the patch is larger than 4294967295.");
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  const block = 0x8000; // the most arguments that every engine takes
  for (let start = 0; start < bytes.length; start += block) {
    binary += String.fromCharCode(...bytes.subarray(start, start + block));
  }
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new InvalidPatch("The runs of the patch are not base64 text.");
  }
  // atob forgives missing padding, spaces and stray bits; only one form of the text is accepted.
  if (btoa(binary) !== text) {
    throw new InvalidPatch("The runs of the patch are not base64 text in its one accepted form.");
  }
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
