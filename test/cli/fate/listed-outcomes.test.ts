import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectVersionsCommand, type ListObjectVersionsCommandInput } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
} from '@aws-sdk/client-sqs';
import {
  BatchGetCommand,
  GetCommand,
  type BatchGetCommandInput,
  type GetCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { isNotCounted } from '../../../cli/fate/count-lines.ts';
import { fateOf } from '../../../cli/fate/fate.ts';
import { listedOutcomes } from '../../../cli/fate/listed-outcomes.ts';
import type { CurrentObject } from '../../../cli/objects/current-objects.ts';
import { hasQueue, letterQueueUrls, type Consumer } from '../../../cli/pipeline/consumer.ts';
import type { Pipeline } from '../../../cli/pipeline/pipeline.ts';
import { queueName } from '../../../cli/pipeline/queue-name.ts';
import { routesOf } from '../../../cli/pipeline/routing.ts';
import type { WouldSend } from '../../../shared/control-api.ts';
import type { UndoneEvent } from '../../../shared/control-objects.ts';
import { ARN, events, NOW, s3, sqs, tables } from '../../support/mocked-aws.ts';
import { mockedPipeline, type RuntimeAnswers } from '../../support/mocked-pipeline.ts';
import { BUS, resetWithTargets, TARGET_OUTPUTS } from '../../support/mocked-targets.ts';
import { busEvent } from '../../support/object-events.ts';

const signal = new AbortController().signal;
const LONG_AGO = '2026-11-01T00:00:00.000Z';

/** How an object stands at one consumer. */
interface At {
  readonly row: 'none' | 'this' | 'not-counted' | 'older' | 'gone' | 'untold' | 'tombstone';
  readonly letter: 'none' | 'this' | 'other' | 'untold';
  readonly waits: 'none' | 'in-queue' | 'retried' | 'arriving';
  readonly sent: 'none' | 'this' | 'other' | 'text';
}

interface Stands {
  readonly name: string;
  readonly isDeleteMarker: boolean;
  /** The bucket holds an older version too. */
  readonly hasOlder: boolean;
  readonly isYoung: boolean;
  /** An event of it has not been matched with the rules. */
  readonly isOnBus: boolean;
  readonly at: Readonly<Record<string, At>>;
}

interface World {
  readonly objects: readonly Stands[];
  readonly isEnabled: boolean;
  /** In AWS: what the consumers' queues hold. */
  readonly queued: number;
}

const CONSUMERS = ['metadata-writer', 'csv-row-counter', 'handed', 'partner-bus'];
const at: fc.Arbitrary<At> = fc.record({
  row: fc.constantFrom('none', 'this', 'not-counted', 'older', 'gone', 'untold', 'tombstone'),
  letter: fc.constantFrom('none', 'none', 'this', 'other', 'untold'),
  waits: fc.constantFrom('none', 'none', 'in-queue', 'retried', 'arriving'),
  sent: fc.constantFrom('none', 'this', 'other', 'text'),
});
const stands: fc.Arbitrary<Stands> = fc.record({
  name: fc.constantFrom('csv/#.csv', 'csv/#.txt', 'csv/#/', 'photos/#.jpg', 'csv/#é "\\.csv'),
  isDeleteMarker: fc.boolean(),
  hasOlder: fc.boolean(),
  isYoung: fc.boolean(),
  isOnBus: fc.constantFrom(false, false, false, true),
  at: fc.record(Object.fromEntries(CONSUMERS.map((name) => [name, at]))),
});
const world: fc.Arbitrary<World> = fc.record({
  objects: fc.array(stands, { minLength: 1, maxLength: 12 }),
  isEnabled: fc.constantFrom(true, true, false),
  queued: fc.constantFrom(0, 3),
});

/** Its clients are made once: that takes longer than what is asked of them. */
const BASE = mockedPipeline({ outputs: TARGET_OUTPUTS });
let runtime: RuntimeAnswers = {};
const LOCAL = mockedPipeline({
  outputs: TARGET_OUTPUTS,
  runtime: {
    attempts: (question) => runtime.attempts!(question),
    undone: (question) => runtime.undone!(question),
    standing: (question) => runtime.standing!(question),
    'would-send': (question) => runtime['would-send']!(question),
  },
});

interface Made {
  readonly pipeline: Pipeline;
  readonly held: readonly CurrentObject[];
}

const version = (VersionId: string, key: string, IsLatest: boolean, LastModified: string) => ({
  Key: encodeURIComponent(key),
  VersionId,
  IsLatest,
  LastModified: new Date(LastModified),
});

const ownQueue = (consumer: Consumer) => (hasQueue(consumer) ? queueName(consumer.queueUrl) : undefined);

const receives = () => sqs.commandCalls(ReceiveMessageCommand).length;

/** The services and, on this machine, the runtime, as this world has them. */
function made({ objects, isEnabled, queued }: World, kind: 'local' | 'aws'): Made {
  const keyed = objects.map((object, index) => ({ ...object, key: object.name.replace('#', String(index)) }));
  const held = keyed.map(({ key, isDeleteMarker, isYoung }) => ({
    key,
    versionId: 'v1',
    isDeleteMarker,
    lastModified: isYoung ? new Date(NOW.getTime() - 60_000).toISOString() : LONG_AGO,
    ...(!isDeleteMarker && { size: 3, etag: 'etag-1' }),
  }));
  const heldBy = new Map(held.map((object) => [object.key, object]));
  const eventOf = (key: string, of: 'this' | 'other' | 'untold') => {
    const { isDeleteMarker } = heldBy.get(key)!;
    return busEvent({
      key,
      ...(of !== 'untold' && { versionId: of === 'this' ? 'v1' : 'v9' }),
      etag: of === 'other' ? 'etag-9' : 'etag-1',
      ...(isDeleteMarker && { deletionType: 'Delete Marker Created' as const }),
    });
  };
  const rowOf = (key: string, consumer: string) => {
    const { isDeleteMarker, etag, lastModified } = heldBy.get(key)!;
    const { row } = keyed.find((one) => one.key === key)!.at[consumer]!;
    const rows = {
      none: undefined,
      this: { version_id: 'v1', status: 'counted' },
      'not-counted': { version_id: 'v1', status: 'malformed-csv', error: 'the quote never closes' },
      older: { version_id: 'v0', event_time: '2026-10-01T00:00:00Z' },
      gone: { version_id: 'v9', event_time: NOW.toISOString(), last_modified: lastModified },
      untold: { etag, deleted: isDeleteMarker },
      tombstone: { version_id: 'v1', deleted: true },
    };
    return rows[row];
  };
  const allAt = keyed.flatMap(({ key, at: standing }) =>
    Object.entries(standing).map(([name, one]) => ({ key, name, ...one })),
  );
  const consumerOf = (name: string) => BASE.consumersNamed([name])[0]!;

  s3.on(ListObjectVersionsCommand).callsFake(({ Prefix }: ListObjectVersionsCommandInput) => {
    const found = keyed.filter(({ key }) => key === Prefix);
    const latest = found.map(({ key }) => version('v1', key, true, heldBy.get(key)!.lastModified));
    return {
      Versions: [
        ...found.flatMap(({ isDeleteMarker }) =>
          isDeleteMarker ? [] : latest.map((one) => ({ ...one, Size: 3, ETag: '"etag-1"' })),
        ),
        ...found.flatMap(({ key, hasOlder }) =>
          hasOlder ? [version('v0', key, false, '2026-10-01T00:00:00.000Z')] : [],
        ),
      ],
      DeleteMarkers: found.flatMap(({ isDeleteMarker }) => (isDeleteMarker ? latest : [])),
    };
  });
  const tableConsumer: Record<string, [string, string]> = {
    uploads: ['metadata-writer', 'object_key'],
    counts: ['csv-row-counter', 'file_key'],
  };
  const rowIn = (table: string, primaryKey: Readonly<Record<string, unknown>>) => {
    const [consumer, attribute] = tableConsumer[table]!;
    const row = rowOf(String(primaryKey[attribute]), consumer);
    return row === undefined ? undefined : { ...primaryKey, ...row };
  };
  tables.on(GetCommand).callsFake(({ TableName, Key }: GetCommandInput) => ({
    Item: rowIn(TableName!, Key!),
  }));
  tables.on(BatchGetCommand).callsFake(({ RequestItems }: BatchGetCommandInput) => ({
    Responses: Object.fromEntries(
      Object.entries(RequestItems!).map(([table, { Keys }]) => [
        table,
        Keys!.flatMap((key) => rowIn(table, key) ?? []),
      ]),
    ),
  }));
  events.on(DescribeRuleCommand).callsFake(({ Name }: { Name: string }) => ({
    Arn: ARN(`rule/${Name}`),
    State: isEnabled ? 'ENABLED' : 'DISABLED',
    EventPattern: JSON.stringify({
      source: ['aws.s3'],
      detail: {
        object: {
          key: [Name === 'rule-csv-row-counter' ? { prefix: 'csv/' } : { 'anything-but': { suffix: '/' } }],
        },
      },
    }),
  }));
  // letters lie in the queue's own dead-letter queue, or in the rule's where there is no other
  const lettersIn = Map.groupBy(
    allAt.filter(({ letter }) => letter !== 'none'),
    ({ name }) => letterQueueUrls(consumerOf(name))[0]!,
  );
  const ownQueues = BASE.consumers.filter(hasQueue).map(({ queueUrl }) => queueUrl);
  sqs.on(GetQueueAttributesCommand).callsFake(({ QueueUrl = '' }: { QueueUrl?: string }) => ({
    Attributes: {
      ApproximateNumberOfMessages: String(
        ownQueues.includes(QueueUrl) ? queued : (lettersIn.get(QueueUrl)?.length ?? 0),
      ),
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      MessageRetentionPeriod: '1209600',
    },
  }));
  const given = new Map<string, number>();
  sqs.on(ReceiveMessageCommand).callsFake(({ QueueUrl = '' }: ReceiveMessageCommandInput) => {
    const from = given.get(QueueUrl) ?? 0;
    const letters = (lettersIn.get(QueueUrl) ?? []).slice(from, from + 10);
    given.set(QueueUrl, letters.length === 0 ? 0 : from + letters.length);
    return {
      Messages: letters.map(({ key, letter }, index) => ({
        MessageId: `${from + index}`,
        ReceiptHandle: `${from + index}`,
        Body: JSON.stringify(eventOf(key, letter as 'this')),
        Attributes: { SentTimestamp: String(NOW.getTime() - 60_000) },
      })),
    };
  });
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
  // letters are remembered by the pipeline
  if (kind === 'aws') return { pipeline: mockedPipeline({ outputs: TARGET_OUTPUTS }), held };

  const undone: readonly UndoneEvent[] = [
    ...keyed.flatMap(({ key, isOnBus }): UndoneEvent[] =>
      isOnBus ? [{ queueName: null, key, versionId: 'v1', state: 'arriving' }] : [],
    ),
    ...allAt.flatMap(({ key, name, waits }): UndoneEvent[] => {
      const queue = ownQueue(consumerOf(name));
      if (waits === 'none' || queue === undefined) return [];
      return [{ queueName: queue, key, state: waits === 'in-queue' ? 'waiting' : waits }];
    }),
    ...allAt.flatMap(({ key, name, letter }): UndoneEvent[] => {
      if (letter === 'none') return [];
      const isDeleteMarker = heldBy.get(key)!.isDeleteMarker;
      return [
        {
          queueName: queueName(letterQueueUrls(consumerOf(name))[0]!),
          key,
          ...(letter !== 'untold' && { versionId: letter === 'this' ? 'v1' : 'v9' }),
          ...(!isDeleteMarker && { etag: letter === 'other' ? 'etag-9' : 'etag-1' }),
          state: 'waiting',
        },
      ];
    }),
  ];
  const sent = allAt.filter(({ name, sent: what }) => name === 'partner-bus' && what !== 'none');
  runtime = {
    attempts: ({ key }) => ({
      attempts: [],
      messages: undone
        .filter((one) => one.key === key && one.queueName !== null && one.state !== 'arriving')
        .map(({ queueName: heldIn, state }) => ({
          queueName: heldIn!,
          messageId: 'm',
          receiveCount: state === 'retried' ? 1 : 0,
          sentAt: NOW.toISOString(),
          visibleAt: NOW.toISOString(),
          inFlight: false,
        })),
    }),
    undone: ({ prefix = '' }) => ({ events: undone.filter(({ key }) => key.startsWith(prefix)) }),
    standing: ({ keys }) => ({
      undone: undone.filter(({ key }) => (JSON.parse(keys) as string[]).includes(key)),
      done: [],
      sent: sent.map(({ key, sent: what }) => ({
        key,
        by: 'rule-partner-bus',
        ...(what !== 'text' && { versionId: what === 'this' ? 'v1' : 'v9' }),
      })),
    }),
    'would-send': ({ key }) => ({
      events: sent
        .filter((one) => one.key === key)
        .map((one): WouldSend => ({
          at: NOW.toISOString(),
          by: 'rule-partner-bus',
          to: BUS,
          key: one.key,
          event: one.sent === 'text' ? 'a text' : eventOf(one.key, one.sent as 'this'),
        })),
    }),
  };
  return { pipeline: LOCAL, held };
}

/** By object and consumer. */
async function listed({ pipeline, held }: Made): Promise<Record<string, Record<string, string>>> {
  const routes = await routesOf(pipeline, pipeline.consumersNamed(CONSUMERS));
  return Object.fromEntries(await listedOutcomes(pipeline, routes, held, signal));
}

/** The same, each asked alone. */
async function asked({ pipeline, held }: Made): Promise<Record<string, Record<string, string>>> {
  const found: Record<string, Record<string, string>> = {};
  for (const { key } of held) {
    const { consumers } = await fateOf(pipeline, key, {
      consumers: pipeline.consumersNamed(CONSUMERS),
      signal,
    });
    found[key] = Object.fromEntries(
      consumers.map(({ consumer, outcome, stored }) => [
        consumer,
        outcome === 'recorded' && stored !== undefined && isNotCounted(stored) ? 'not-counted' : outcome,
      ]),
    );
  }
  return found;
}

beforeEach(() => {
  resetWithTargets();
});

const seen = new Set<string>();

describe('the outcomes of a list', () => {
  test.each(['local', 'aws'] as const)('are those of each object asked alone: %s', async (kind) => {
    await fc.assert(
      fc.asyncProperty(world, async (one) => {
        resetWithTargets();
        const all = made(one, kind);

        const found = await listed(all);

        expect(found).toEqual(await asked(all));
        const words = Object.values(found).flatMap((outcomes) => Object.values(outcomes));
        for (const word of words) seen.add(word);
      }),
      { numRuns: 30 },
    );
  });

  test('are every word that there is', () => {
    expect([...seen].toSorted()).toEqual(
      [
        'dead-lettered',
        'handed-over',
        'missing',
        'not-counted',
        'not-matched',
        'queued',
        'recorded',
        'removed-by-version',
        'skipped',
        'unknown',
        'waiting',
        'would-send',
      ].toSorted(),
    );
  });
});

const ALONE: Stands = {
  name: 'csv/#.csv',
  isDeleteMarker: false,
  hasOlder: false,
  isYoung: false,
  isOnBus: false,
  at: Object.fromEntries(
    CONSUMERS.map((name) => [name, { row: 'this', letter: 'none', waits: 'none', sent: 'none' } as const]),
  ),
};

describe('a list in AWS', () => {
  const withLetters: World = {
    objects: [
      {
        ...ALONE,
        at: { ...ALONE.at, 'metadata-writer': { row: 'none', letter: 'this', waits: 'none', sent: 'none' } },
      },
    ],
    isEnabled: true,
    queued: 0,
  };

  test('that is looked at again takes the letters in hand once, so that others can have them', async () => {
    const all = made(withLetters, 'aws');
    const first = await listed(all);
    const before = receives();

    const second = await listed(all);

    expect([first, second]).toEqual([first, first]);
    expect(first['csv/0.csv']).toMatchObject({ 'metadata-writer': 'dead-lettered' });
    expect([before > 0, receives() - before]).toEqual([true, 0]);
  });

  test('of nothing that a letter could be about receives none', async () => {
    const all = made({ ...withLetters, objects: [ALONE] }, 'aws');

    expect((await listed(all))['csv/0.csv']).toMatchObject({ 'csv-row-counter': 'recorded' });
    expect(receives()).toBe(0);
  });

  test('tells of a consumer that keeps lines that it is not known', async () => {
    const { pipeline, held } = made({ ...withLetters, objects: [ALONE] }, 'aws');
    const routes = await routesOf(pipeline, pipeline.consumersNamed(['ledger-exporter']));

    const outcomes = await listedOutcomes(pipeline, routes, held, signal);

    expect(Object.fromEntries(outcomes)).toEqual({ 'csv/0.csv': { 'ledger-exporter': 'unknown' } });
  });
});

describe('a list on this machine', () => {
  test.each([
    ['of this version', { versionId: 'v1' }, 'recorded'],
    ['of another version', { versionId: 'v9' }, 'unknown'],
    ['of another function', { versionId: 'v1', functionName: 'function-metadata-writer' }, 'unknown'],
  ])(
    'tells of a consumer that keeps lines by what its function has dealt with: %s',
    async (_, done, outcome) => {
      const pipeline = mockedPipeline({
        runtime: {
          standing: () => ({
            undone: [],
            done: [{ key: 'a.csv', functionName: 'function-ledger-exporter', ...done }],
            sent: [],
          }),
        },
      });
      const routes = await routesOf(pipeline, pipeline.consumersNamed(['ledger-exporter']));
      const held = { key: 'a.csv', versionId: 'v1', isDeleteMarker: false, size: 3, lastModified: LONG_AGO };

      const outcomes = await listedOutcomes(pipeline, routes, [held], signal);

      expect(Object.fromEntries(outcomes)).toEqual({ 'a.csv': { 'ledger-exporter': outcome } });
    },
  );
});
