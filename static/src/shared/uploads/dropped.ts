import { type PlacedFile, packagesAmong, packed } from "./folder_package.ts";

/** Files that operating systems leave in folders and nobody means to upload. */
const LITTER = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

/** A file that a person means to upload. */
export function isWanted(file: File): boolean {
  return !LITTER.test(file.name);
}

/** What a person means to upload: the folder of an OME-Zarr is one file, a zip. */
export async function wantedFiles(placed: readonly PlacedFile[]): Promise<File[]> {
  const { packages, others } = packagesAmong(placed);
  const files = others.map(({ file }) => file).filter(isWanted);
  for (const [root, inside] of packages) files.push(await packed(root, inside));
  return files;
}

/** The files of an input; those of a chosen folder know where in it they lie. */
export function filesOfInput(files: FileList | null): PlacedFile[] {
  return [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** All files of a drop, folders opened; in the order of their names. */
export async function filesOfDrop(transfer: DataTransfer): Promise<File[]> {
  const placed = await placedFilesOfDrop(transfer);
  return placed.map(({ file }) => file).filter(isWanted);
}

/** All files of a drop with their places in its folders. */
export async function placedFilesOfDrop(transfer: DataTransfer): Promise<PlacedFile[]> {
  // The entries must be taken before the first await, or the browser empties the list.
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  return (await Promise.all(entries.map(filesOfEntry))).flat();
}

async function filesOfEntry(entry: FileSystemEntry): Promise<PlacedFile[]> {
  if (entry instanceof FileSystemFileEntry || entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const children = await childrenOf(entry as FileSystemDirectoryEntry);
  children.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  return (await Promise.all(children.map(filesOfEntry))).flat();
}

/** The browser hands out a folder in pieces of a hundred; ask until none is left. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const piece = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (piece.length === 0) return all;
    all.push(...piece);
  }
}
