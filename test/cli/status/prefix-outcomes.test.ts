import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { UndoneEvent } from '../../../shared/control-objects.ts';
import { PrefixStatus } from '../../../cli/status/prefix-status.ts';
import { showPrefix, type PrefixStatusFlags } from '../../../cli/status/prefix-status-view.ts';
import { OUTPUTS, resetMocks, sqs } from '../../support/mocked-aws.ts';
import { bucketHolds, LONG_AGO, lookUpsFind, queriesFind } from '../../support/mocked-contents.ts';
import { mockedPipeline, type RuntimeAnswers } from '../../support/mocked-pipeline.ts';
import { scopeOf, type ScopeOptions } from '../../support/scope.ts';

beforeEach(() => {
  resetMocks();
  bucketHolds();
  queriesFind('uploads', []);
  lookUpsFind('counts', []);
});

/** A local runtime in which these events are not dealt with. */
const undone = (...events: readonly Pick<UndoneEvent, 'queueName' | 'key'>[]): RuntimeAnswers => ({
  undone: () => ({ events: events.map((event) => ({ ...event, state: 'waiting' })) }),
});

const WRITER_QUEUE = 'Sluice-prod-metadata-writer';

/** The counts by consumer, and what is bad. */
async function status(runtime?: RuntimeAnswers, prefix = '', only?: readonly string[]) {
  const pipeline = mockedPipeline(runtime && { runtime });
  const { signal } = new AbortController();
  const one = new PrefixStatus(pipeline, { prefix, consumers: pipeline.consumersNamed(only), signal });
  const bad = await Array.fromAsync(one.bad());
  return {
    ...Object.fromEntries(one.consumers.map(({ consumer, counts }) => [consumer, counts])),
    bad: bad.map(({ consumer, outcome, key }) => `${consumer} ${outcome} ${key}`),
    keys: one.keys,
    badCount: one.badCount,
    queued: one.queued,
  };
}

const queueHolds = (depth: number) =>
  sqs.on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS['MetadataWriterQueueUrl'] }).resolves({
    Attributes: { ApproximateNumberOfMessages: String(depth) },
  });

describe('the outcomes under a prefix', () => {
  test('are counted by consumer, and name what somebody has to look at', async () => {
    bucketHolds({ key: 'a.csv' }, { key: 'b.txt' }, { key: 'c/' });
    queriesFind('uploads', [{ object_key: 'a.csv', version_id: 'v1' }]);

    expect(await status()).toEqual({
      'metadata-writer': { recorded: 1, missing: 1, 'not-matched': 1 },
      'csv-row-counter': { 'not-counted': 1, skipped: 1, 'not-matched': 1 },
      'ledger-exporter': { unread: 2, 'not-matched': 1 },
      bad: ['metadata-writer missing b.txt', 'csv-row-counter not-counted a.csv'],
      keys: 3,
      badCount: 2,
      queued: {},
    });
  });

  test('are those of the consumers asked about alone', async () => {
    bucketHolds({ key: 'a.csv' });

    const { bad, badCount, ...found } = await status(undefined, '', ['csv-row-counter']);

    expect([bad, badCount]).toEqual([['csv-row-counter not-counted a.csv'], 1]);
    expect(found).not.toHaveProperty('metadata-writer');
  });

  test('are unknown in AWS where messages of the consumer wait, for nobody can look which', async () => {
    queueHolds(7);
    bucketHolds({ key: 'a.csv' });

    expect(await status()).toMatchObject({
      'metadata-writer': { unknown: 1 },
      'csv-row-counter': { 'not-counted': 1 },
      bad: ['csv-row-counter not-counted a.csv'],
      queued: { 'metadata-writer': 7 },
    });
  });

  test('are foreign in AWS though messages wait: none of them would make such a row', async () => {
    queueHolds(7);
    queriesFind('uploads', [{ object_key: 'c/', version_id: 'v1' }]);

    expect(await status()).toMatchObject({ bad: ['metadata-writer foreign c/'] });
  });

  test('are waiting, which is not bad, or dead letters, as the local runtime tells', async () => {
    bucketHolds({ key: 'a.txt' }, { key: 'b.txt' });
    const runtime = undone(
      { queueName: WRITER_QUEUE, key: 'a.txt' },
      { queueName: 'dead-metadata-writer', key: 'b.txt' },
      { queueName: 'Sluice-prod-ledger-exporter', key: 'a.txt' },
    );

    expect(await status(runtime)).toMatchObject({
      'metadata-writer': { waiting: 1, 'dead-lettered': 1 },
      'ledger-exporter': { waiting: 1, unread: 1 },
      bad: ['metadata-writer dead-lettered b.txt'],
      queued: {},
    });
  });

  test('of a key that was deleted before a row was written are what the runtime tells of its events', async () => {
    bucketHolds({ key: 'a.txt', isDeleteMarker: true });
    const runtime = undone({ queueName: WRITER_QUEUE, key: 'a.txt' });

    expect(await status(runtime)).toMatchObject({ 'metadata-writer': { waiting: 1 } });
    expect(await status(undone())).toMatchObject({ 'metadata-writer': { recorded: 1 } });
  });

  test('of a row that agrees are recorded, though another event of the key is a letter', async () => {
    bucketHolds({ key: 'a.txt' });
    queriesFind('uploads', [{ object_key: 'a.txt', version_id: 'v1' }]);

    expect(await status(undone({ queueName: 'dead-metadata-writer', key: 'a.txt' }))).toMatchObject({
      'metadata-writer': { recorded: 1 },
      bad: [],
    });
  });

  test.each([
    // NOW is 12:00:00: a minute's grace in AWS, and five seconds on this machine
    [undefined, '2026-11-20T11:59:00.000Z', 'missing'],
    [undefined, '2026-11-20T11:59:00.001Z', 'pending'],
    [undone(), '2026-11-20T11:59:55.000Z', 'missing'],
    [undone(), '2026-11-20T11:59:55.001Z', 'pending'],
  ])('are judged after a grace: %#', async (runtime, lastModified, outcome) => {
    bucketHolds({ key: 'a.txt', lastModified });

    expect(await status(runtime)).toMatchObject({ 'metadata-writer': { [outcome]: 1 } });
  });
});

async function shown(prefix: string, flags: PrefixStatusFlags = {}, options: ScopeOptions = {}) {
  const scope = scopeOf(mockedPipeline(), options);
  const exitCode = await showPrefix(scope, prefix, { consumer: ['metadata-writer'], ...flags });
  return { exitCode, out: scope.out(), err: scope.err() };
}

describe('showing a prefix', () => {
  test('prints a line for each outcome and for each bad key, and ends well without --check', async () => {
    bucketHolds({ key: 'csv/a.csv' }, { key: 'csv/b.csv' });
    queriesFind('uploads', [{ object_key: 'csv/a.csv', version_id: 'v1' }]);

    const { exitCode, out } = await shown('csv/');

    expect(exitCode).toBe(0);
    expect(out).toBe(
      [
        'metadata-writer\trecorded\t1',
        'metadata-writer\tmissing\t1',
        'metadata-writer\tmissing\ts3://ingest/csv/b.csv',
        '',
      ].join('\n'),
    );
  });

  test.each([
    ['csv/a.csv', 0],
    ['csv/b.csv', 5],
  ])('with --check of %s ends with %d', async (prefix, expected) => {
    bucketHolds({ key: 'csv/a.csv' }, { key: 'csv/b.csv' });
    queriesFind('uploads', [{ object_key: 'csv/a.csv', version_id: 'v1' }]);

    expect((await shown(prefix, { check: true })).exitCode).toBe(expected);
  });

  test.each([
    [100, ''],
    [101, '1 more are bad; --json names all\n'],
  ])('names a hundred of %d bad keys, and counts all', async (count, note) => {
    bucketHolds(...Array.from({ length: count }, (_, index) => ({ key: `${index}.txt` })));

    const { out, err } = await shown('');

    expect(out.split('\n').filter((line) => line.includes('s3://'))).toHaveLength(100);
    expect(out).toContain(`metadata-writer\tmissing\t${count}\n`);
    expect(err).toBe(
      `${note}sluice status KEY says what happened to one, and what mends it; sluice verify mends many\n`,
    );
  });

  test('says of a queue that holds messages that its consumer is not settled', async () => {
    queueHolds(1);
    bucketHolds({ key: 'a.txt' });

    expect((await shown('')).err).toContain('the queue of metadata-writer holds about 1 message,');
  });

  test('of which nothing is known ends with 3, and says how prefixes are written', async () => {
    await expect(shown('cvs/')).rejects.toMatchObject({
      exitCode: 3,
      message: 'neither the bucket nor the tables hold anything under "cvs/"',
      nextStep: 'prefixes are written as S3 has them, case included: `sluice ls` shows what there is',
    });
  });

  test('that is interrupted says so, and does not say that there is nothing', async () => {
    bucketHolds({ key: 'a.txt', lastModified: LONG_AGO });

    const { exitCode, err } = await shown('', {}, { signal: AbortSignal.abort() });

    expect([exitCode, err]).toEqual([0, 'interrupted: nothing is known of the keys that come after\n']);
  });

  test('as JSON names every bad key, and is complete', async () => {
    bucketHolds(...Array.from({ length: 101 }, (_, index) => ({ key: `${index}.txt` })));

    const { out } = await shown('', {}, { json: true });

    const document = JSON.parse(out) as { bad: readonly object[] };
    expect(document.bad).toHaveLength(101);
    expect(document).toMatchObject({
      verb: 'status prefix',
      bucket: 'ingest',
      prefix: '',
      keys: 101,
      consumers: [{ consumer: 'metadata-writer', counts: { missing: 101 } }],
      isComplete: true,
    });
  });
});
