import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type ClientRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callAt } from '../../../cli/console/console-calls.ts';
import { ConsoleServer } from '../../../cli/console/console-server.ts';
import { KeptPipeline } from '../../../cli/console/kept-pipeline.ts';
import { VerbRuns } from '../../../cli/console/verb-runs.ts';
import { callConsole, consoleOf, type ConsoleAddress } from '../../support/console-call.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';

const MB = 1024 * 1024;

let pipeline: PipelineUnderTest;
const troubles: string[] = [];

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
}, 240_000);
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

const put = (Key: string, Body: string | Buffer) =>
  pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));

const newServer = (): ConsoleServer =>
  new ConsoleServer({
    target: { target: 'local', dataDir: pipeline.dataDir },
    readOnly: false,
    startCommand: 'npx sluice console',
    onTrouble: (text) => troubles.push(text),
  });

/** The console's calls alone, without the door before them: a test sees when an answer has come to its end. */
class OpenCalls implements AsyncDisposable {
  readonly #kept: KeptPipeline;
  readonly #server: Server;
  /** Of each request, in the order they came. */
  readonly ends: Promise<void>[] = [];

  constructor() {
    const target = { target: 'local', dataDir: pipeline.dataDir } as const;
    this.#kept = new KeptPipeline(target);
    const runs = new VerbRuns({ target, pipeline: this.#kept, onMistake: (text) => troubles.push(text) });
    this.#server = createServer((incoming, response) => {
      response.on('error', () => {});
      const { pathname, searchParams } = new URL(incoming.url!, 'http://here');
      const call = {
        incoming,
        response,
        query: searchParams,
        target,
        readOnly: false,
        startCommand: '',
        runs,
      };
      this.ends.push(callAt(pathname).answer({ ...call, pipeline: this.#kept }));
    });
  }

  async request(path: string): Promise<ClientRequest> {
    if (!this.#server.listening) await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const { port } = this.#server.address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST' });
    sent.on('error', () => {});
    return sent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await Promise.allSettled(this.ends);
    this.#kept[Symbol.dispose]();
  }
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('a download', () => {
  let server: ConsoleServer;
  let address: ConsoleAddress;
  beforeAll(async () => {
    server = newServer();
    await server.listen(0);
    address = consoleOf([server.url]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  const download = (body: unknown) => callConsole(address.origin, address.token, '/api/download', body);

  test.each<[key: string, size: number, name: string]>([
    ['csv/plain.csv', 100_000, 'plain.csv'],
    ['large.bin', 20 * MB + 1, 'large.bin'],
    ['csv/empty.csv', 0, 'empty.csv'],
    [`a b+ü"(1)';x=*.csv`, 10, 'a%20b%2B%C3%BC%22%281%29%27%3Bx%3D%2A.csv'],
    ['csv/line\r\nset-cookie: a=b', 10, 'line%0D%0Aset-cookie%3A%20a%3Db'],
    ['--force', 10, '--force'],
    ['-', 10, '-'],
    ['csv/\u202egpj.exe', 10, '%E2%80%AEgpj.exe'],
  ])('of %j has its bytes, as a file to keep', async (key, size, name) => {
    const bytes = randomBytes(size);
    await put(key, bytes);

    const response = await download({ key });

    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect((await bytesOf(response)).equals(bytes)).toBe(true);
  });

  test('of an older version has the bytes of that one', async () => {
    const { VersionId: versionId } = await put('csv/two.csv', 'first');
    await put('csv/two.csv', 'second');

    const [latest, older] = [
      await download({ key: 'csv/two.csv' }),
      await download({ key: 'csv/two.csv', versionId }),
    ];

    expect([await latest.text(), await older.text()]).toEqual(['second', 'first']);
  });

  test.each<[what: string, body: unknown, status: number, refused: object]>([
    [
      'a key that is not there',
      { key: 'csv/none.csv' },
      502,
      { code: 'failed', message: expect.stringContaining('holds no "csv/none.csv"') as string },
    ],
    [
      'an object that was deleted',
      { key: 'csv/gone.csv' },
      502,
      { code: 'failed', nextStep: expect.stringContaining('--version-id') as string },
    ],
    [
      'what is no version',
      { key: 'csv/two.csv', versionId: 'x' },
      502,
      { code: 'failed', message: '"x" is no version of "csv/two.csv"' },
    ],
    ['no key', {}, 400, { code: 'wrong-request', message: 'no key is given' }],
    ['an empty key', { key: '' }, 400, { code: 'wrong-request', message: 'no key is given' }],
    [
      'a version that is no text',
      { key: 'csv/two.csv', versionId: 1 },
      400,
      { code: 'wrong-request', message: 'versionId is no text' },
    ],
  ])('of %s is refused, and is no file', async (_, body, status, refused) => {
    await put('csv/gone.csv', 'gone');
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/gone.csv' }));

    const response = await download(body);

    expect(response.status).toBe(status);
    expect(response.headers.get('content-disposition')).toBeNull();
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject(refused);
    expect(troubles).toEqual([]);
  });

  test('that the page breaks off ends its verb', async () => {
    await put('csv/long.bin', Buffer.alloc(64 * MB));
    await using calls = new OpenCalls();
    const sent = await calls.request('/api/download');
    sent.end(JSON.stringify({ key: 'csv/long.bin' }));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.on('error', () => {});
    // what is not read is not sent either: the verb stands in the middle of it
    await once(answer, 'readable');
    sent.destroy();

    await expect(Promise.all(calls.ends)).resolves.toEqual([undefined]);
    expect(troubles).toEqual([]);
  });
});

const unfinished = async () => {
  const { Uploads = [] } = await pipeline.s3.send(
    new ListMultipartUploadsCommand({ Bucket: pipeline.bucket }),
  );
  return Uploads.map(({ Key }) => Key);
};
const keys = async () => {
  const { Contents = [] } = await pipeline.s3.send(new ListObjectsV2Command({ Bucket: pipeline.bucket }));
  return Contents.map(({ Key }) => Key);
};

describe('an upload that is broken off', () => {
  test.each<[what: string, bytes: number, isInParts: boolean]>([
    ['within its first part', MB, false],
    ['after its first parts', 20 * MB, true],
  ])('%s leaves no object and no parts', async (_, bytes, isInParts) => {
    await using calls = new OpenCalls();
    const sent = await calls.request('/api/upload?key=csv/broken.csv');
    sent.setHeader('content-length', 2 * bytes);
    await new Promise<void>((resolve) => {
      sent.write(Buffer.alloc(bytes, 'a'), () => resolve());
    });
    await waitFor(
      async () => calls.ends.length === 1 && (!isInParts || (await unfinished()).length === 1),
      'the upload to begin',
      120_000,
    );

    sent.destroy();
    await Promise.all(calls.ends);

    expect(await unfinished()).toEqual([]);
    expect(await keys()).not.toContain('csv/broken.csv');
    expect(troubles).toEqual([]);
  });

  test('by the end of the server leaves nothing either', async () => {
    const server = newServer();
    await server.listen(0);
    const { origin, token } = consoleOf([server.url]);
    const sent = request(`${origin}/api/upload?key=csv/stopped.csv`, {
      method: 'POST',
      headers: {
        origin,
        'x-sluice-token': token,
        'content-type': 'application/octet-stream',
        'content-length': 40 * MB,
      },
    });
    sent.on('error', () => {});
    sent.write(Buffer.alloc(20 * MB, 'a'));
    await waitFor(async () => (await unfinished()).length === 1, 'the upload to begin', 120_000);

    await server.stop();

    expect(await unfinished()).toEqual([]);
    expect(await keys()).not.toContain('csv/stopped.csv');
    expect(troubles).toEqual([]);
    sent.destroy();
  });

  test('by the bucket says so to the page, which may still send', async () => {
    await using calls = new OpenCalls();
    const sent = await calls.request('/api/upload?key=csv/refused.csv');
    sent.setHeader('content-length', 40 * MB);
    sent.write(Buffer.alloc(20 * MB, 'a'));
    const begun = async () => {
      const { Uploads = [] } = await pipeline.s3.send(
        new ListMultipartUploadsCommand({ Bucket: pipeline.bucket }),
      );
      return Uploads[0]?.UploadId;
    };
    await waitFor(async () => (await begun()) !== undefined, 'the upload to begin', 120_000);
    await pipeline.s3.send(
      new AbortMultipartUploadCommand({
        Bucket: pipeline.bucket,
        Key: 'csv/refused.csv',
        UploadId: await begun(),
      }),
    );
    sent.end(Buffer.alloc(20 * MB, 'b'));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const lines = (await textOf(answer)).trim().split('\n');
    await Promise.all(calls.ends);

    expect(JSON.parse(lines.at(-1)!)).toMatchObject({
      type: 'end',
      exitCode: 1,
      error: { message: expect.stringMatching(/upload/i) as string },
    });
    expect(await keys()).not.toContain('csv/refused.csv');
  });

  test('stays away: the key has no version', async () => {
    for (const Key of ['csv/broken.csv', 'csv/stopped.csv']) {
      await expect(pipeline.s3.send(new HeadObjectCommand({ Bucket: pipeline.bucket, Key }))).rejects.toThrow(
        expect.objectContaining({ name: 'NotFound' }),
      );
    }
  });
});
