import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { backfillDocument } from '../../../cli/backfill/backfill-document.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { resetMocks, runAgainstAws, sqs } from '../../support/mocked-aws.ts';
import { bucketHolds } from '../../support/mocked-contents.ts';

beforeEach(() => {
  resetMocks();
  bucketHolds(
    { key: 'csv/a.csv' },
    { key: 'csv/a.csv.gz' },
    { key: 'csv/b.csv' },
    { key: 'csv/gone.csv', isDeleteMarker: true },
  );
  sqs.on(SendMessageBatchCommand).callsFake(({ Entries }: { Entries: { Id: string }[] }) => ({
    Successful: Entries.map(({ Id }) => ({ Id, MessageId: Id, MD5OfMessageBody: '' })),
  }));
});
afterAll(() => {
  vi.useRealTimers();
});

/** The keys that were sent to the queue of the metadata writer. */
const sent = () =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .filter(({ args: [{ input }] }) => input.QueueUrl?.endsWith('metadata-writer'))
    .flatMap(({ args: [{ input }] }) => input.Entries ?? [])
    .map(
      ({ MessageBody = '' }) =>
        (JSON.parse(MessageBody) as { detail: { object: { key: string } } }).detail.object.key,
    );

async function backfill(...args: string[]) {
  const ran = await runAgainstAws('backfill', '--consumer', 'metadata-writer', '--json', ...args);
  return { ...ran, document: () => JSON.parse(ran.out) as DocumentOf<typeof backfillDocument> };
}

describe('a backfill of keys', () => {
  test('sends these very objects, each once, and none whose key only begins so', async () => {
    const ran = await backfill(
      '--yes',
      '--key',
      'csv/a.csv',
      '--key',
      's3://ingest/csv/b.csv',
      '--key',
      'csv/a.csv',
    );

    expect([ran.exitCode, sent()]).toEqual([0, ['csv/a.csv', 'csv/b.csv']]);
    expect(ran.document()).toMatchObject({
      keys: ['csv/a.csv', 'csv/b.csv', 'csv/a.csv'],
      notFound: [],
      objects: 2,
      messages: { 'metadata-writer': 2 },
      isComplete: true,
    });
  });

  test('says which keys hold no object, be it deleted or the beginning of another', async () => {
    const ran = await backfill('--yes', '--key', 'csv/gone.csv', '--key', 'csv/a', '--key', 'csv/b.csv');

    expect([ran.exitCode, ran.document().notFound, sent()]).toEqual([
      4,
      ['csv/gone.csv', 'csv/a'],
      ['csv/b.csv'],
    ]);
    expect(ran.err).toContain('"csv/gone.csv" holds no object');
  });

  test('that is rehearsed sends nothing', async () => {
    const ran = await backfill('--dry-run', '--key', 'csv/a.csv');

    expect([ran.exitCode, ran.document(), sent()]).toEqual([
      0,
      expect.objectContaining({ dryRun: true, objects: 1, messages: { 'metadata-writer': 1 } }),
      [],
    ]);
  });

  test('of none that is there is exit code 3', async () => {
    const { exitCode, err } = await backfill('--yes', '--key', 'csv/gone.csv');

    expect([exitCode, sent()]).toEqual([3, []]);
    expect(err).toContain('"csv/gone.csv" holds no object');
  });

  test.each([[['--prefix', 'csv/']], [['--resume']], [['--restart']], [['--checkpoint', 'x.json']]])(
    'does not go with %j',
    async (flags) => {
      const { exitCode, err } = await backfill('--yes', '--key', 'csv/a.csv', ...flags);

      expect([exitCode, err.includes('--key names single objects')]).toEqual([2, true]);
    },
  );
});
