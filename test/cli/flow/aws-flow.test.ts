import { GetMetricDataCommand, type GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { DescribeArchiveCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { flowDocument } from '../../../cli/flow/flow-document.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import {
  errorNamed,
  events,
  metrics,
  NOW,
  OUTPUTS,
  resetMocks,
  runAgainstAws,
  sqs,
} from '../../support/mocked-aws.ts';

type FlowDocument = DocumentOf<typeof flowDocument>;

beforeEach(resetMocks);
afterAll(() => void vi.useRealTimers());

const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

/** Each of these metrics had so much three and ten minutes ago. */
function answerWith(values: Readonly<Record<string, number>>): void {
  metrics.on(GetMetricDataCommand).callsFake(({ MetricDataQueries = [] }: GetMetricDataCommandInput) => ({
    MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
      const { MetricName = '', Dimensions = [] } = MetricStat?.Metric ?? {};
      const value = values[`${MetricName} ${Dimensions[0]?.Value}`];
      return {
        Id,
        Label: MetricName,
        Timestamps: value === undefined ? [] : [ago(3), ago(10)],
        Values: value === undefined ? [] : [value, value],
      };
    }),
  }));
}

async function run(...args: string[]) {
  const { exitCode, out, err } = await runAgainstAws('flow', ...args);
  return { exitCode, out, err, document: () => JSON.parse(out) as FlowDocument };
}

describe('flow in AWS', () => {
  test('is what SQS says now, and what CloudWatch has of the last quarter of an hour', async () => {
    answerWith({
      'Invocations Events-Archive-archive': 600,
      'MatchedEvents rule-csv-row-counter': 300,
      'Invocations rule-csv-row-counter': 300,
      'FailedInvocations rule-csv-row-counter': 1,
      'NumberOfMessagesDeleted Sluice-prod-csv-row-counter': 150,
      'ApproximateAgeOfOldestMessage Sluice-prod-csv-row-counter': 42,
    });
    sqs.on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS['CsvRowCounterQueueUrl'] }).resolves({
      Attributes: {
        ApproximateNumberOfMessages: '5',
        ApproximateNumberOfMessagesNotVisible: '2',
        ApproximateNumberOfMessagesDelayed: '1',
      },
    });
    const { exitCode, document } = await run('--json', '--consumer', 'csv-row-counter');

    expect(exitCode).toBe(0);
    expect(document()).toMatchObject({
      countedBy: 'metrics',
      since: ago(15).toISOString(),
      bus: { published: 1_200, waiting: null, perSecond: { published: 2 } },
      consumers: [
        {
          name: 'csv-row-counter',
          matched: 600,
          delivered: 598,
          done: 300,
          failed: 0,
          waiting: 5,
          inFlight: 2,
          delayed: 1,
          oldestAgeSeconds: 42,
          deadLetters: 0,
          perSecond: { matched: 1, done: 0.5, failed: 0 },
        },
      ],
      unavailable: [],
    });
  });

  test('says what looking at this interval costs an hour', async () => {
    const [slow, quick] = [
      await run('--json'),
      await run('--json', '--interval', '5s', '--consumer', 'csv-row-counter'),
    ];
    const metricsAsked =
      metrics.commandCalls(GetMetricDataCommand)[0]!.args[0].input.MetricDataQueries!.length;

    // 120 looks an hour; nine queues
    expect(slow.document().costPerHourUsd).toBeCloseTo(120 * (metricsAsked / 100_000 + 9 * 0.4e-6), 6);
    expect(quick.exitCode).toBe(0);
  });

  test.each([
    [
      'CloudWatch',
      () => metrics.on(GetMetricDataCommand).rejects(errorNamed('ThrottlingException', 'Rate exceeded')),
    ],
    [
      'archive archive',
      () => events.on(DescribeArchiveCommand).rejects(errorNamed('AccessDeniedException', 'no')),
    ],
    [
      'queue Sluice-prod-csv-row-counter',
      () =>
        sqs
          .on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS['CsvRowCounterQueueUrl'] })
          .rejects(errorNamed('AccessDenied', 'no')),
    ],
  ])('without %s says so, and tells the rest', async (what, breakIt) => {
    answerWith({ 'MatchedEvents rule-csv-row-counter': 3 });
    breakIt();
    const { exitCode, document } = await run('--json', '--consumer', 'csv-row-counter');

    const { consumers, unavailable, archive } = document();
    expect(exitCode).toBe(4);
    expect(unavailable).toEqual([{ what, why: expect.any(String) as string }]);
    expect([consumers[0]?.matched === null, archive.events === null, consumers[0]?.waiting === null]).toEqual(
      [what === 'CloudWatch', true, what.startsWith('queue')],
    );
  });

  test('is a table for a person, with the cost below', async () => {
    answerWith({ 'MatchedEvents rule-csv-row-counter': 3 });
    const { out, err } = await run('--consumer', 'csv-row-counter');

    expect(out).toMatch(/^csv-row-counter\t6\t/);
    expect(err).toContain('by CloudWatch, some minutes behind');
    expect(err).toMatch(/costs about \$0\.\d{3} an hour/);
  });
});
