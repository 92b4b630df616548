import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { lsNewestDocument } from '../../../cli/objects/ls-newest-document.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { keepsText } from '../../../shared/keeps.ts';
import {
  ARN,
  cloudFormation,
  events,
  NOW,
  OUTPUTS,
  resetMocks,
  runAgainstAws,
  s3,
  tables,
} from '../../support/mocked-aws.ts';
import { ledgerHolds } from '../../support/mocked-ledger.ts';

beforeEach(() => {
  resetMocks();
  events.on(DescribeRuleCommand).callsFake(({ Name }: { Name: string }) => ({
    Arn: ARN(`rule/${Name}`),
    State: 'ENABLED',
    EventPattern:
      Name === 'rule-csv-row-counter'
        ? '{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"object":{"key":[{"prefix":"csv/"}]}}}'
        : '{"source":["aws.s3"]}',
  }));
});
afterAll(() => {
  vi.useRealTimers();
});

const at = (time: string) => `2026-11-20T${time}.000Z`;
const line = (key: string, time: string, more: object = {}) => ({
  identity: `${key} ${time}`,
  event_time: at(time),
  detail_type: 'Object Created',
  origin: 'eventbridge',
  bucket: 'ingest',
  object_key: key,
  version_id: `v-${time}`,
  size: 8,
  etag: 'etag',
  ...more,
});
const marker = { detail_type: 'Object Deleted', deletion_type: 'Delete Marker Created', size: undefined };

const someHours = () =>
  ledgerHolds({
    'ledger/dt=2026-11-20/hour=11/a.ndjson': {
      at: at('11:31:00'),
      lines: [line('csv/a.csv', '11:10:00', marker), line('csv/b.csv', '11:30:00')],
    },
    'ledger/dt=2026-11-20/hour=10/b.ndjson': {
      at: at('10:31:00'),
      lines: [line('csv/a.csv', '10:10:00'), line('photos/c.jpg', '10:30:00')],
    },
    'ledger/dt=2026-11-18/hour=10/c.ndjson': { at: '2026-11-18T10:31:00.000Z', lines: [oldLine()] },
  });
const oldLine = () => ({ ...line('csv/old.csv', '10:00:00'), event_time: '2026-11-18T10:00:00.000Z' });

async function ls(...args: string[]) {
  const ran = await runAgainstAws('ls', '--newest', ...args, '--json');
  return { ...ran, document: () => JSON.parse(ran.out) as DocumentOf<typeof lsNewestDocument> };
}

describe('ls --newest in AWS', () => {
  test('tells the last day’s changes from the ledger, deletions as such, and what it has looked at', async () => {
    someHours();

    const { exitCode, err, document } = await ls();

    const all = ['metadata-writer', 'ledger-exporter'];
    expect({ exitCode, ...document() }).toMatchObject({
      exitCode: 0,
      from: 'ledger',
      bucket: 'ingest',
      objects: [
        {
          key: 'csv/b.csv',
          size: 8,
          isDeleted: false,
          consumers: ['metadata-writer', 'csv-row-counter', 'ledger-exporter'],
        },
        { key: 'csv/a.csv', isDeleted: true, lastModified: at('11:10:00'), consumers: all },
        { key: 'photos/c.jpg', consumers: all },
      ],
      isTruncated: false,
      ledger: {
        consumer: 'ledger-exporter',
        since: '2026-11-19T12:00:00.000Z',
        until: NOW.toISOString(),
        objects: 2,
        isComplete: true,
      },
      isComplete: true,
    });
    expect(document().objects[1]).not.toHaveProperty('size');
    expect(err).toContain(
      'S3 lists by key alone: these are changes since 2026-11-19T12:00:00.000Z that ledger-exporter has kept',
    );
  });

  test('goes on from `next`, and reads no more of the ledger than a page needs', async () => {
    someHours();

    const first = (await ls('--limit', '1', '--since', '3d')).document();
    const read = s3.commandCalls(GetObjectCommand).length;
    const second = (await ls('--limit', '1', '--after', first.next!)).document();
    const third = (await ls('--limit', '9', '--after', second.next!)).document();

    const keys = [first, second, third].map(({ objects }) => objects.map(({ key }) => key));
    expect(keys).toEqual([['csv/b.csv'], ['csv/a.csv'], ['photos/c.jpg']]);
    expect([first.next, second.isTruncated, third.next]).toEqual([
      `${at('11:30:00')} csv/b.csv`,
      true,
      undefined,
    ]);
    // the object of two days ago was left
    expect(read).toBe(2);
  });

  test('looks as far back as --since says, under a prefix', async () => {
    someHours();

    const found = await ls('csv/', '--since', '3d');
    const none = await ls('csv/', '--since', '10m');

    expect(found.document().objects.map(({ key }) => key)).toEqual(['csv/b.csv', 'csv/a.csv', 'csv/old.csv']);
    expect([none.exitCode, none.document().objects]).toEqual([3, []]);
    expect(none.err).toContain('there is nothing under "csv/" in that time: --since looks further back');
  });

  test('tells what became of each by the rows', async () => {
    someHours();
    tables
      .on(BatchGetCommand)
      .callsFake(
        ({ RequestItems }: { RequestItems: Record<string, { Keys: { object_key?: string }[] }> }) => ({
          Responses: {
            uploads: (RequestItems['uploads']?.Keys ?? [])
              .filter(({ object_key: key }) => key === 'csv/b.csv')
              .map((key) => ({ ...key, version_id: 'v-11:30:00', etag: 'etag', event_time: at('11:30:00') })),
          },
        }),
      );

    const { document } = await ls('--outcomes');

    expect(document().objects.map(({ key, outcomes }) => [key, outcomes])).toEqual([
      [
        'csv/b.csv',
        { 'metadata-writer': 'recorded', 'csv-row-counter': 'missing', 'ledger-exporter': 'unknown' },
      ],
      [
        'csv/a.csv',
        { 'metadata-writer': 'missing', 'csv-row-counter': 'not-matched', 'ledger-exporter': 'unknown' },
      ],
      [
        'photos/c.jpg',
        { 'metadata-writer': 'missing', 'csv-row-counter': 'not-matched', 'ledger-exporter': 'unknown' },
      ],
    ]);
  });

  test('says before what time changes are missing where it has read enough', async () => {
    const written = Array.from({ length: 510 }, (_, index) => [
      `ledger/dt=2026-11-20/hour=11/${index}.ndjson`,
      {
        at: new Date(Date.parse(at('11:50:00')) - index * 1_000).toISOString(),
        lines: [line(`csv/${index}`, '11:00:00')],
      },
    ]);
    ledgerHolds(Object.fromEntries(written) as Parameters<typeof ledgerHolds>[0]);

    const { err, document } = await ls();

    expect(document().ledger).toMatchObject({
      objects: 500,
      isComplete: false,
      completeSince: at('11:41:45'),
    });
    expect(err).toContain(
      `after 500 objects of the ledger no more were read: before ${at('11:41:45')} changes are missing`,
    );
  });

  test('is refused with a next step where no consumer keeps lines', async () => {
    const outputs = { ...OUTPUTS, LedgerExporterKeeps: keepsText('nothing') };
    cloudFormation.on(DescribeStacksCommand).resolves({
      Stacks: [
        {
          StackName: 'Sluice-prod',
          CreationTime: NOW,
          StackStatus: 'CREATE_COMPLETE',
          Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        },
      ],
    });

    const { exitCode, err } = await runAgainstAws('ls', 'csv/', '--newest');

    expect(exitCode).toBe(1);
    expect(err).toContain('no consumer here keeps lines that would tell the last changes');
    expect(err).toContain('list by key: sluice ls csv/');
  });

  test.each([
    [['--newest', '--after', '0011'], '--after "0011" is no place in a list of the newest'],
    [['--newest', '--since', 'soon'], '--since "soon" is no time'],
    [['--since', '1h'], '--since goes with --newest alone'],
  ])('refuses what cannot be meant: %j', async (args, message) => {
    const { exitCode, err } = await runAgainstAws('ls', ...args);

    expect([exitCode, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
