import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sqsMessage } from '../../support/invocations.ts';
import { backfill, busEvent, type EventFacts } from '../../support/object-events.ts';
import { startCounterWorld, type CounterWorld } from './counter-world.ts';

const ORDERS = Buffer.from('id,note\n1,x\n');

let world: CounterWorld;
let number = 0;
let key: string;
beforeAll(async () => {
  world = await startCounterWorld({ POWERTOOLS_LOG_LEVEL: 'INFO', POWERTOOLS_METRICS_DISABLED: 'false' });
});
afterAll(() => world?.stop());
beforeEach(() => {
  key = `csv/${++number}.csv`;
  world.s3.put(key, { body: ORDERS, versionId: 'v1', etag: 'e1' });
  lines.length = 0;
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      const texts = String(chunk).trim().split('\n');
      lines.push(...texts.map((text) => JSON.parse(text) as Record<string, unknown>));
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What the function has logged: its lines, and its metrics as lines too. */
const lines: Record<string, unknown>[] = [];
const messages = () => lines.flatMap(({ message }) => (message === undefined ? [] : [message]));
const metrics = () => Object.assign({}, ...lines.filter(({ _aws }) => _aws !== undefined)) as object;

const event = (facts: EventFacts = {}) => busEvent({ key, versionId: 'v1', size: ORDERS.length, ...facts });

/** What reached the table and S3 while this was done. */
async function requestsDuring(work: () => Promise<unknown>) {
  world.tableCalls();
  const readsBefore = world.s3.reads.length;
  const answer = await work();
  return { answer, table: world.tableCalls(), reads: world.s3.reads.length - readsBefore };
}

const FAILED_NONE = { batchItemFailures: [] };

describe('the first receive of a live event', () => {
  test('writes its row without a look at it', async () => {
    const seen = await requestsDuring(() => world.receive(sqsMessage(event())));

    expect(seen).toEqual({ answer: FAILED_NONE, table: ['PutItem'], reads: 1 });
    expect(await world.row(key)).toMatchObject({ status: 'counted', row_count: 2 });
  });

  test('of a delete writes its tombstone without a look', async () => {
    const removed = event({ deletionType: 'Delete Marker Created', versionId: 'm1' });

    const seen = await requestsDuring(() => world.receive(sqsMessage(removed)));

    expect(seen).toEqual({ answer: FAILED_NONE, table: ['PutItem'], reads: 0 });
  });

  test('that comes twice at once reads twice and writes once', async () => {
    const seen = await requestsDuring(() =>
      Promise.all([world.receive(sqsMessage(event())), world.receive(sqsMessage(event()))]),
    );
    const row = await world.row(key);
    await world.receive(sqsMessage(event()));

    expect(seen).toEqual({ answer: [FAILED_NONE, FAILED_NONE], table: ['PutItem', 'PutItem'], reads: 2 });
    expect(row).toMatchObject({ status: 'counted', row_count: 2 });
    // processed_at and duration_ms too: whoever came later has changed nothing
    expect(await world.row(key)).toEqual(row);
  });

  test('that comes after a newer event leaves the newer row', async () => {
    await world.receive(sqsMessage(event({ sequencer: '03', deletionType: 'Delete Marker Created' })));
    const tombstone = await world.row(key);

    await world.receive(sqsMessage(event({ sequencer: '02' })));

    expect(await world.row(key)).toEqual(tombstone);
  });
});

describe('an event that may have been here before', () => {
  const repetitions: readonly [string, () => Promise<unknown>][] = [
    ['of a replay', () => world.receive(sqsMessage(event({ replayName: 'all' })))],
    ['on its second receive', () => world.receive(sqsMessage(event(), { receiveCount: 2 }))],
    [
      'of a letter that was redriven',
      () => world.receive(sqsMessage(event(), { attributes: { 'sluice-redriven': 'true' } })),
    ],
    [
      'of a backfill',
      () => world.receive(sqsMessage(backfill({ key, versionId: 'v1', size: ORDERS.length }))),
    ],
    ['sent to the function directly', () => world.invoke({ key, versionId: 'v1', size: ORDERS.length })],
  ];

  test.each(repetitions)('%s looks at its row, and reads no object', async (_, again) => {
    await world.receive(sqsMessage(event()));
    const row = await world.row(key);

    const seen = await requestsDuring(again);

    expect(seen).toMatchObject({ table: ['GetItem'], reads: 0 });
    expect(await world.row(key)).toEqual(row);
  });

  test.each(repetitions)('%s is counted where the row does not show it', async (_, again) => {
    const seen = await requestsDuring(again);

    expect(seen).toMatchObject({ table: ['GetItem', 'PutItem'], reads: 1 });
    expect(await world.row(key)).toMatchObject({ status: 'counted', row_count: 2 });
  });
});

describe('what the counter says of an event', () => {
  test('is said when its row is written', async () => {
    await world.receive(sqsMessage(event()));

    expect(messages()).toEqual(['counted', 'recorded']);
    expect(metrics()).toMatchObject({ RowsCounted: 2, BytesCounted: ORDERS.length, Recorded: 1 });
  });

  test('is said of what was not counted, too', async () => {
    world.s3.put(key, { body: Buffer.from('a,"b'), versionId: 'v2' });

    await world.receive(sqsMessage(event({ versionId: 'v2', size: 4 })));

    expect(messages()).toEqual(['not counted', 'recorded']);
    expect(metrics()).toMatchObject({ NotCounted: 1, Recorded: 1 });
  });

  test('is nothing of its count where another had written the row before', async () => {
    await world.receive(sqsMessage(event()));
    lines.length = 0;

    const seen = await requestsDuring(() => world.receive(sqsMessage(event())));

    expect(seen).toMatchObject({ table: ['PutItem'], reads: 1 });
    expect(messages()).toEqual(['superseded']);
    expect(metrics()).toMatchObject({ Superseded: 1 });
    expect(metrics()).not.toHaveProperty('RowsCounted');
    expect(metrics()).not.toHaveProperty('CountDuration');
  });
});
