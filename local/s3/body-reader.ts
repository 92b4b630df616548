import * as fs from 'node:fs';
import { promisify } from 'node:util';
import type { BodyFile, BodyFolder } from './body-folder.ts';
import type { ByteRange } from './byte-range.ts';

const open = promisify(fs.open);

const READ_BYTES = 512 * 1_024;

/**
 * The bytes of a body, file after file. The caller retains the files meanwhile (`BodyFolder.retain`).
 *
 * @throws when a file is shorter than the store says: a body never ends early in silence
 */
export async function* readBody(
  folder: BodyFolder,
  files: readonly BodyFile[],
  range: ByteRange,
): AsyncGenerator<Buffer> {
  let startOfFile = 0;
  for (const { name, sizeBytes } of files) {
    const first = Math.max(range.first - startOfFile, 0);
    const end = Math.min(range.last + 1 - startOfFile, sizeBytes);
    startOfFile += sizeBytes;
    if (first >= end) continue;
    const path = folder.path(name);
    const fd = await open(path, 'r');
    try {
      for (let at = first; at < end;) {
        const piece = await read(fd, at, Math.min(READ_BYTES, end - at));
        if (piece.length === 0) throw new Error(`${path} ends at byte ${at} of ${sizeBytes}`);
        at += piece.length;
        yield piece;
      }
    } finally {
      fs.closeSync(fd);
    }
  }
}

function read(fd: number, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, 0, length, position, (error, bytes) =>
      error === null ? resolve(buffer.subarray(0, bytes)) : reject(error),
    );
  });
}
