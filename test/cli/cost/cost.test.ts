import { describe, expect, test } from 'vitest';
import { assumedShares, type Workload } from '../../../cli/cost/consumer-work.ts';
import { monthlyCost } from '../../../cli/cost/cost.ts';
import type { ConsumerFacts } from '../../../cli/cost/template.ts';
import type { Keeps } from '../../../shared/keeps.ts';

const MONTH: Workload = { uploads: 1e6, csvShare: 0.2, csvBytes: 1e6, replayShare: 0.1, shares: {} };

const consumer = (id: string, keeps: Keeps, more: Partial<ConsumerFacts> = {}): ConsumerFacts => ({
  id,
  keeps,
  readsObjects: false,
  readsRows: false,
  batchSize: 10,
  windowSeconds: 0,
  memoryMb: 256,
  isTraced: true,
  loggedCounts: [],
  loggedSuccesses: 1,
  ...more,
});

const rows = { table: 'TTableName', key: { key: '{key}' } };
const indexer = consumer('Indexer', { rows });
const counter = consumer(
  'Counter',
  { rows, of: { endings: ['.csv'], otherwise: 'no CSV' } },
  { readsObjects: true, readsRows: true },
);
const ledger = consumer('Ledger', { lines: 'ledger/' }, { batchSize: 10, windowSeconds: 60 });
const rejecter = consumer('Rejecter', { objects: 'rejects/' }, { readsObjects: true });
const notifier = consumer('Notifier', 'nothing');
const elsewhere = (target: NonNullable<ConsumerFacts['target']>) =>
  consumer('Elsewhere', 'nothing', { target, batchSize: 0, memoryMb: 0 });

const SEEN = { logDays: 30.4, ownMetrics: 4, leastAlarmMetrics: 2 };

/** `service what` → its quantity, of a pipeline with these consumers. */
function quantities(consumers: readonly ConsumerFacts[], workload = MONTH): Record<string, number> {
  const lines = monthlyCost(workload, {
    consumers,
    archiveDays: 30.4,
    alarms: 5,
    alarmMetrics: 5,
    compositeAlarms: 0,
    dashboards: 1,
    ...SEEN,
  });
  return Object.fromEntries(lines.map(({ service, what, quantity }) => [`${service} ${what}`, quantity]));
}

const thumbnailer = consumer(
  'Thumbnailer',
  { objects: 'thumbnails/', of: { endings: ['.png'], otherwise: 'no image' } },
  { readsObjects: true },
);

test('a share is assumed of those that take but some names, where none is said', () => {
  const facts = {
    consumers: [indexer, counter, thumbnailer],
    archiveDays: 0,
    alarms: 0,
    alarmMetrics: 0,
    compositeAlarms: 0,
    dashboards: 0,
    ...SEEN,
  };

  expect(assumedShares(MONTH, facts)).toEqual(['Counter', 'Thumbnailer']);
  expect(assumedShares({ ...MONTH, shares: { Counter: 0.3 } }, facts)).toEqual(['Thumbnailer']);
});

describe('a month of a consumer without a function', () => {
  test.each(['queue', 'bus', 'state-machine'] as const)(
    'whose target is a %s has nothing that a function has',
    (target) => {
      expect(quantities([elsewhere(target)])).toMatchObject({
        'EventBridge S3 events': 1,
        'EventBridge replayed events': 0.1,
        'SQS polls of empty queues': 0,
        'Lambda invocations': 0,
        'Lambda compute': 0,
        'DynamoDB writes': 0,
        'CloudWatch logs, written': 0,
        'CloudWatch custom metrics': 0,
        'X-Ray traces': 0,
      });
    },
  );

  test('whose target is its queue has a send, a receive and a delete for each event', () => {
    expect(quantities([elsewhere('queue')])['SQS requests for messages']).toBeCloseTo(3.3, 9);
    expect(
      quantities([elsewhere('queue')], { ...MONTH, shares: { Elsewhere: 0.5 } })['SQS requests for messages'],
    ).toBeCloseTo(1.65, 9);
  });

  test('whose target is another bus has an event there for each one here, and no message', () => {
    expect(quantities([elsewhere('bus'), indexer])).toMatchObject({
      'EventBridge sent to other buses': expect.closeTo(1.1, 9) as number,
      'SQS requests for messages': expect.closeTo(3.3, 9) as number,
    });
  });

  test('whose target is a state machine has five transitions for each event', () => {
    expect(quantities([elsewhere('state-machine')])).toMatchObject({
      'Step Functions state transitions': expect.closeTo(5.5, 9) as number,
      'SQS requests for messages': 0,
    });
  });

  test('is no line of a pipeline that has none', () => {
    expect(Object.keys(quantities([indexer])).filter((what) => /other buses|Step/.test(what))).toEqual([]);
  });
});

describe('a month', () => {
  test('of a consumer that takes but some names, whichever, is the share that is assumed of these', () => {
    expect(quantities([thumbnailer])).toMatchObject({
      'S3 thumbnails, written': expect.closeTo(220, 9) as number,
      'S3 objects read': expect.closeTo(220, 9) as number,
    });
    expect(quantities([thumbnailer], { ...MONTH, shares: { Thumbnailer: 0.01 } })).toMatchObject({
      'S3 objects read': expect.closeTo(11, 9) as number,
    });
  });

  test('of a consumer with an index has a write and a place there for one row in fifty, and of others no such line', () => {
    const index = { name: 'I', attribute: 'i', statuses: ['bad'], shows: ['error'] };
    const indexed = consumer('Indexed', { rows: { ...rows, index } });

    expect(quantities([indexed, indexer])).toMatchObject({
      'DynamoDB writes': expect.closeTo(2.2, 9) as number,
      'DynamoDB index, writes': expect.closeTo(0.022, 9) as number,
      'DynamoDB index, kept': expect.closeTo(0.008, 9) as number,
    });
    expect(Object.keys(quantities([indexer])).filter((what) => what.includes('index'))).toEqual([]);
  });

  test('has six metrics more with each consumer, and four that they derive', () => {
    expect(quantities([indexer])['CloudWatch custom metrics']).toBe(10);
    expect(quantities([indexer, counter, ledger])['CloudWatch custom metrics']).toBe(22);
    expect(quantities([indexer, counter, ledger, notifier])['CloudWatch custom metrics']).toBe(28);
  });

  test('of a consumer that keeps a row of everything: a write for each event, replayed ones too', () => {
    expect(quantities([indexer])).toMatchObject({
      'EventBridge S3 events': 1,
      'EventBridge replayed events': 0.1,
      'EventBridge archive, written': 1.024,
      'EventBridge archive, kept': 1.024,
      // a batch holds one: send, receive and delete of 1.1 million
      'SQS requests for messages': expect.closeTo(3.3, 9) as number,
      'Lambda invocations': expect.closeTo(1.1, 9) as number,
      // 14 ms each at a quarter of a GB
      'Lambda compute': expect.closeTo(1.1e6 * 0.014 * 0.25, 6) as number,
      'DynamoDB writes': expect.closeTo(1.1, 9) as number,
      'DynamoDB reads': 0,
      'DynamoDB rows kept': 0.7,
      'S3 objects read': 0,
    });
  });

  test('of a consumer that looks at its row for what comes again: CSVs alone, read and written once', () => {
    expect(quantities([counter])).toMatchObject({
      'Lambda invocations': expect.closeTo(0.22, 9) as number,
      // 14 ms for each of 220,000 events, and 20 ms for each of 200,000 megabytes
      'Lambda compute': expect.closeTo((220_000 * 0.014 + 200_000 * 0.02) * 0.25, 6) as number,
      'DynamoDB writes': 0.2,
      'DynamoDB reads': expect.closeTo(0.02, 9) as number,
      'DynamoDB rows kept': 0.14,
      'S3 objects read': 200,
    });
  });

  test('of a consumer that keeps lines: an object for each batch, and no row', () => {
    // 1.1 million in 2,628,000 s: 25 in a window of 60 s, and a batch holds 10
    expect(quantities([ledger])).toMatchObject({
      'S3 ledger, written': expect.closeTo(110, 9) as number,
      'S3 ledger, kept': expect.closeTo(0.66, 9) as number,
      'DynamoDB writes': 0,
      'DynamoDB rows kept': 0,
    });
  });

  test('of a consumer that keeps objects: a PUT for each event', () => {
    expect(quantities([rejecter])).toMatchObject({
      'S3 rejects, written': expect.closeTo(1_100, 9) as number,
      'S3 rejects, kept': 100,
      'S3 objects read': expect.closeTo(1_100, 9) as number,
      'DynamoDB writes': 0,
    });
  });

  test('of a consumer that keeps nothing: no PUT, no row', () => {
    const found = quantities([notifier]);

    expect(found).toMatchObject({ 'DynamoDB writes': 0, 'DynamoDB rows kept': 0, 'S3 objects read': 0 });
    expect(Object.keys(found).filter((what) => /written$|kept$/.test(what))).toEqual([
      'EventBridge archive, written',
      'EventBridge archive, kept',
      'DynamoDB rows kept',
      'CloudWatch logs, written',
      'CloudWatch logs, kept',
    ]);
  });

  test('of a consumer that takes a share of the uploads is that share of it', () => {
    const few = quantities([rejecter], { ...MONTH, shares: { Rejecter: 0.05 } });

    expect(few).toMatchObject({
      'S3 rejects, written': expect.closeTo(55, 9) as number,
      'S3 rejects, kept': 5,
      'Lambda invocations': expect.closeTo(0.055, 9) as number,
    });
  });

  test('of all together is the sum of each', () => {
    const all = quantities([indexer, counter, ledger, rejecter, notifier]);

    expect(all).toMatchObject({
      'DynamoDB writes': expect.closeTo(1.3, 9) as number,
      'DynamoDB rows kept': expect.closeTo(0.84, 9) as number,
      'S3 ledger, written': expect.closeTo(110, 9) as number,
      'S3 rejects, written': expect.closeTo(1_100, 9) as number,
      'CloudWatch alarms': 5,
    });
  });

  test('without an upload costs what stands there', () => {
    const lines = monthlyCost(
      { ...MONTH, uploads: 0 },
      {
        consumers: [indexer, rejecter],
        archiveDays: 0,
        alarms: 10,
        alarmMetrics: 10,
        compositeAlarms: 0,
        dashboards: 1,
        ...SEEN,
      },
    );

    expect(lines.filter(({ usd }) => usd > 0).map(({ what }) => what)).toEqual([
      'polls of empty queues',
      'alarms',
      'dashboard',
    ]);
    // 10 alarms at 0.10, a dashboard, and 1.314 million polls at 0.40
    expect(lines.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(1 + 3 + 0.5256, 9);
  });
});
