/**
 * A folder that is one image, such as an OME-Zarr, as one zip that is never written: stored without
 * compression, its parts are the files themselves. Source: PKWARE's APPNOTE 6.3.10.
 */
import { crc32 } from "./crc32.ts";

/** A file and its place below what was dropped or chosen: "plate.zarr/A/1/.zattrs". */
export interface PlacedFile {
  path: string;
  file: File;
}

const MARKS = new Set(["zarr.json", ".zattrs", ".zgroup", ".zarray"]);
const LITTER = /^(\._.*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i;
const UTF_8 = 0x800;
const JANUARY_1980 = 0x21;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;

/** The folders that are a Zarr, each with its files; and the files that lie in none. */
export function packagesAmong(files: readonly PlacedFile[]): {
  packages: Map<string, PlacedFile[]>;
  others: PlacedFile[];
} {
  const marked = new Set(
    files.filter(({ path }) => MARKS.has(nameOf(path))).map(({ path }) => folderOf(path)),
  );
  const packages = new Map<string, PlacedFile[]>();
  const others: PlacedFile[] = [];
  for (const one of files) {
    const root = rootOf(one.path, marked);
    if (root === null) others.push(one);
    else if (!LITTER.test(nameOf(one.path))) {
      const inside = packages.get(root) ?? [];
      inside.push(one);
      packages.set(root, inside);
    }
  }
  return { packages, others };
}

/** The zip of a folder; the same files give the same bytes, so that sending can go on. */
export async function packed(root: string, files: readonly PlacedFile[]): Promise<File> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const above = folderOf(root);
  const parts: BlobPart[] = [];
  const entries: Uint8Array<ArrayBuffer>[] = [];
  let start = 0;
  for (const { path, file } of sorted) {
    const name = new TextEncoder().encode(above ? path.slice(above.length + 1) : path);
    const checksum = await checksumOf(file);
    const header = localHeader(name, checksum, file.size);
    parts.push(header, file);
    entries.push(entry(name, checksum, file.size, start));
    start += header.length + file.size;
  }
  const nBytes = entries.reduce((sum, one) => sum + one.length, 0);
  parts.push(...entries, endOf(sorted.length, nBytes, start));
  const lastModified = Math.max(0, ...sorted.map(({ file }) => file.lastModified));
  return new File(parts, `${nameOf(root)}.zip`, { lastModified });
}

/** The outermost folder above a file that is a Zarr, by its name or by what lies in it. */
function rootOf(path: string, marked: ReadonlySet<string>): string | null {
  const steps = path.split("/").slice(0, -1);
  for (let n = 1; n <= steps.length; n++) {
    const folder = steps.slice(0, n).join("/");
    if (marked.has(folder) || /\.zarr$/i.test(steps[n - 1]!)) return folder;
  }
  return null;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

async function checksumOf(file: File): Promise<number> {
  let value = 0;
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value: bytes } = await reader.read();
    if (done) return value;
    value = crc32(bytes, value);
  }
}

function localHeader(name: Uint8Array, checksum: number, size: number): Uint8Array<ArrayBuffer> {
  const header = new Fields(30 + name.length);
  header.put(4, 0x04034b50).put(2, 20).put(2, UTF_8).put(2, 0).put(2, 0).put(2, JANUARY_1980);
  header.put(4, checksum).put(4, size).put(4, size).put(2, name.length).put(2, 0);
  return header.text(name).bytes;
}

function entry(
  name: Uint8Array,
  checksum: number,
  size: number,
  start: number,
): Uint8Array<ArrayBuffer> {
  const isFar = start >= FULL_32;
  const made = new Fields(46 + name.length + (isFar ? 12 : 0));
  made.put(4, 0x02014b50).put(2, 45).put(2, 45).put(2, UTF_8).put(2, 0).put(2, 0);
  made.put(2, JANUARY_1980).put(4, checksum).put(4, size).put(4, size).put(2, name.length);
  made
    .put(2, isFar ? 12 : 0)
    .put(2, 0)
    .put(2, 0)
    .put(2, 0)
    .put(4, 0);
  made.put(4, Math.min(start, FULL_32)).text(name);
  return (isFar ? made.put(2, 1).put(2, 8).put(8, start) : made).bytes;
}

/** The end of a zip; with numbers of 64 bits where 32 are too few. */
export function endOf(nFiles: number, nBytes: number, start: number): Uint8Array<ArrayBuffer> {
  const isLarge = nFiles >= FULL_16 || start >= FULL_32;
  const end = new Fields((isLarge ? 56 + 20 : 0) + 22);
  if (isLarge) {
    end.put(4, 0x06064b50).put(8, 44).put(2, 45).put(2, 45).put(4, 0).put(4, 0);
    end.put(8, nFiles).put(8, nFiles).put(8, nBytes).put(8, start);
    end
      .put(4, 0x07064b50)
      .put(4, 0)
      .put(8, start + nBytes)
      .put(4, 1);
  }
  const count = Math.min(nFiles, FULL_16);
  end.put(4, 0x06054b50).put(2, 0).put(2, 0).put(2, count).put(2, count);
  return end.put(4, nBytes).put(4, Math.min(start, FULL_32)).put(2, 0).bytes;
}

/** Little-endian numbers one behind the other. */
class Fields {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  put(nBytes: 2 | 4 | 8, value: number): this {
    if (nBytes === 2) this.#view.setUint16(this.#at, value, true);
    else if (nBytes === 4) this.#view.setUint32(this.#at, value, true);
    else this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += nBytes;
    return this;
  }

  text(encoded: Uint8Array): this {
    this.bytes.set(encoded, this.#at);
    this.#at += encoded.length;
    return this;
  }
}
