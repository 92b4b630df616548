import type { DroppedFile } from './dropped-keys.ts';

/** A file that the browser holds for us. */
export interface ChosenFile extends DroppedFile {
  readonly blob: Blob;
}

/** What was dropped or chosen. */
export interface Chosen {
  readonly files: readonly ChosenFile[];
  /** What could not be read, and why. */
  readonly unread: readonly string[];
}

/** The files of a drop, those in folders with the folder's name before theirs. To be called while the event lasts. */
export async function droppedFiles({ items }: DataTransfer): Promise<Chosen> {
  // after the event they are gone
  const dropped = [...items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const files: ChosenFile[] = [];
  const unread: string[] = [];
  for (const { entry, file } of dropped) {
    if (entry?.isDirectory === true) await readFolder(entry as FileSystemDirectoryEntry, '', files, unread);
    else if (file !== null) files.push({ path: file.name, size: file.size, blob: file });
    else unread.push(`${entry?.name ?? 'something'}: the browser gives no file`);
  }
  return { files, unread };
}

/** The files of an `<input type="file">`. */
export const chosenFiles = (list: FileList | null): Chosen => ({
  files: [...(list ?? [])].map((file) => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    size: file.size,
    blob: file,
  })),
  unread: [],
});

async function readFolder(
  folder: FileSystemDirectoryEntry,
  above: string,
  files: ChosenFile[],
  unread: string[],
): Promise<void> {
  const path = `${above}${folder.name}`;
  try {
    for (const entry of await entriesOf(folder)) {
      if (entry.isDirectory) {
        await readFolder(entry as FileSystemDirectoryEntry, `${path}/`, files, unread);
        continue;
      }
      try {
        const blob = await fileOf(entry as FileSystemFileEntry);
        files.push({ path: `${path}/${entry.name}`, size: blob.size, blob });
      } catch (error) {
        unread.push(`${path}/${entry.name}: ${(error as Error).message}`);
      }
    }
  } catch (error) {
    unread.push(`${path}/: ${(error as Error).message}`);
  }
}

/** All that is in the folder: a reader gives a hundred or so at a time, and nothing at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
