import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';

interface Listed {
  readonly from?: string;
  readonly objects: readonly {
    readonly key: string;
    readonly size?: number;
    readonly isDeleted?: boolean;
    readonly consumers: readonly string[];
    readonly outcomes?: Readonly<Record<string, string>>;
  }[];
  readonly next?: string;
  readonly isTruncated: boolean;
}

let pipeline: PipelineUnderTest;

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  for (const key of ['p/b', 'p/c.csv', 'p/a', 'q/d']) await put(key);
  await pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.bucket, Key: 'p/b' }));
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

const put = (Key: string) =>
  pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a,b\n1,2\n' }));

const run = (...args: string[]) => sluiceInside(pipeline, 'ls', ...args);
const listed = async (...args: string[]) => (await run(...args, '--json')).json<Listed>();
const keysOf = ({ objects }: Listed) => objects.map(({ key }) => key);

describe('ls --newest', () => {
  test('lists what changed last first, deleted keys as such, with who hears of each', async () => {
    const found = await listed('--newest');

    expect(found).toMatchObject({ from: 'runtime', isTruncated: false });
    expect(found.objects).toMatchObject([
      { key: 'p/b', isDeleted: true, consumers: ['metadata-writer', 'ledger-exporter'] },
      { key: 'q/d', isDeleted: false, size: 8 },
      { key: 'p/a' },
      { key: 'p/c.csv' },
    ]);
    expect(found.objects[0]).not.toHaveProperty('size');
    expect(found).not.toHaveProperty('next');
  });

  test('goes on behind a page, though objects have come since', async () => {
    const first = await listed('p/', '--newest', '--limit', '2');
    await put('p/later');
    const second = await listed('p/', '--newest', '--limit', '2', '--after', first.next!);

    expect([keysOf(first), first.isTruncated]).toEqual([['p/b', 'p/a'], true]);
    expect([keysOf(second), second.isTruncated]).toEqual([['p/c.csv'], false]);
    expect(keysOf(await listed('p/', '--newest', '--limit', '1'))).toEqual(['p/later']);
  });

  test('says where to go on, and prints a line each elsewhere than on a terminal', async () => {
    const { stdout, stderr } = await run('p/', '--newest', '--limit', '1');

    expect(stdout).toMatch(/^p\/later\t8\t\S+Z\tmetadata-writer, ledger-exporter\n$/);
    expect(stderr).toMatch(/there are more: see --limit, and --after [0-9a-f]{16}/);
  });

  test('ends with 3 where nothing changed under a prefix', async () => {
    expect(await run('nothing/', '--newest')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('there is nothing under "nothing/"') as string,
    });
  });

  test.each([
    [['--newest', '--after', 'p/a'], '--after "p/a" is no place in a list of the newest'],
    [['--newest', '--status', 'all'], '--status goes without --newest'],
    [['--outcomes', '--status', 'all'], '--status goes without --outcomes'],
    [['--after', 'p/a', '--status', 'all'], '--status goes without --after'],
  ])('refuses what cannot be meant: %j', async (args, message) => {
    const { exitCode, stderr } = await run(...args);

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('ls --after', () => {
  test('lists the keys behind one, page by page', async () => {
    const first = await listed('--limit', '2');
    const second = await listed('--limit', '9', '--after', `s3://${pipeline.bucket}/${first.next!}`);

    expect([keysOf(first), first.next, first.isTruncated]).toEqual([['p/a', 'p/c.csv'], 'p/c.csv', true]);
    expect([keysOf(second), second.next, second.isTruncated]).toEqual([['p/later', 'q/d'], undefined, false]);
  });

  test('ends with 3 behind the last key', async () => {
    expect(await run('p/', '--after', 'p/z')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('there is nothing under "p/" behind "p/z"') as string,
    });
  });
});

describe('ls --outcomes', () => {
  test('tells what became of each object, as status KEY does, and of a deleted key', async () => {
    await put('csv/counted.csv');
    await pipeline.s3.send(
      new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/open.csv', Body: 'a,b\n1,"2\n' }),
    );
    await put('csv/readme.txt');
    await pipeline.drain();

    const byKey = await listed('csv/', '--outcomes');
    const newest = await listed('p/', '--newest', '--outcomes');

    const done = { 'metadata-writer': 'recorded', 'ledger-exporter': 'recorded' };
    expect(byKey.objects).toMatchObject([
      { key: 'csv/counted.csv', outcomes: { ...done, 'csv-row-counter': 'recorded' } },
      { key: 'csv/open.csv', outcomes: { ...done, 'csv-row-counter': 'not-counted' } },
      { key: 'csv/readme.txt', outcomes: { ...done, 'csv-row-counter': 'skipped' } },
    ]);
    expect(newest.objects.find(({ key }) => key === 'p/b')).toMatchObject({
      isDeleted: true,
      outcomes: { ...done, 'csv-row-counter': 'not-matched' },
    });
  });

  test('tells of more keys than a URL holds in one look', async () => {
    const keys = Array.from({ length: 120 }, (_, index) => `q/${'long/'.repeat(20)}${index}`);
    await Promise.all(keys.map(put));
    await pipeline.drain();

    const { objects } = await listed('q/long/', '--outcomes', '--limit', '120');

    expect(objects).toHaveLength(120);
    expect(new Set(objects.map(({ outcomes }) => JSON.stringify(outcomes)))).toEqual(
      new Set([
        '{"metadata-writer":"recorded","csv-row-counter":"not-matched","ledger-exporter":"recorded"}',
      ]),
    );
  });

  test('prints them by name elsewhere than on a terminal', async () => {
    expect((await run('csv/open.csv', '--outcomes')).stdout).toMatch(
      /^csv\/open\.csv\t\d+\t\S+Z\tmetadata-writer recorded, csv-row-counter not-counted, ledger-exporter recorded\n$/,
    );
  });
});
