import { DescribeReplayCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RuntimeDescription } from '../../../shared/control-api.ts';
import { keepsText } from '../../../shared/keeps.ts';
import { PipelineClient } from '../../../cli/demo/pipeline-client.ts';
import { ACCOUNT, ARN, events, OUTPUTS, REGION, resetMocks, s3, tables } from '../../support/mocked-aws.ts';
import { lookUpsFind } from '../../support/mocked-contents.ts';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';

beforeEach(resetMocks);

const client = (outputs = {}) =>
  new PipelineClient({
    endpoint: 'http://127.0.0.1:4566',
    region: REGION,
    account: ACCOUNT,
    stackName: 'Sluice-prod',
    outputs: { ...OUTPUTS, ...outputs },
  } as RuntimeDescription);

/** The output bucket lists these keys. */
const outputHolds = (...keys: readonly string[]) =>
  s3.on(ListObjectsV2Command).resolves({ Contents: keys.map((key) => ({ Key: encodeURIComponent(key) })) });

describe('what a pipeline has stored', () => {
  test('is read by what each consumer keeps: rows by their keys, and lines of every object', async () => {
    tables
      .on(ScanCommand, { TableName: 'uploads' })
      .resolves({ Items: [{ bucket: 'ingest', object_key: 'a' }] });
    lookUpsFind('counts', [{ file_key: 'a.csv' }, { file_key: 'b.csv' }], 1);
    outputHolds('ledger/dt=1/a b', 'ledger/dt=1/c');
    s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => ({
      Body: { transformToString: async () => `{"of":"${Key}"}\n{"second":true}\n` },
    }));

    const stored = await client().stored();

    expect(stored.map(({ consumer, kept }) => [consumer, kept])).toEqual([
      ['metadata-writer', { rows: new Map([['a', { bucket: 'ingest', object_key: 'a' }]]) }],
      [
        'csv-row-counter',
        {
          rows: new Map([
            ['a.csv', { file_key: 'a.csv' }],
            ['b.csv', { file_key: 'b.csv' }],
          ]),
        },
      ],
      [
        'ledger-exporter',
        {
          lines: [{ of: 'ledger/dt=1/a b' }, { second: true }, { of: 'ledger/dt=1/c' }, { second: true }],
        },
      ],
    ]);
  });

  test('is the keys below its prefix, or nothing', async () => {
    outputHolds('rejects/a.csv', 'rejects/b/1');
    const outputs = {
      MetadataWriterKeeps: keepsText('nothing'),
      LedgerExporterKeeps: keepsText({ objects: 'rejects/' }),
    };

    const [writer, , exporter] = await client(outputs).stored();

    expect(writer?.kept).toBe('nothing');
    expect(exporter?.kept).toEqual({ objects: ['a.csv', 'b/1'] });
  });

  test('is told with whom an upload of a key reaches', async () => {
    const stored = await client().stored();

    const reach = (key: string) => stored.map((one) => one.reach(key, 'created'));
    expect(reach('a.csv')).toEqual(['wanted', 'wanted', 'wanted']);
    expect(reach('a.txt')).toEqual(['wanted', 'skipped', 'wanted']);
    expect(reach('a/')).toEqual(['not-matched', 'not-matched', 'not-matched']);
  });
});

describe('a replay of everything', () => {
  const SINCE = new Date('2026-11-20T11:30:00.750Z');

  test('goes to the rules of this stack, from the whole second before', async () => {
    events.on(StartReplayCommand).resolves({});
    events.on(DescribeReplayCommand).resolvesOnce({ State: 'STARTING' }).resolves({ State: 'COMPLETED' });

    await client().replayAll(SINCE);

    expect(events.commandCalls(StartReplayCommand)[0]?.args[0].input).toMatchObject({
      ReplayName: `demo-${SINCE.getTime()}`,
      EventSourceArn: ARN('archive/archive'),
      EventStartTime: new Date('2026-11-20T11:30:00.000Z'),
      EventEndTime: new Date('2026-11-20T12:00:01.000Z'),
      Destination: {
        Arn: ARN('event-bus/default'),
        FilterArns: ['metadata-writer', 'csv-row-counter', 'ledger-exporter'].map((name) =>
          ARN(`rule/rule-${name}`),
        ),
      },
    });
    expect(events.commandCalls(DescribeReplayCommand)).toHaveLength(2);
  });

  test('that fails is told with its reason', async () => {
    events.on(StartReplayCommand).resolves({});
    events.on(DescribeReplayCommand).resolves({ State: 'FAILED', StateReason: 'the archive is gone' });

    await expect(client().replayAll(SINCE)).rejects.toThrow('the replay is FAILED: the archive is gone');
  });
});
