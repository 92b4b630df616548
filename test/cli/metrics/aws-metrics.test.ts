import { GetMetricDataCommand, type GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { metricsDocument } from '../../../cli/metrics/metrics-document.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { errorNamed, metrics, NOW, resetMocks, runAgainstAws } from '../../support/mocked-aws.ts';

type MetricsDocument = DocumentOf<typeof metricsDocument>;

beforeEach(resetMocks);
afterAll(() => void vi.useRealTimers());

const MINUTE_MS = 60_000;
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * MINUTE_MS);

/** Answers each metric with one value five minutes ago, by its name and statistic, as CloudWatch shapes it. */
function answerWith(
  values: Readonly<Record<string, number>>,
  found: Readonly<Record<string, number>> = {},
): void {
  metrics.on(GetMetricDataCommand).callsFake((input: GetMetricDataCommandInput) => ({
    MetricDataResults: (input.MetricDataQueries ?? []).flatMap(({ Id, MetricStat, Expression }) => {
      if (Expression !== undefined) {
        return Object.entries(found).map(([Label, value]) => ({
          Id,
          Label,
          Timestamps: [ago(5)],
          Values: [value],
          StatusCode: 'Complete',
        }));
      }
      const name = MetricStat?.Metric?.MetricName ?? '';
      const value = values[`${name} ${MetricStat?.Stat}`];
      return [
        {
          Id,
          Label: name,
          Timestamps: value === undefined ? [] : [ago(5)],
          Values: value === undefined ? [] : [value],
          StatusCode: 'Complete',
        },
      ];
    }),
  }));
}

const asked = (): readonly GetMetricDataCommandInput[] =>
  metrics.commandCalls(GetMetricDataCommand).map(({ args: [{ input }] }) => input);

async function run(...args: string[]): Promise<MetricsDocument> {
  const { exitCode, out, err } = await runAgainstAws('metrics', '--json', ...args);
  expect([exitCode, err.includes('sluice:')]).toEqual([0, false]);
  return JSON.parse(out) as MetricsDocument;
}

/** An answer with one value of the first metric. */
const page = (minutes: number, value: number, more: object = {}) => ({
  MetricDataResults: [{ Id: 'events0', Label: 'x', Timestamps: [ago(minutes)], Values: [value] }],
  ...more,
});

describe('metrics in AWS', () => {
  test('are the services’ and the functions’ own, each in the period it was counted in', async () => {
    answerWith(
      {
        'NumberOfMessagesDeleted Sum': 40,
        'Failed Sum': 2,
        'Errors Sum': 1,
        'EventAge p95': 850,
        'ApproximateAgeOfOldestMessage Maximum': 12,
        'Duration p99': 431.5,
      },
      { RowsCounted: 1_000, BytesCounted: 5e6, EventAge: 99, Failed: 2 },
    );
    const document = await run('--consumer', 'csv-row-counter');

    const [{ series }] = document.consumers as [MetricsDocument['consumers'][number]];
    const at = document.times.indexOf(ago(5).toISOString());
    expect(at).toBe(55);
    expect(document).toMatchObject({ countedBy: 'cloudwatch', periodSeconds: 60 });
    expect([series.events[at], series.failed[at], series.functionErrors[at]]).toEqual([40, 2, 1]);
    expect([series.ageP95Ms[at], series.ageP50Ms[at], series.durationP99Ms[at]]).toEqual([850, null, 431.5]);
    expect([series.oldestAgeSeconds[at], series['RowsCounted']?.[at], series['BytesCounted']?.[at]]).toEqual([
      12, 1_000, 5e6,
    ]);
    expect(series).not.toHaveProperty('EventAge');
    expect(series.events.filter((one) => one !== null)).toHaveLength(1);
    expect(new Set(Object.values(series).map((one) => one.length))).toEqual(new Set([document.times.length]));
  });

  test('say what they cost, and that nobody tells the memory', async () => {
    answerWith({}, { RowsCounted: 1 });
    const { costUsd, unavailable, consumers } = await run('--consumer', 'csv-row-counter');

    // twelve metrics and one that was found, at a cent for a thousand
    expect(costUsd).toBeCloseTo(asked()[0]!.MetricDataQueries!.length / 100_000, 10);
    expect(unavailable).toEqual([{ what: 'memoryMb', why: expect.stringContaining('log alone') as string }]);
    expect(consumers[0]?.series.memoryMb.every((one) => one === null)).toBe(true);
  });

  test('say where the ages are of a consumer that has worked and tells CloudWatch none', async () => {
    answerWith({ 'NumberOfMessagesDeleted Sum': 40 });
    const { unavailable } = await run('--consumer', 'csv-row-counter');

    expect(unavailable).toContainEqual({
      what: 'ageP50Ms, ageP95Ms, ageP99Ms',
      why: expect.stringMatching(/^the log alone has it of csv-row-counter, .*what was counted/) as string,
    });
  });

  test('are asked for in the dimensions that they are counted in', async () => {
    await run('--consumer', 'csv-row-counter');

    const queries = asked()[0]!.MetricDataQueries!;
    const told = queries.map(({ MetricStat, Expression }) =>
      Expression === undefined
        ? `${MetricStat?.Metric?.Namespace} ${MetricStat?.Metric?.MetricName} ${MetricStat?.Metric?.Dimensions?.[0]?.Value}`
        : Expression,
    );
    expect(told).toContain('AWS/SQS NumberOfMessagesDeleted Sluice-prod-csv-row-counter');
    expect(told).toContain('AWS/Lambda Errors function-csv-row-counter');
    expect(told).toContain('Sluice-prod EventAge csv-row-counter');
    expect(told).toContain(`SEARCH('{"Sluice-prod",service} service="csv-row-counter"', 'Sum', 60)`);
    expect(queries.every(({ Id }) => /^[a-z][a-zA-Z0-9_]*$/.test(Id ?? ''))).toBe(true);
  });

  test('of several pages are put together', async () => {
    metrics
      .on(GetMetricDataCommand)
      .resolvesOnce(page(3, 7, { NextToken: 'more' }))
      .resolvesOnce(page(2, 9));
    const { consumers } = await run('--consumer', 'csv-row-counter');

    expect(consumers[0]?.series.events.filter((one) => one !== null)).toEqual([7, 9]);
    // the paginator asks with one input, which it changes
    expect(asked().map(({ NextToken }) => NextToken)).toEqual(['more', 'more']);
  });

  test('of the past are asked for in periods that CloudWatch still has', async () => {
    await run('--since', '20d', '--until', '479h');

    expect(asked()[0]!.MetricDataQueries![0]!.MetricStat?.Period).toBe(300);
  });

  test.each([
    ['throttled', errorNamed('ThrottlingException', 'Rate exceeded'), 'asks for less'],
    ['denied', errorNamed('AccessDenied', 'not authorized: cloudwatch:GetMetricData'), 'access denied'],
    [
      'expired',
      errorNamed('ExpiredTokenException', 'The security token is expired'),
      'does not take these credentials',
    ],
    ['not there', errorNamed('NotImplemented', 'GetMetricData is not implemented'), 'not implemented'],
  ])('that are %s are null, and said to be unavailable and why', async (_, error, why) => {
    metrics.on(GetMetricDataCommand).rejects(error);
    const document = await run();

    expect(document.unavailable).toContainEqual({
      what: 'CloudWatch',
      why: expect.stringContaining(why) as string,
    });
    expect(document.costUsd).toBe(0);
    expect(document.consumers).toHaveLength(3);
    expect(document.consumers[0]?.series.events.every((one) => one === null)).toBe(true);
  });

  test('of which CloudWatch keeps one back tell the others', async () => {
    metrics.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        { Id: 'events0', Label: 'Deleted', Timestamps: [ago(2)], Values: [3], StatusCode: 'Complete' },
        {
          Id: 'failed0',
          Label: 'Failed',
          StatusCode: 'Forbidden',
          Messages: [{ Code: 'Forbidden', Value: 'no access' }],
        },
      ],
    });
    const document = await run('--consumer', 'csv-row-counter');

    expect(document.unavailable).toContainEqual({ what: 'CloudWatch, Failed', why: 'no access' });
    expect(document.consumers[0]?.series.events).toContain(3);
  });
});
