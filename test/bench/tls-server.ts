import { createServer, type ServerOptions } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { csvInputs } from './csv-inputs.ts';

/** A body is this block again and again, so that it can be as long as one likes. */
interface Block {
  readonly stored: Buffer;
  readonly decodedBytes: number;
  readonly rows: number;
}

/** What the server tells its parent: where it is and what it has, then each row that is put into its table. */
export type FromServer =
  | { readonly port: number; readonly blocks: readonly BlockFacts[] }
  | { readonly row: Readonly<Record<string, Readonly<Record<string, unknown>>>> };

export interface BlockFacts {
  /** `plain numbers`, or `a fifth quoted.gz` */
  readonly name: string;
  readonly storedBytes: number;
  readonly decodedBytes: number;
  readonly rows: number;
}

const BLOCK_BYTES = 16 * 1024 * 1024;
const SLICE_BYTES = 1024 * 1024;
/** What is served compressed too: by 3.5, 2.1 and 5.9 : 1 with gzip. */
const GZIPPED = ['a fifth quoted', 'plain numbers', 'quotes and newlines'];
const ZSTD = 'a fifth quoted';

/**
 * S3's GetObject and DynamoDB's PutItem over HTTPS, in a process of its own, so that its work is not the function's. The
 * key `csv/12/plain numbers.csv` is twelve blocks of plain numbers.
 */
const blocks = new Map<string, Block>();
for (const { name, bytes, rows } of csvInputs(BLOCK_BYTES)) {
  const decodedBytes = bytes.length;
  blocks.set(name, { stored: bytes, decodedBytes, rows });
  if (GZIPPED.includes(name)) blocks.set(`${name}.gz`, { stored: gzipSync(bytes), decodedBytes, rows });
  if (name === ZSTD) blocks.set(`${name}.zst`, { stored: zstdCompressSync(bytes), decodedBytes, rows });
}

const identity = await new Promise<ServerOptions>((resolve) => process.once('message', resolve));
const server = createServer(identity, (request, response) => void answer(request, response));
server.listen(0, '127.0.0.1');
process.on('disconnect', () => process.exit());
await once(server, 'listening');
tell({
  port: (server.address() as AddressInfo).port,
  blocks: [...blocks].map(([name, { stored, decodedBytes, rows }]) => ({
    name,
    storedBytes: stored.length,
    decodedBytes,
    rows,
  })),
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const { Item } = JSON.parse(await text(request)) as { Item?: Record<string, Record<string, unknown>> };
    if (Item !== undefined) tell({ row: Item });
    response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' }).end('{}');
    return;
  }
  const path = decodeURIComponent(new URL(request.url ?? '', 'https://s3').pathname);
  const [, repeated = '', name = '', ending = ''] = /\/csv\/(\d+)\/(.+)\.csv(\.\w+)?$/.exec(path) ?? [];
  const block = blocks.get(name + ending);
  if (block === undefined) {
    response.writeHead(404).end();
    return;
  }
  const times = Number(repeated);
  response.writeHead(200, { 'Content-Length': block.stored.length * times, ETag: '"e1"' });
  await pipeline(Readable.from(slices(block.stored, times)), response);
}

function* slices(bytes: Buffer, times: number): Generator<Buffer> {
  for (let time = 0; time < times; time++) {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) yield bytes.subarray(at, at + SLICE_BYTES);
  }
}

function tell(message: FromServer): void {
  process.send?.(message);
}
