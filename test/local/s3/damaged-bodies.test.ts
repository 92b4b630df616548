import { createHash } from 'node:crypto';
import {
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Tally } from '../../../local/storage/tally.ts';
import { rawRequest } from './raw-request.ts';
import { type S3World, startS3World } from './s3-world.ts';

function crcOf(bytes: Buffer): string {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(bytes));
  return crc.toString('base64');
}

let world: S3World;
beforeEach(async () => {
  world = await startS3World();
});
afterEach(() => world?.close());

const SMALL = 1_000;
const CRC_OF_SMALL = crcOf(Buffer.alloc(SMALL, 'x'));
// more than one read of the disk
const LARGE = 1_500_000;

/** Uploads a body and gives its file. */
async function put(key: string, bytes: number, headers: Record<string, string> = {}): Promise<string> {
  const folder = join(world.dataDir, 'objects');
  const before = new Set(readdirSync(folder));
  await rawRequest(world.port, 'PUT', `/plain/${key}`, { body: Buffer.alloc(bytes, 'x'), headers });
  const name = readdirSync(folder).find((file) => !before.has(file));
  return join(folder, name!);
}

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  writeFileSync(file, bytes);
}

const get = (key: string, headers: Record<string, string> = {}, method = 'GET') =>
  rawRequest(world.port, method, `/plain/${key}`, { headers });
const damaged = () => new Tally(world.store).counts()['damaged-bodies'];

describe('a body that is damaged on the disk', () => {
  test.each([
    ['missing', 'it is missing', (file: string) => rmSync(file)],
    ['cut short', /it has \d+ bytes of \d+/, (file: string) => truncateSync(file, statSync(file).size - 1)],
    ['longer', /it has \d+ bytes of \d+/, (file: string) => writeFileSync(file, 'y', { flag: 'a' })],
    [
      'a link',
      'it is no file',
      (file: string) => {
        rmSync(file);
        symlinkSync('/etc/hostname', file);
      },
    ],
  ] as const)('since it is %s is an S3 error, whole, in part, and by HEAD', async (_, words, damage) => {
    for (const size of [SMALL, LARGE]) {
      damage(await put('k', size));

      const whole = await get('k');
      const part = await get('k', { range: 'bytes=0-9' });
      const head = await get('k', {}, 'HEAD');
      const copy = await rawRequest(world.port, 'PUT', '/plain/copy', {
        headers: { 'x-amz-copy-source': '/plain/k' },
        body: '',
      });

      for (const answer of [whole, part, copy]) {
        expect(answer).toMatchObject({ status: 500, code: 'InternalError' });
        expect(answer.body).toMatch(words);
      }
      expect(head).toMatchObject({ status: 500, body: '' });
    }
    expect(damaged()).toBe(8);
    expect((await get('copy')).status).toBe(404);
  });

  test('in one bit is an S3 error when it is small, however its checksum is kept', async () => {
    flip(await put('md5', SMALL));
    const sum = 'x-amz-checksum-sha256';
    flip(await put('sha', SMALL, { [sum]: createHash('sha256').update('x'.repeat(SMALL)).digest('base64') }));
    flip(
      await put('crc', SMALL, {
        'x-amz-sdk-checksum-algorithm': 'CRC32',
        'x-amz-checksum-crc32': CRC_OF_SMALL,
      }),
    );

    for (const [key, digest] of [
      ['md5', 'MD5'],
      ['sha', 'MD5'],
      ['crc', 'CRC32'],
    ] as const) {
      const answer = await get(key);
      expect(answer).toMatchObject({ status: 500, code: 'InternalError' });
      expect(answer.body).toContain(`its ${digest} is not that of what was uploaded`);
    }
    expect(damaged()).toBe(3);
  });

  test('in one bit never comes whole when it is large', async () => {
    const file = await put('k', LARGE);
    const client = world.client();
    const sound = await client.send(new GetObjectCommand({ Bucket: 'plain', Key: 'k' }));
    expect((await sound.Body?.transformToByteArray())?.length).toBe(LARGE);
    flip(file);

    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'plain', Key: 'k' }));

    await expect(Body?.transformToByteArray()).rejects.toThrow(/aborted/);
    expect(damaged()).toBe(1);
  });

  test('leaves the others alone, and is well again when a copy is put back', async () => {
    const file = await put('k', SMALL);
    await put('other', SMALL);
    const sound = readFileSync(file);
    flip(file);
    expect((await get('k')).status).toBe(500);
    expect((await get('other')).status).toBe(200);

    writeFileSync(file, sound);

    expect((await get('k')).body).toBe('x'.repeat(SMALL));
  });
});

describe('an object in parts of which one body is missing', () => {
  test.each([0, 1])(
    'is an S3 error where that is read, and told at the next start: number %d',
    async (lost) => {
      const bodies = [Buffer.alloc(5 * 1_024 ** 2, 'first'), Buffer.alloc(SMALL, 'second')];
      const files = await putInParts('parts', bodies);
      rmSync(files[lost]!);

      const { missing } = await world.s3.sweepOrphans();
      const whole = await get('parts');
      const [first, second] = [
        await get('parts', { range: 'bytes=0-9' }),
        await get('parts', { range: `bytes=-${SMALL}` }),
      ];

      expect(missing).toEqual([basename(files[lost]!)]);
      expect(whole).toMatchObject({ status: 500, code: 'InternalError' });
      expect([first.status, second.status]).toEqual(lost === 0 ? [500, 206] : [206, 500]);
    },
  );
});

/** Uploads an object in parts, and gives the file of each. */
async function putInParts(Key: string, bodies: readonly Buffer[]): Promise<readonly string[]> {
  const client = world.client();
  const at = { Bucket: 'plain', Key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
  const parts = await Promise.all(
    bodies.map(async (Body, index) => {
      const PartNumber = index + 1;
      const part = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
      return { PartNumber, ...part };
    }),
  );
  const complete = { ...at, UploadId, MultipartUpload: { Parts: parts } };
  await client.send(new CompleteMultipartUploadCommand(complete));
  const rows = world.store.prepare('SELECT file FROM s3_part ORDER BY number').all();
  return rows.map(({ file }) => join(world.dataDir, 'objects', String(file)));
}

test('an empty body is read as one', async () => {
  await put('empty', 0);
  expect(await get('empty')).toMatchObject({ status: 200, body: '' });
});
