import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest } from './raw-request.ts';
import { type S3World, startS3World } from './s3-world.ts';

/** See test/fixtures/wire/README.md. */
interface Exchange {
  readonly title: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly status: number;
  readonly uploadId: string | null;
  readonly versionId: string | null;
}

interface Recording {
  readonly client: string;
  readonly exchanges: readonly Exchange[];
}

async function read(name: string): Promise<Recording> {
  const file = new URL(`../../fixtures/wire/${name}`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as Recording;
}

describe.each([
  {
    name: 'boto3.json',
    keys: [
      'checksum/CRC32',
      'checksum/SHA1',
      'checksum/SHA256',
      'copied',
      'empty',
      'once',
      'parts',
      'transferred',
    ],
    uploaded: 9,
    deleted: 4,
  },
  { name: 'aws-cli.json', keys: ['api'], uploaded: 4, deleted: 3 },
])('$name: what an ordinary client sends', ({ name, keys, uploaded, deleted }) => {
  let world: S3World;
  let recording: Recording;
  beforeAll(async () => {
    recording = await read(name);
    world = await startS3World();
  });
  afterAll(() => world?.close());

  test('is answered as it was when it was recorded, and leaves the same objects and events', async () => {
    const ids = new Map<string, string>();
    const statuses: string[] = [];
    for (const exchange of recording.exchanges) {
      const answer = await replay(world.port, exchange, ids);
      statuses.push(`${exchange.title}: ${exchange.method} ${exchange.target} ${answer.status}`);
      if (exchange.uploadId !== null) ids.set(exchange.uploadId, answer.uploadId!);
      if (exchange.versionId !== null) ids.set(exchange.versionId, answer.versionId!);
    }
    const list = await rawRequest(world.port, 'GET', '/versioned?list-type=2');

    expect(statuses).toEqual(
      recording.exchanges.map(
        ({ title, method, target, status }) => `${title}: ${method} ${target} ${status}`,
      ),
    );
    expect([...list.body.matchAll(/<Key>([^<]*)</g)].map(([, key]) => key)).toEqual(keys);
    const types = world.events.map((event) => event['detail-type']);
    expect(types.filter((type) => type === 'Object Created')).toHaveLength(uploaded);
    expect(types.filter((type) => type === 'Object Deleted')).toHaveLength(deleted);
  });
});

interface Replayed {
  readonly status: number;
  readonly uploadId: string | undefined;
  readonly versionId: string | undefined;
}

/** Sends it again, with the ids that this run was given in the place of the recorded ones. */
function replay(port: number, exchange: Exchange, ids: ReadonlyMap<string, string>): Promise<Replayed> {
  let path = exchange.target;
  for (const [recorded, own] of ids) path = path.replaceAll(recorded, own);
  const headers = exchange.headers.flatMap(([name, value]) => [
    name,
    name.toLowerCase() === 'host' ? `127.0.0.1:${port}` : value,
  ]);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method: exchange.method, path, headers, agent: false, setHost: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (text += piece));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            uploadId: /<UploadId>([^<]*)</.exec(text)?.[1],
            versionId: response.headers['x-amz-version-id'] as string | undefined,
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(Buffer.from(exchange.body, 'base64'));
  });
}
