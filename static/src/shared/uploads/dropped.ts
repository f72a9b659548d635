/** Files that operating systems leave in folders and nobody means to upload. */
const LITTER = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

/** A file that a person means to upload. */
export function isWanted(file: File): boolean {
  return !LITTER.test(file.name);
}

/** All files of a drop, folders opened; in the order of their names. */
export async function filesOfDrop(transfer: DataTransfer): Promise<File[]> {
  // The entries must be taken before the first await, or the browser empties the list.
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  const found = (await Promise.all(entries.map(filesOfEntry))).flat();
  return found.filter(isWanted);
}

async function filesOfEntry(entry: FileSystemEntry): Promise<File[]> {
  if (entry instanceof FileSystemFileEntry || entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [file];
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
