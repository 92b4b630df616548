import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compareSequencers } from '../../../shared/object-event/sequencer.ts';
import { rawRequest } from './raw-request.ts';
import { type S3World, startS3World, VERSIONED } from './s3-world.ts';

const Bucket = VERSIONED.name;

/** One version in the model: `body` is undefined for a marker. */
interface ModelVersion {
  readonly id: string;
  readonly body: string | undefined;
}

/** S3's versioning, said as shortly as possible: per key its versions, the newest last. */
type Model = Map<string, ModelVersion[]>;

type Command =
  | { readonly type: 'put'; readonly key: string; readonly body: string }
  | { readonly type: 'delete'; readonly key: string }
  | { readonly type: 'delete-version'; readonly key: string; readonly nth: number }
  | { readonly type: 'undelete'; readonly key: string };

const key = fc.constantFrom('a', 'a/b', 'a/b/c', 'z\u{1F600}', 'z\uff5e', '__proto__');
const commands = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('put' as const), key, body: fc.string({ minLength: 1, maxLength: 5 }) }),
    fc.record({ type: fc.constant('delete' as const), key }),
    fc.record({ type: fc.constant('delete-version' as const), key, nth: fc.nat(5) }),
    fc.record({ type: fc.constant('undelete' as const), key }),
  ),
  { minLength: 1, maxLength: 25 },
);

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('versioning', () => {
  let world: S3World;
  let client: S3Client;
  beforeAll(async () => {
    world = await startS3World({ buckets: [VERSIONED] });
    client = world.client();
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    await empty(client);
    world.events.length = 0;
  });

  test('any sequence of puts, deletes, deleted versions and undeletes leaves what the model says, and one event each', async () => {
    await fc.assert(
      fc
        .asyncProperty(commands, async (sequence) => {
          const model: Model = new Map();
          let expectedEvents = 0;

          for (const command of sequence) expectedEvents += await run(client, model, command);

          expect(await listed(client)).toEqual(currentOf(model));
          expect(await versionsOf(world)).toEqual(allOf(model));
          expect(world.events).toHaveLength(expectedEvents);
          expectRisingSequencers(world);
        })
        .beforeEach(async () => {
          await empty(client);
          world.events.length = 0;
        }),
      { numRuns: 25 },
    );
  });

  const paths = fc.uniqueArray(
    fc.string({
      unit: fc.constantFrom('a', 'b', '/', '~', '\u{1F600}', '\uff5e', '\u00e9'),
      minLength: 1,
      maxLength: 6,
    }),
    { minLength: 1, maxLength: 12 },
  );

  test('pages of any size, with any prefix and delimiter, add up to the full listing in byte order', async () => {
    await fc.assert(
      fc
        .asyncProperty(
          paths,
          fc.integer({ min: 1, max: 5 }),
          fc.constantFrom('', 'a', 'a/', '/'),
          fc.constantFrom(undefined, '/', 'b'),
          async (keys, MaxKeys, Prefix, Delimiter) => {
            for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
            const expected = expectedListing(keys, Prefix, Delimiter);
            const scope = { Bucket, Prefix, Delimiter, MaxKeys };

            const second: string[] = [];
            let ContinuationToken: string | undefined;
            do {
              const page = await client.send(new ListObjectsV2Command({ ...scope, ContinuationToken }));
              const entries = merged(page);
              expect(entries.length).toBeLessThanOrEqual(MaxKeys);
              expect(page.KeyCount).toBe(entries.length);
              second.push(...entries);
              ContinuationToken = page.NextContinuationToken;
            } while (ContinuationToken !== undefined);
            const first: string[] = [];
            let Marker: string | undefined;
            do {
              const page = await client.send(new ListObjectsCommand({ ...scope, Marker }));
              first.push(...merged(page));
              Marker =
                page.IsTruncated === true ? (page.NextMarker ?? page.Contents?.at(-1)?.Key) : undefined;
            } while (Marker !== undefined);

            expect(second).toEqual(expected);
            expect(first).toEqual(expected);
          },
        )
        .beforeEach(() => empty(client)),
      { numRuns: 25 },
    );
  });

  test('a template that takes versioning away suspends it: old versions stay, and the null version is replaced', async () => {
    const at = { Bucket, Key: 'suspended' };
    const old = await client.send(new PutObjectCommand({ ...at, Body: 'versioned' }));
    world.s3.provision({ ...VERSIONED, versioned: false });
    for (const Body of ['first', 'second']) await client.send(new PutObjectCommand({ ...at, Body }));

    const put = await versionsOf(world);
    await client.send(new DeleteObjectCommand(at));
    const deleted = await versionsOf(world);
    world.s3.provision(VERSIONED);

    expect(put).toEqual(['suspended null false true', `suspended ${old.VersionId} false false`]);
    expect(deleted).toEqual(['suspended null true true', `suspended ${old.VersionId} false false`]);
  });

  test('emoji come after U+FFxx, as their UTF-8 bytes do and their UTF-16 units do not', async () => {
    for (const Key of ['\u{1F600}', '\uff5e', 'z', '\u00e9']) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    }

    expect(await listed(client)).toEqual(['z', '\u00e9', '\uff5e', '\u{1F600}']);
  });

  test('start-after goes on behind the key, whether it is there or not', async () => {
    for (const Key of ['a', 'b', 'c/1', 'c/2', 'd']) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    }
    expect(await listed(client, { StartAfter: 'b' })).toEqual(['c/1', 'c/2', 'd']);
    expect(await listed(client, { StartAfter: 'aa' })).toEqual(['b', 'c/1', 'c/2', 'd']);
    expect(await listed(client, { StartAfter: 'c/', Delimiter: '/' })).toEqual(['d']);
    expect(await listed(client, { StartAfter: 'c/1', Delimiter: '/' })).toEqual(['c/', 'd']);
  });

  test('a bucket is emptied page by page, each page going on behind versions that are gone', async () => {
    for (let put = 0; put < 7; put++) {
      for (const Key of ['x', 'y']) await client.send(new PutObjectCommand({ Bucket, Key, Body: `${put}` }));
    }

    let deleted = 0;
    let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (let truncated = true; truncated;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 3, ...markers }));
      for (const { Key, VersionId } of page.Versions ?? []) {
        await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
        deleted++;
      }
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      truncated = page.IsTruncated ?? false;
    }

    expect(deleted).toBe(14);
    expect(await versionsOf(world)).toEqual([]);
  });
});

/** Does it in S3 and in the model. @returns how many events it makes */
async function run(client: S3Client, model: Model, command: Command): Promise<number> {
  const versions = model.get(command.key) ?? [];
  model.set(command.key, versions);
  const at = { Bucket, Key: command.key };
  switch (command.type) {
    case 'put': {
      const { VersionId } = await client.send(new PutObjectCommand({ ...at, Body: command.body }));
      versions.push({ id: VersionId!, body: command.body });
      break;
    }
    case 'delete': {
      const { VersionId } = await client.send(new DeleteObjectCommand(at));
      versions.push({ id: VersionId!, body: undefined });
      break;
    }
    case 'delete-version':
    case 'undelete': {
      const index =
        command.type === 'undelete'
          ? versions.at(-1)?.body === undefined
            ? versions.length - 1
            : -1
          : command.nth;
      const version = versions[index];
      if (version === undefined) return 0;
      await client.send(new DeleteObjectCommand({ ...at, VersionId: version.id }));
      versions.splice(index, 1);
      break;
    }
  }
  const current = versions.at(-1);
  const read = client.send(new GetObjectCommand(at)).then(
    ({ Body }) => Body!.transformToString(),
    (error: Error) => error.name,
  );
  expect(await read).toBe(current?.body ?? 'NoSuchKey');
  return 1;
}

function currentOf(model: Model): string[] {
  return [...model.entries()]
    .filter(([, versions]) => versions.at(-1)?.body !== undefined)
    .map(([name]) => name)
    .toSorted(byBytes);
}

function allOf(model: Model): string[] {
  return [...model.entries()]
    .toSorted(([a], [b]) => byBytes(a, b))
    .flatMap(([name, versions]) =>
      versions
        .toReversed()
        .map(({ id, body }, index) => `${name} ${id} ${body === undefined} ${index === 0}`),
    );
}

async function listed(
  client: S3Client,
  options: { StartAfter?: string; Delimiter?: string } = {},
): Promise<string[]> {
  return merged(await client.send(new ListObjectsV2Command({ Bucket, ...options })));
}

/** As the XML has them: the SDK parts versions from markers, and so loses their order. */
async function versionsOf({ port }: S3World): Promise<string[]> {
  const { body } = await rawRequest(port, 'GET', `/${Bucket}?versions&encoding-type=url`);
  const found = body.matchAll(
    /<(Version|DeleteMarker)><Key>([^<]*)<\/Key><VersionId>([^<]*)<\/VersionId><IsLatest>([^<]*)</g,
  );
  return [...found].map(([, type, name, id, latest]) =>
    [decodeURIComponent(name!), id, type === 'DeleteMarker', latest].join(' '),
  );
}

function merged(page: {
  Contents?: { Key?: string | undefined }[] | undefined;
  CommonPrefixes?: { Prefix?: string | undefined }[] | undefined;
}): string[] {
  return [
    ...(page.Contents ?? []).map(({ Key }) => Key!),
    ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!),
  ].toSorted(byBytes);
}

function expectedListing(keys: readonly string[], prefix: string, delimiter: string | undefined): string[] {
  const entries = keys
    .filter((name) => name.startsWith(prefix))
    .map((name) => {
      const at = delimiter === undefined ? -1 : name.indexOf(delimiter, prefix.length);
      return at === -1 ? name : name.slice(0, at + delimiter!.length);
    });
  return [...new Set(entries)].toSorted(byBytes);
}

function expectRisingSequencers({ events }: S3World): void {
  const last = new Map<string, string>();
  for (const { detail } of events) {
    const { key: name, sequencer } = detail.object;
    expect(compareSequencers(last.get(name) ?? '0', sequencer)).toBeLessThan(0);
    last.set(name, sequencer);
  }
}

async function empty(client: S3Client): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
}
