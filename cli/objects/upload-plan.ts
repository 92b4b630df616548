import { opendir, realpath, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { usageError } from '../cli-error.ts';
import { LONGEST_KEY_BYTES } from './object-location.ts';

/** A file to upload, and where to. */
export interface UploadItem {
  /** `-` is standard input. */
  readonly path: string;
  readonly key: string;
  /** Unknown of standard input, of a pipe and of a device. */
  readonly sizeBytes?: number;
}

/**
 * Which file goes to which key. A folder's files keep their path below it; a destination that ends in `/` (or is empty)
 * is a prefix; anything else names the one object. A link counts as what it leads to, but one in a folder that leads out
 * of it is passed over: it may be of another's making, and lead to what nobody meant to upload.
 *
 * @throws CliError on a path that cannot be uploaded, a key that S3 would refuse, or several files for one key
 */
export async function planUploads(paths: readonly string[], destination: string): Promise<UploadPlan> {
  const isPrefix = destination === '' || destination.endsWith('/');
  const items: UploadItem[] = [];
  const passedOver: string[] = [];
  for (const path of paths) {
    if (path === '-') {
      if (isPrefix) {
        throw usageError('standard input has no name', 'end the destination with a key, not with a slash');
      }
      items.push({ path, key: destination });
      continue;
    }
    const stats = await statsOf(path);
    if (stats.isDirectory()) {
      for await (const file of filesUnder(path, (link) => passedOver.push(link))) {
        items.push({ ...file, key: `${isPrefix ? destination : `${destination}/`}${file.below}` });
      }
    } else {
      const key = isPrefix ? destination + basename(path) : destination;
      items.push({ path, key, ...(stats.isFile() && { sizeBytes: stats.size }) });
    }
  }
  checkKeys(items);
  return {
    items: items.map(({ path, key, sizeBytes }) => ({
      path,
      key,
      ...(sizeBytes !== undefined && { sizeBytes }),
    })),
    passedOver,
  };
}

export interface UploadPlan {
  readonly items: readonly UploadItem[];
  /** Links that lead out of the folder they were found in. */
  readonly passedOver: readonly string[];
}

interface FileBelow {
  readonly path: string;
  /** From the folder, with slashes. */
  readonly below: string;
  readonly sizeBytes: number;
}

/**
 * @param onLinkOut called with every link that leads out of the folder
 * @param within the real paths of the folders that lead here, the first of them the whole: a link back to one of them
 * would never end
 */
async function* filesUnder(
  folder: string,
  onLinkOut: (path: string) => void,
  prefix = '',
  within: readonly string[] = [],
): AsyncGenerator<FileBelow> {
  const real = await realpath(folder);
  if (within.includes(real)) {
    throw usageError(`${JSON.stringify(folder)} leads back to ${JSON.stringify(real)}`, 'remove the link');
  }
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    const below = prefix + entry.name;
    const stats = await statsOf(path);
    if (entry.isSymbolicLink() && !isBelow(await realpath(path), within[0] ?? real)) onLinkOut(path);
    else if (stats.isDirectory()) {
      yield* filesUnder(path, onLinkOut, `${below}/`, [...within, real]);
    } else if (stats.isFile()) {
      yield { path, below, sizeBytes: stats.size };
    } else {
      throw usageError(`${JSON.stringify(path)} is neither a file nor a folder`, 'move it out of the folder');
    }
  }
}

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

async function statsOf(path: string): Promise<Stats> {
  return await stat(path).catch((cause: unknown) => {
    throw usageError(
      `cannot read ${JSON.stringify(path)}: ${(cause as Error).message}`,
      path.includes('\uFFFD') ? 'its name is not UTF-8, and a key must be' : undefined,
    );
  });
}

function checkKeys(items: readonly UploadItem[]): void {
  const seen = new Map<string, string>();
  for (const { path, key } of items) {
    const other = seen.get(key);
    if (other !== undefined) {
      throw usageError(
        `${JSON.stringify(other)} and ${JSON.stringify(path)} would both become ${JSON.stringify(key)}`,
        'upload them to different prefixes; a destination for several files ends in a slash',
      );
    }
    if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
      throw usageError(`the key of ${JSON.stringify(path)} is longer than ${LONGEST_KEY_BYTES} bytes`);
    }
    seen.set(key, path);
  }
}
