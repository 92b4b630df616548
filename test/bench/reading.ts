import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { BodyFile } from '../../local/s3/body-file.ts';
import { BodyFolder } from '../../local/s3/body-folder.ts';
import { readBody } from '../../local/s3/body-reader.ts';
import { spread } from './statistics.ts';

const SIZES = { '1 KB': 1_000, '64 MB': 64_000_000 } as const;
const BLOCK = Buffer.alloc(1_000_000, 'a body\n');

/**
 * What it costs to hold a body against its digest while it is read: the same bytes over HTTP on this machine, with and
 * without, in turn.
 */
export async function readAndCheck(rounds: number): Promise<string[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-reading-'));
  const folder = new BodyFolder(dataDir);
  let served: BodyFile;
  const server = createServer((_, response) => {
    const range = { first: 0, last: served.sizeBytes - 1 };
    response.writeHead(200, { 'content-length': served.sizeBytes });
    void pipeline(readBody(folder, [served], range), response);
  }).listen(0, '127.0.0.1');
  const read = async (file: BodyFile): Promise<number> => {
    served = file;
    const { port } = server.address() as AddressInfo;
    const began = performance.now();
    const repeat = file.sizeBytes > BLOCK.length ? 1 : 50;
    for (let time = 0; time < repeat; time++) {
      const { body } = await fetch(`http://127.0.0.1:${port}/`);
      for await (const _ of body!);
    }
    return (performance.now() - began) / repeat;
  };
  try {
    const lines: string[] = [];
    for (const [size, bytes] of Object.entries(SIZES)) {
      const stored = await store(folder, bytes);
      const ratios = { CRC32: [] as number[], MD5: [] as number[] };
      // the first round warms up
      for (let round = 0; round <= rounds; round++) {
        const unchecked = await read(stored.file);
        for (const algorithm of ['CRC32', 'MD5'] as const) {
          const checked = await read({ ...stored.file, digest: { algorithm, value: stored[algorithm] } });
          if (round > 0) ratios[algorithm].push(checked / unchecked);
        }
      }
      for (const [algorithm, values] of Object.entries(ratios)) {
        lines.push(`${size} read with its ${algorithm} checked, to read without: ${spread(values, '×', 2)}`);
      }
    }
    return lines;
  } finally {
    server.close();
    await rm(dataDir, { recursive: true });
  }
}

async function store(folder: BodyFolder, bytes: number) {
  const body = folder.create();
  const md5 = createHash('md5');
  let sum = 0;
  for (let left = bytes; left > 0; left -= BLOCK.length) {
    const block = BLOCK.subarray(0, Math.min(left, BLOCK.length));
    await body.write(block);
    md5.update(block);
    sum = crc32(block, sum);
  }
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(sum);
  return { file: await body.finish(), MD5: md5.digest('hex'), CRC32: crc.toString('base64') };
}
