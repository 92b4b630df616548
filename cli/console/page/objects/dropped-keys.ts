/** A file that was dropped or chosen. */
export interface DroppedFile {
  /** Its name; of a file in a folder with the folder's: `export/2026/a.csv`. */
  readonly path: string;
  readonly size: number;
}

/** A file, and the key that it will have. */
export interface PlannedUpload<File extends DroppedFile = DroppedFile> {
  readonly file: File;
  readonly key: string;
  /** Why it cannot be uploaded. */
  readonly problem?: string;
}

const LONGEST_KEY_BYTES = 1_024;

/**
 * The key of each file below the prefix, which is taken as it is written: `csv` and `a.csv` make `csva.csv`.
 *
 * What S3 would refuse, and what would be one object of two files, is named and not sent.
 */
export function plannedUploads<File extends DroppedFile>(
  prefix: string,
  files: readonly File[],
): readonly PlannedUpload<File>[] {
  const seen = new Map<string, string>();
  return files.map((file) => {
    const key = prefix + file.path;
    const problem = problemOf(key, seen.get(key));
    if (problem !== undefined) return { file, key, problem };
    seen.set(key, file.path);
    return { file, key };
  });
}

function problemOf(key: string, other: string | undefined): string | undefined {
  if (other !== undefined) return 'another one of these files has the same key';
  if (!key.isWellFormed()) return 'its name is not Unicode, and a key must be UTF-8: rename it';
  const { length } = new TextEncoder().encode(key);
  if (length > LONGEST_KEY_BYTES) {
    return `the key would be ${length} bytes long, and S3 takes ${LONGEST_KEY_BYTES}: shorten the prefix or the name`;
  }
  return key.endsWith('/') ? 'a key that ends in a slash is a folder’s: rename it' : undefined;
}

/** What all of the keys begin with: `csv/2026/` of `csv/2026/a.csv` and `csv/2026/b/c.csv`. */
export function commonPrefix(keys: readonly string[]): string {
  const [first = '', ...others] = keys;
  let length = first.length;
  for (const key of others) while (!key.startsWith(first.slice(0, length))) length--;
  // half of a pair is no text
  return first.slice(0, length).isWellFormed() ? first.slice(0, length) : first.slice(0, length - 1);
}
