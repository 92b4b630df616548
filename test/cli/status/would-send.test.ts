import { beforeEach, describe, expect, test } from 'vitest';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { WouldSend, WouldSendPage } from '../../../shared/control-api.ts';
import { EXIT } from '../../../cli/exit-code.ts';
import { fateOf } from '../../../cli/fate/fate.ts';
import { showWouldSend } from '../../../cli/status/would-send-view.ts';
import { Terminal } from '../../../cli/terminal/terminal.ts';
import { fakeStreams } from '../../support/fake-streams.ts';
import { NOW, runAgainstAws, s3 } from '../../support/mocked-aws.ts';
import { mockedPipeline, type RuntimeAnswers } from '../../support/mocked-pipeline.ts';
import { BUS, resetWithTargets, STATE_MACHINE, TARGET_OUTPUTS } from '../../support/mocked-targets.ts';

const { signal } = new AbortController();

const HOUR_AGO = new Date(NOW.getTime() - 3_600_000);

/** As EventBridge writes it. */
const event = (key: string, versionId: string) => ({
  version: '0',
  id: '11111111-2222-3333-4444-555555555555',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '111122223333',
  time: '2026-11-20T11:00:00Z',
  region: 'eu-west-1',
  resources: ['arn:aws:s3:::ingest'],
  detail: {
    version: '0',
    bucket: { name: 'ingest' },
    object: { key, size: 1, etag: 'e', 'version-id': versionId, sequencer: '0069' },
    reason: 'PutObject',
  },
});

const sent = (by: string, to: string, about: unknown, key = 'a.txt'): WouldSend => ({
  at: '2026-11-20T11:00:01.000Z',
  by,
  to,
  key,
  event: about,
});

/** Two pages, as the runtime gives them. */
function pages(all: readonly WouldSend[]): NonNullable<RuntimeAnswers['would-send']> {
  return ({ key, after }): WouldSendPage => {
    const found = all.filter((one) => key === undefined || one.key === key);
    return after === undefined ? { events: found.slice(0, 1), next: '1' } : { events: found.slice(1) };
  };
}

const pipelineWith = (all: readonly WouldSend[]) =>
  mockedPipeline({
    outputs: TARGET_OUTPUTS,
    runtime: {
      'would-send': pages(all),
      attempts: () => ({ attempts: [], messages: [] }),
      undone: () => ({ events: [] }),
    },
  });

beforeEach(() => {
  resetWithTargets();
  s3.on(ListObjectVersionsCommand).resolves({
    Versions: [
      { Key: 'a.txt', VersionId: 'v1', IsLatest: true, LastModified: HOUR_AGO, Size: 1, ETag: '"e"' },
    ],
  });
});

async function listed(all: readonly WouldSend[], flags: { consumer?: string[]; limit?: string } = {}) {
  const streams = fakeStreams();
  const terminal = new Terminal({ ...streams, signal, json: true, yes: false });
  const exitCode = await showWouldSend({ pipeline: pipelineWith(all), terminal, signal }, undefined, flags);
  return { exitCode, document: JSON.parse(streams.out()) as Record<string, unknown> };
}

describe('what would have been sent', () => {
  const ALL = [
    sent('rule-partner-bus', BUS, event('a.txt', 'v1')),
    sent('rule-unpacker', STATE_MACHINE, event('a.txt', 'v1')),
    sent('function-notifier', 'arn:aws:sns:eu-west-1:111122223333:all', 'a text'),
  ];

  test('is listed over all pages, with the consumer whose rule it was', async () => {
    const { exitCode, document } = await listed(ALL);

    expect(exitCode).toBe(EXIT.done);
    expect(document).toMatchObject({
      verb: 'status would-send',
      events: [
        { consumer: 'partner-bus', to: BUS, key: 'a.txt', event: { source: 'aws.s3' } },
        { consumer: 'unpacker', to: STATE_MACHINE },
        { consumer: null, by: 'function-notifier', event: 'a text' },
      ],
      isTruncated: false,
      isComplete: true,
    });
  });

  test('is listed of one consumer, and so many', async () => {
    expect((await listed(ALL, { consumer: ['unpacker'] })).document).toMatchObject({
      events: [{ consumer: 'unpacker' }],
    });
    expect((await listed(ALL, { limit: '2' })).document).toMatchObject({
      events: [{}, {}],
      isTruncated: true,
    });
  });

  test('is nothing where nothing is', async () => {
    expect(await listed([])).toMatchObject({ exitCode: EXIT.nothingMatched, document: { events: [] } });
  });

  test('is not asked for in AWS, where it was sent', async () => {
    expect(await runAgainstAws('status', '--would-send')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('in AWS it was sent') as string,
    });
  });
});

const fateAt = async (consumer: string, all: readonly WouldSend[]) => {
  const pipeline = pipelineWith(all);
  const { consumers } = await fateOf(pipeline, 'a.txt', {
    consumers: pipeline.consumersNamed([consumer]),
    signal,
  });
  return consumers[0];
};

describe('an object on this machine', () => {
  test('would have been sent to the bus, with the event as it would have been', async () => {
    expect(await fateAt('partner-bus', [sent('rule-partner-bus', BUS, event('a.txt', 'v1'))])).toEqual({
      consumer: 'partner-bus',
      attempts: [],
      outcome: 'would-send',
      note: `at 2026-11-20T11:00:01.000Z to another event bus, ${BUS}, which does not run here`,
      wouldSend: [{ at: '2026-11-20T11:00:01.000Z', to: BUS, event: event('a.txt', 'v1') }],
    });
  });

  test.each<[what: string, all: readonly WouldSend[]]>([
    ['nothing of it is listed', []],
    ['another rule would have sent it', [sent('rule-partner-bus', BUS, event('a.txt', 'v1'))]],
    ['what is listed is of another version', [sent('rule-unpacker', STATE_MACHINE, event('a.txt', 'v0'))]],
  ])('is missing at a state machine where %s', async (_, all) => {
    expect(await fateAt('unpacker', all)).toMatchObject({
      outcome: 'missing',
      note: expect.stringContaining(
        'sluice replay --since 2026-11-20T10:59:59.000Z --consumer unpacker',
      ) as string,
    });
  });

  test('was sent in other words than its event', async () => {
    expect(await fateAt('unpacker', [sent('rule-unpacker', STATE_MACHINE, { file: 'a.txt' })])).toMatchObject(
      {
        outcome: 'would-send',
      },
    );
  });
});
