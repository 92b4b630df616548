import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { lstat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import type { BodyDigest, BodyFile } from './body-file.ts';
import type { BodyFolder } from './body-folder.ts';
import type { ByteRange } from './byte-range.ts';
import { DamagedBodyError } from './damaged-body-error.ts';

const open = promisify(fs.open);

const READ_BYTES = 512 * 1_024;

/** The files that a range of a body lies in, with what of each belongs to it. */
function* pieces(files: readonly BodyFile[], range: ByteRange) {
  let startOfFile = 0;
  for (const file of files) {
    const first = Math.max(range.first - startOfFile, 0);
    const end = Math.min(range.last + 1 - startOfFile, file.sizeBytes);
    startOfFile += file.sizeBytes;
    // an empty body has a file too
    if (first < end || files.length === 1) yield { file, first, end };
  }
}

/**
 * Sees that the files of a range are there and as long as the store says: what can be known before the head of an
 * answer is sent. The caller retains the files meanwhile (`BodyFolder.retain`).
 *
 * @throws DamagedBodyError
 */
export async function checkBody(
  folder: BodyFolder,
  files: readonly BodyFile[],
  range: ByteRange,
): Promise<void> {
  for (const { file } of pieces(files, range)) {
    const path = folder.path(file.name);
    const found = await lstat(path).catch((error: unknown) => {
      throw missing(path, error);
    });
    if (!found.isFile()) throw new DamagedBodyError(path, 'it is no file');
    if (found.size !== file.sizeBytes) {
      throw new DamagedBodyError(path, `it has ${found.size} bytes of ${file.sizeBytes}`);
    }
  }
}

/**
 * The bytes of a body, file after file. A file that is read whole is held against its digest, and its last bytes are
 * given out only when that agrees: nobody can take a damaged body for the whole one. The caller retains the files
 * meanwhile.
 *
 * @throws DamagedBodyError before the first bytes of a body of up to 512 KiB, and before the last of a longer one
 */
export async function* readBody(
  folder: BodyFolder,
  files: readonly BodyFile[],
  range: ByteRange,
): AsyncGenerator<Buffer> {
  for (const { file, first, end } of pieces(files, range)) {
    const { name, sizeBytes, digest } = file;
    const path = folder.path(name);
    const isWhole = first === 0 && end === sizeBytes;
    const check = digest === undefined || !isWhole ? undefined : startCheck(digest);
    // a link is not one of ours
    const fd = await open(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW).catch((error: unknown) => {
      throw missing(path, error);
    });
    try {
      for (let at = first; at < end;) {
        const piece = await read(fd, at, Math.min(READ_BYTES, end - at));
        if (piece.length === 0) throw new DamagedBodyError(path, `it ends at byte ${at} of ${sizeBytes}`);
        at += piece.length;
        check?.update(piece);
        if (at === end && check?.agrees() === false) {
          throw new DamagedBodyError(path, `its ${digest?.algorithm} is not that of what was uploaded`);
        }
        yield piece;
      }
    } finally {
      fs.closeSync(fd);
    }
  }
}

function startCheck({ algorithm, value }: BodyDigest) {
  if (algorithm === 'MD5') {
    const hash = createHash('md5');
    return {
      update: (bytes: Buffer) => void hash.update(bytes),
      agrees: () => hash.digest('hex') === value,
    };
  }
  let sum = 0;
  return {
    update: (bytes: Buffer) => void (sum = crc32(bytes, sum)),
    agrees: () => sum === Buffer.from(value, 'base64').readUInt32BE(),
  };
}

function missing(path: string, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)
    ? new DamagedBodyError(path, 'it is missing', error)
    : error;
}

function read(fd: number, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, 0, length, position, (error, bytes) =>
      error === null ? resolve(buffer.subarray(0, bytes)) : reject(error),
    );
  });
}
