import { describe, expect, test } from 'vitest';
import { monthlyCost } from '../../../cli/cost/cost.ts';
import { PRICES } from '../../../cli/cost/price-table.ts';
import type { ConsumerFacts } from '../../../cli/cost/template.ts';

const rows = { table: 'TTableName', key: { key: '{key}' } };

const COUNTER: ConsumerFacts = {
  id: 'Counter',
  keeps: { rows, of: { endings: ['.csv'], otherwise: 'no CSV' } },
  readsObjects: true,
  readsRows: true,
  batchSize: 10,
  windowSeconds: 0,
  memoryMb: 256,
  isTraced: true,
  loggedCounts: [],
  loggedSuccesses: 1,
};

const LEDGER: ConsumerFacts = {
  id: 'Ledger',
  keeps: { lines: 'ledger/' },
  readsObjects: false,
  readsRows: false,
  batchSize: 10,
  windowSeconds: 60,
  memoryMb: 512,
  isTraced: true,
  loggedCounts: [],
  loggedSuccesses: 1,
};

/** `service what` → dollars, of a million uploads, a fifth of them CSVs of a megabyte, and a tenth of them replayed. */
function dollars(consumers: readonly ConsumerFacts[]): Record<string, number> {
  const lines = monthlyCost(
    { uploads: 1e6, csvShare: 0.2, csvBytes: 1e6, replayShare: 0.1, shares: {} },
    {
      consumers,
      archiveDays: 60.8,
      logDays: 60.8,
      alarms: 4,
      alarmMetrics: 5,
      leastAlarmMetrics: 3,
      compositeAlarms: 2,
      dashboards: 1,
      ownMetrics: 4,
    },
  );
  return Object.fromEntries(lines.map(({ service, what, usd }) => [`${service} ${what}`, usd]));
}

describe('a month in dollars', () => {
  // each number is written out by hand from the list prices of the table, and not computed with it
  test.each([
    // 1 million at 1.00, and a tenth of it again
    ['EventBridge S3 events', 1],
    ['EventBridge replayed events', 0.1],
    // 1.024 GB at 0.10; kept for two months, so 2.048 GB-months at 0.023
    ['EventBridge archive, written', 0.1024],
    ['EventBridge archive, kept', 0.047104],
    // 220,000 events one by one: sent, received and deleted are 0.66 million at 0.40
    ['SQS requests for messages', 0.264],
    // 0.657 million at 0.40
    ['SQS polls of empty queues', 0.2628],
    // 0.22 million at 0.20
    ['Lambda invocations', 0.044],
    // 220,000 × 14 ms and 200,000 × 20 ms are 7,080 s; a quarter of a GB: 1,770 GB-s at 0.0000133334
    ['Lambda compute', 0.023600118],
    // 0.2 million at 0.625, 0.02 million replayed at 0.125, 0.14 GB at 0.25
    ['DynamoDB writes', 0.125],
    ['DynamoDB reads', 0.0025],
    ['DynamoDB rows kept', 0.035],
    // 200 thousand at 0.0004
    ['S3 objects read', 0.08],
    // 200,000 × 1,560 and 20,000 × 1,080 bytes (two lines and one of 480, 600 for each invocation) are 0.3336 GB at 0.50
    ['CloudWatch logs, written', 0.1668],
    // 0.15 of them for two months are 0.10008 GB-months at 0.03
    ['CloudWatch logs, kept', 0.0030024],
    // six of the consumer and four more are 10 at 0.30, 5 at 0.10, 2 at 0.50, 1 at 3.00
    ['CloudWatch custom metrics', 3],
    ['CloudWatch alarms', 0.5],
    ['CloudWatch composite alarms', 1],
    ['CloudWatch dashboard', 3],
    // fewer than one a second are traced all: 0.22 million at 5.00
    ['X-Ray traces', 1.1],
  ])('of a consumer that counts CSVs: %s is %d', (what, usd) => {
    expect(dollars([COUNTER])[what]).toBeCloseTo(usd, 9);
  });

  test('of a consumer that counts CSVs is 10.856206518 in all, and every line has its price', () => {
    const all = Object.values(dollars([COUNTER]));

    // the numbers above, added up
    expect(all.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(10.856206518, 9);
    expect(all).toHaveLength(19);
    expect(all.every((usd) => usd > 0)).toBe(true);
  });

  test('of a consumer that keeps lines has its objects', () => {
    const found = dollars([LEDGER]);

    // 1.1 million lines, ten in an object: 110 thousand PUTs at 0.005
    expect(found['S3 ledger, written']).toBeCloseTo(0.55, 9);
    // 1.1 million × 600 bytes: 0.66 GB at 0.023
    expect(found['S3 ledger, kept']).toBeCloseTo(0.01518, 9);
    // 110,000 × 58 ms, 50 of them for the PUT, and 1.1 million × 0.25 ms are 6,655 s; half a GB: 3,327.5 GB-s at 0.0000133334
    expect(found['Lambda compute']).toBeCloseTo(0.0443668885, 9);
    // sent each, received and deleted by ten: 1.1 + 0.11 + 0.11 million at 0.40
    expect(found['SQS requests for messages']).toBeCloseTo(0.528, 9);
  });
});

test('a month in dollars of what goes elsewhere is a dollar for a million events, and 125 for as many executions', () => {
  const elsewhere = {
    keeps: 'nothing',
    readsObjects: false,
    readsRows: false,
    batchSize: 0,
    windowSeconds: 0,
    memoryMb: 0,
    isTraced: false,
    loggedCounts: [],
    loggedSuccesses: 0,
  } as const;
  const found = dollars([
    { ...elsewhere, id: 'Bus', target: 'bus' },
    { ...elsewhere, id: 'Machine', target: 'state-machine' },
  ]);

  // 1.1 million at 1.00
  expect(found['EventBridge sent to other buses']).toBeCloseTo(1.1, 9);
  // 1.1 million × 5 transitions at 25.00
  expect(found['Step Functions state transitions']).toBeCloseTo(137.5, 9);
});

test('a price is a number of dollars above nothing', () => {
  expect(Object.entries(PRICES).filter(([, usd]) => !(usd > 0 && Number.isFinite(usd)))).toEqual([]);
});
