import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** A line of a kept log. */
export interface KeptLine {
  /** The same whenever the line is read. */
  readonly id: string;
  readonly timestampMs: number;
  readonly message: string;
  /** Where the next line begins. */
  readonly behind: LogPlace;
}

/** A place in a log that survives a rotation: files are known by their inode. */
export interface LogPlace {
  readonly inode: number;
  readonly offset: number;
}

/** As a line is kept: with the time in front. */
export const keptLine = (timestampMs: number, message: string): string => `${timestampMs}\t${message}`;

/**
 * The lines of a log from a time or a place on, the oldest first, one in memory at a time.
 *
 * @param file the current one; the one before it is `….1`
 */
export async function* keptLines(
  file: string,
  from: { readonly sinceMs: number; readonly place?: LogPlace | undefined },
): AsyncGenerator<KeptLine> {
  const { place, sinceMs } = from;
  const files = await existing([`${file}.1`, file]);
  // a file that was rotated away takes its rest with it
  const begin =
    place === undefined
      ? 0
      : Math.max(
          0,
          files.findIndex(({ inode }) => inode === place.inode),
        );
  for (const { path, inode } of files.slice(begin)) {
    const start = place?.inode === inode ? place.offset : await offsetOf(path, sinceMs);
    for await (const line of linesOf(path, start, inode)) if (line.timestampMs >= sinceMs) yield line;
  }
}

async function* linesOf(path: string, start: number, inode: number): AsyncGenerator<KeptLine> {
  const stream = createReadStream(path, { start });
  let offset = start;
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      const at = offset;
      offset += Buffer.byteLength(text) + 1;
      const tab = text.indexOf('\t');
      const timestampMs = Number(text.slice(0, tab));
      if (tab === -1 || !Number.isSafeInteger(timestampMs)) continue;
      yield {
        id: `${inode}-${at}`,
        timestampMs,
        message: text.slice(tab + 1),
        behind: { inode, offset },
      };
    }
  } finally {
    stream.destroy();
  }
}

async function existing(paths: readonly string[]): Promise<{ path: string; inode: number }[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const stats = await stat(path).catch(() => undefined);
      return stats === undefined ? [] : [{ path, inode: stats.ino }];
    }),
  );
  return found.flat();
}

const CHUNK = 64 * 1024;

/** The start of a line before which all lines are older, found by halving: a log may have millions. */
async function offsetOf(path: string, sinceMs: number): Promise<number> {
  const handle = await open(path);
  try {
    let low = 0;
    let { size: high } = await handle.stat();
    while (high - low > CHUNK) {
      const middle = Math.floor((low + high) / 2);
      const line = await lineBehind(handle, middle);
      if (line === undefined || line.offset >= high) high = middle;
      else if (line.timestampMs < sinceMs) low = line.offset;
      else high = middle;
    }
    return low;
  } finally {
    await handle.close();
  }
}

/** The first line that begins behind the offset. */
async function lineBehind(
  handle: FileHandle,
  offset: number,
): Promise<{ offset: number; timestampMs: number } | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK), 0, CHUNK, offset);
  const text = buffer.subarray(0, bytesRead);
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    const timestampMs = Number(/^(\d+)\t/.exec(text.toString('latin1', end + 1, end + 32))?.[1]);
    if (Number.isSafeInteger(timestampMs)) return { offset: offset + end + 1, timestampMs };
  }
  return undefined;
}
