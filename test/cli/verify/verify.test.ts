import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { UndoneKeys } from '../../../cli/fate/undone.ts';
import { compareUtf8 } from '../../../cli/objects/utf8-order.ts';
import { Verification, type VerifyOptions } from '../../../cli/verify/verify.ts';
import { keepsText } from '../../../shared/keeps.ts';
import { NOW, resetMocks, tables } from '../../support/mocked-aws.ts';
import {
  bucketHolds,
  lookUpsFind,
  queriesFind,
  type HeldObject,
  type HeldRow,
} from '../../support/mocked-contents.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const upload = (key: string, more: HeldRow = {}): HeldRow => ({
  bucket: 'ingest',
  object_key: key,
  version_id: 'v1',
  ...more,
});

const count = (key: string, more: HeldRow = {}): HeldRow => ({ file_key: key, version_id: 'v1', ...more });

interface World {
  readonly bucket?: readonly HeldObject[];
  readonly uploads?: readonly HeldRow[];
  readonly counts?: readonly HeldRow[];
}

function verification(
  { bucket = [], uploads = [], counts = [] }: World,
  options: Partial<VerifyOptions> = {},
) {
  bucketHolds(...bucket);
  queriesFind('uploads', uploads);
  lookUpsFind('counts', counts);
  return new Verification(mockedPipeline(), {
    prefix: '',
    judgedBefore: NOW,
    now: NOW,
    undone: undefined,
    signal: new AbortController().signal,
    ...options,
  });
}

const SHORT: Readonly<Record<string, string>> = {
  'metadata-writer': 'writer',
  'csv-row-counter': 'counter',
  'ledger-exporter': 'ledger',
};

/** `writer recorded csv/a.csv`, in the order in which they came. */
async function judged(world: World, options?: Partial<VerifyOptions>): Promise<readonly string[]> {
  const all = await Array.fromAsync(verification(world, options).judgements());
  return all.map(({ consumer, class: found, key }) => `${SHORT[consumer]} ${found} ${key}`);
}

type State = 'none' | 'v1' | 'v2' | 'deleted';
const state = fc.constantFrom<State>('none', 'v1', 'v2', 'deleted');
const name = fc
  .tuple(
    fc.string({ unit: fc.constantFrom('a', '/', '￿', '\u{10000}'), maxLength: 2 }),
    fc.constantFrom('x.csv', 'x'),
  )
  .map((parts) => parts.join(''));
const worlds = fc.uniqueArray(fc.record({ key: name, bucket: state, upload: state, count: state }), {
  selector: ({ key }) => key,
  maxLength: 10,
});

/** What a consumer’s row of a key that it wants must be called, worked out without the product. */
function expected(bucket: State, row: State, lack: string | undefined): string | undefined {
  const isThere = bucket === 'v1' || bucket === 'v2';
  const isLive = row === 'v1' || row === 'v2';
  if (!isThere) return isLive ? 'present-but-gone' : undefined;
  if (row === bucket) return undefined;
  return lack ?? (isLive ? 'stale' : row === 'deleted' ? 'tombstoned-but-present' : 'missing');
}

const rowOf = (one: State): HeldRow =>
  one === 'deleted' ? { version_id: 'm', deleted: true } : { version_id: one };

async function judgedFindings(world: World): Promise<readonly string[]> {
  const all = await Array.fromAsync(verification(world).findings());
  return all.map(({ consumer, class: found, key }) => `${SHORT[consumer]} ${found} ${key}`);
}

describe('what bucket and tables come to', () => {
  test('is said of every key at every consumer, what agrees too', async () => {
    const world = {
      bucket: [{ key: 'a.csv' }, { key: 'b.txt' }, { key: 'c/' }, { key: 'd.csv', isDeleteMarker: true }],
      uploads: [upload('a.csv'), upload('d.csv', { deleted: true })],
      counts: [count('a.csv', { version_id: 'v0' })],
    };

    expect((await judged(world)).toSorted()).toEqual([
      'counter not-counted a.csv',
      'counter not-matched c/',
      'counter recorded d.csv',
      'counter skipped b.txt',
      'ledger not-matched c/',
      'ledger unread a.csv',
      'ledger unread b.txt',
      'ledger unread d.csv',
      'writer missing b.txt',
      'writer not-matched c/',
      'writer recorded a.csv',
      'writer recorded d.csv',
    ]);
  });

  test('is a finding only where they differ', async () => {
    const findings = await Array.fromAsync(
      verification({ bucket: [{ key: 'a.txt' }, { key: 'b.txt' }], uploads: [upload('a.txt')] }).findings(),
    );

    expect(findings).toEqual([
      {
        class: 'missing',
        consumer: 'metadata-writer',
        bucket: 'ingest',
        key: 'b.txt',
        object: expect.objectContaining({ key: 'b.txt', versionId: 'v1', size: 3 }) as object,
        row: null,
      },
    ]);
  });

  test('is foreign of a row whose name is skipped, with the reason; of one whose key no rule wants, without', async () => {
    const one = verification({
      bucket: [{ key: 'b.txt' }, { key: 'c.txt' }, { key: 'd.txt', isDeleteMarker: true }],
      uploads: [upload('b.txt'), upload('c.txt'), upload('d.txt', { deleted: true }), upload('e/')],
      counts: [count('b.txt')],
    });

    const found = await Array.fromAsync(one.findings());

    expect(found.map(({ consumer, key, class: what, skipped }) => [consumer, key, what, skipped])).toEqual([
      ['metadata-writer', 'e/', 'foreign', undefined],
      ['csv-row-counter', 'b.txt', 'foreign', 'not named as a CSV'],
    ]);
    expect(one.skipped).toEqual([{ consumer: 'csv-row-counter', why: 'not named as a CSV', objects: 2 }]);
  });

  test('is nothing of an empty bucket and empty tables', async () => {
    expect(await judged({})).toEqual([]);
  });

  test('is what the three say of each key, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const byBytes = world.toSorted((left, right) => compareUtf8(left.key, right.key));
        const found = await judgedFindings({
          bucket: world
            .filter(({ bucket }) => bucket !== 'none')
            .map(({ key, bucket }) => ({
              key,
              ...(bucket === 'deleted' ? { versionId: 'm', isDeleteMarker: true } : { versionId: bucket }),
            })),
          uploads: byBytes
            .filter((one) => one.upload !== 'none')
            .map((one) => upload(one.key, rowOf(one.upload))),
          counts: world.filter((one) => one.count !== 'none').map((one) => count(one.key, rowOf(one.count))),
        });

        const wanted = world.flatMap((one) => {
          const isCsv = one.key.endsWith('.csv');
          const isLive = one.count === 'v1' || one.count === 'v2';
          const foreign = isLive ? 'foreign' : undefined;
          return [
            [`writer`, expected(one.bucket, one.upload, undefined)],
            [`counter`, isCsv ? expected(one.bucket, one.count, 'not-counted') : foreign],
          ].flatMap(([consumer, what]) => (what === undefined ? [] : [`${consumer} ${what} ${one.key}`]));
        });
        expect(found.toSorted()).toEqual(wanted.toSorted());
      }),
    );
  });
});

describe('what changed lately', () => {
  const BEFORE = new Date('2026-11-20T11:59:00.000Z');
  const writerOf = async (world: World) =>
    (await judged(world, { judgedBefore: BEFORE })).filter((one) => one.startsWith('writer'));

  test.each([
    ['2026-11-20T11:59:00.000Z', 'missing'],
    ['2026-11-20T11:59:00.001Z', 'pending'],
  ])('an object of %s, judged before 11:59:00, is %s', async (lastModified, found) => {
    expect(await writerOf({ bucket: [{ key: 'a', lastModified }] })).toEqual([`writer ${found} a`]);
  });

  test.each([
    ['2026-11-20T11:59:00.000Z', 'stale'],
    ['2026-11-20T11:59:00.001Z', 'pending'],
  ])('a row whose event is of %s is %s', async (eventTime, found) => {
    const uploads = [upload('a', { version_id: 'v0', event_time: eventTime })];

    expect(await writerOf({ bucket: [{ key: 'a' }], uploads })).toEqual([`writer ${found} a`]);
  });

  test('and agrees is recorded all the same, and not pending', async () => {
    const bucket = [{ key: 'a', lastModified: '2026-11-20T11:59:30.000Z' }];

    expect(await writerOf({ bucket, uploads: [upload('a')] })).toEqual(['writer recorded a']);
  });

  test('is counted as pending', async () => {
    const one = verification(
      { bucket: [{ key: 'a.csv', lastModified: '2026-11-20T11:59:30.000Z' }] },
      { judgedBefore: BEFORE },
    );
    await Array.fromAsync(one.judgements());

    // at the writer, and at the counter; the ledger's is not compared
    expect(one.compared.pending).toBe(2);
  });
});

describe('what a consumer has still to deal with', () => {
  test('is waiting or a dead letter, rather than missing or pending', async () => {
    const undone = new UndoneKeys();
    undone.add('metadata-writer', 'a', 'waiting');
    undone.add('metadata-writer', 'b', 'dead-lettered');
    const bucket = [{ key: 'a', lastModified: '2027-01-01T00:00:00.000Z' }, { key: 'b' }, { key: 'c' }];

    expect((await judged({ bucket }, { undone })).filter((one) => one.startsWith('writer'))).toEqual([
      'writer waiting a',
      'writer dead-lettered b',
      'writer missing c',
    ]);
  });

  test('is no word about a row that agrees, or that is foreign', async () => {
    const undone = new UndoneKeys();
    for (const key of ['a', 'b/']) undone.add('metadata-writer', key, 'waiting');
    const world = { bucket: [{ key: 'a' }], uploads: [upload('a'), upload('b/')] };

    expect((await judged(world, { undone })).filter((one) => one.startsWith('writer'))).toEqual([
      'writer recorded a',
      'writer foreign b/',
    ]);
  });
});

describe('a verification', () => {
  const WORLD: World = {
    bucket: [{ key: 'csv/a.csv' }, { key: 'csv/b.csv', isDeleteMarker: true }, { key: 'c.txt' }],
    uploads: [upload('csv/a.csv'), upload('csv/b.csv', { deleted: true })],
    counts: [count('csv/a.csv')],
  };

  test('tells what it has compared, and goes on telling', async () => {
    const told: number[] = [];
    const one = verification(WORLD, { onProgress: ({ objects }) => told.push(objects) });
    await Array.fromAsync(one.judgements());

    expect(one.keys).toBe(3);
    expect(one.compared).toEqual({
      objects: 2,
      rows: 2,
      csvObjects: 1,
      pending: 0,
      byConsumer: { 'metadata-writer': 2, 'csv-row-counter': 1 },
    });
    // c.txt, csv/a.csv, and the delete marker
    expect(told).toEqual([1, 2, 2]);
  });

  test('takes objects for CSVs only where their rows are counts', async () => {
    const keeps = { rows: { table: 'ProcessedFilesTableName', key: { file_key: '{key}' } } };
    verification(WORLD);
    const one = new Verification(mockedPipeline({ outputs: { CsvRowCounterKeeps: keepsText(keeps) } }), {
      prefix: '',
      judgedBefore: NOW,
      now: NOW,
      undone: undefined,
      signal: new AbortController().signal,
    });
    await Array.fromAsync(one.judgements());

    expect(one.compared).toMatchObject({ csvObjects: 0, byConsumer: { 'csv-row-counter': 2 } });
  });

  test('of a prefix looks at nothing outside it, and scans no table', async () => {
    const all = await judged(
      { ...WORLD, counts: [count('csv/a.csv'), count('csv/lost.csv')] },
      { prefix: 'csv/' },
    );

    expect(all.filter((one) => !one.startsWith('ledger'))).toEqual([
      'writer recorded csv/a.csv',
      'writer recorded csv/b.csv',
      'counter recorded csv/a.csv',
      'counter recorded csv/b.csv',
    ]);
    expect(tables.commandCalls(ScanCommand)).toHaveLength(0);
  });

  test('of everything names another bucket’s rows, with one key', async () => {
    let reads = 0;
    tables
      .on(ScanCommand, { TableName: 'uploads' })
      .callsFake(() => ({ Items: reads++ === 0 ? [{ bucket: 'earlier', object_key: 'x' }] : [] }));
    const one = verification({});

    expect(await Array.fromAsync(one.judgements())).toEqual([
      { class: 'foreign', consumer: 'metadata-writer', bucket: 'earlier', key: 'x', object: null, row: null },
    ]);
  });

  test('that is interrupted says nothing of what it has not looked at', async () => {
    expect(await judged(WORLD, { signal: AbortSignal.abort() })).toEqual([]);
  });
});

/** As the leading digits of a sequencer say a time. */
const seconds = (time: string) => Math.floor(Date.parse(time) / 1_000).toString(16);

describe('a row whose place in the order of events lies ahead', () => {
  const sequencerAt = (time: string) => `${seconds(time)}00000000`.padStart(32, '0');
  const inTwoDays = new Date(NOW.getTime() + 2 * 86_400_000).toISOString();
  const justNow = new Date(NOW.getTime() + 3_600_000).toISOString();

  test.each([
    ['of the object as it is', { version_id: 'v1' }, 'ahead'],
    ['of another version', { version_id: 'v0' }, 'stale'],
    ['that says that it is deleted', { version_id: 'm', deleted: true }, 'tombstoned-but-present'],
  ])('%s is a finding, of whatever time it says it is', async (_, more, found) => {
    const forged = { ...more, sequencer: 'f'.repeat(32), event_time: '9999-01-01T00:00:00.000Z' };

    expect(await judgedFindings({ bucket: [{ key: 'a' }], uploads: [upload('a', forged)] })).toEqual([
      `writer ${found} a`,
    ]);
  });

  test('is a finding at once, though its time is one that a clock may be ahead by', async () => {
    const forged = { version_id: 'v0', sequencer: 'f'.repeat(32), event_time: justNow };

    expect(await judgedFindings({ bucket: [{ key: 'a' }], uploads: [upload('a', forged)] })).toEqual([
      'writer stale a',
    ]);
  });

  test('is a finding where it is a tombstone of nothing', async () => {
    const uploads = [upload('a', { deleted: true, sequencer: sequencerAt(inTwoDays) })];

    expect(await judgedFindings({ uploads })).toEqual(['writer ahead a']);
  });

  test('is none where S3 itself says that the object is of then: a machine’s clock was set back since', async () => {
    const world = {
      bucket: [{ key: 'a', lastModified: inTwoDays }],
      uploads: [upload('a', { sequencer: sequencerAt(inTwoDays), event_time: inTwoDays })],
    };

    expect(await judgedFindings(world)).toEqual([]);
  });

  test.each([
    ['of now', sequencerAt(NOW.toISOString())],
    ['of a clock that is a little ahead', sequencerAt(justNow)],
    [
      'in S3’s longer form',
      `00${seconds(NOW.toISOString())}DC40746000`.slice(0, 18).toLowerCase().padStart(32, '0'),
    ],
    ['of a lesser length', 'a1'.padStart(32, '0')],
  ])('is none where its sequencer is %s', async (_, sequencer) => {
    expect(await judgedFindings({ bucket: [{ key: 'a' }], uploads: [upload('a', { sequencer })] })).toEqual(
      [],
    );
  });
});
