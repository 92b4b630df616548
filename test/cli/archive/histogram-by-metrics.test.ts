import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { archiveDocument } from '../../../cli/archive/archive-document.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { errorNamed, metrics, NOW, resetMocks, runAgainstAws } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

async function archive(...args: string[]) {
  const ran = await runAgainstAws('archive', ...args, '--json');
  return { ...ran, document: JSON.parse(ran.out) as DocumentOf<typeof archiveDocument> };
}

describe('the histogram of an archive in AWS', () => {
  test('is what CloudWatch counted of the rule that feeds it', async () => {
    metrics
      .on(GetMetricDataCommand)
      .resolvesOnce({
        NextToken: 'more',
        MetricDataResults: [
          { Id: 'rule0', Timestamps: [minutesAgo(2)], Values: [40] },
          { Id: 'rule1', Timestamps: [minutesAgo(2)], Values: [90] },
        ],
      })
      .resolves({ MetricDataResults: [{ Id: 'rule0', Timestamps: [minutesAgo(5)], Values: [2] }] });

    const { document, exitCode } = await archive('--since', '5m');

    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      state: 'ENABLED',
      retentionDays: 90,
      since: '2026-11-20T11:55:00.000Z',
      until: NOW.toISOString(),
      periodSeconds: 60,
      countedBy: 'metrics',
      isCounted: true,
      types: [{ type: 'any', events: [2, 0, 0, 40, 0] }],
      oldest: null,
      newest: null,
    });
    expect(document.note).toContain('its rule Events-Archive-archive took in');
    const rules = metrics
      .commandCalls(GetMetricDataCommand)[0]!
      .args[0].input.MetricDataQueries!.map(({ MetricStat }) => MetricStat!.Metric!.Dimensions);
    expect(rules).toEqual(
      ['Events-Archive-archive', 'rule-metadata-writer', 'rule-csv-row-counter', 'rule-ledger-exporter'].map(
        (Value) => [{ Name: 'RuleName', Value }],
      ),
    );
  });

  test('is the most of any consumer’s rule where CloudWatch has nothing of that rule, and says what that is', async () => {
    metrics.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        { Id: 'rule1', Timestamps: [minutesAgo(2), minutesAgo(1)], Values: [7, 1] },
        { Id: 'rule3', Timestamps: [minutesAgo(1)], Values: [9] },
      ],
    });

    const { document } = await archive('--since', '3m');

    expect(document.types).toEqual([{ type: 'any', events: [0, 7, 9] }]);
    expect(document.note).toContain(
      'the most events that any consumer’s rule delivered in each period, replayed ones too',
    );
  });

  test('has periods that CloudWatch keeps at that age', async () => {
    const since = async (time: string) => (await archive('--since', time, '--periods', '1000')).document;

    expect((await since('1h')).periodSeconds).toBe(60);
    expect((await since('16d')).periodSeconds).toBe(1_800);
    const old = await archive('--since', '64d', '--until', '2026-09-17T12:10Z', '--periods', '1000');
    expect(old.document.periodSeconds).toBe(3_600);
    expect((await since('500d')).note).toContain('CloudWatch keeps numbers for 455 days');
  });

  test('is of the last day unless it is asked for more, and empty where nothing was counted', async () => {
    const { document, exitCode } = await archive();

    expect(exitCode).toBe(3);
    expect(document).toMatchObject({ since: '2026-11-19T12:00:00.000Z', isCounted: true, types: [] });
  });

  test('says so where CloudWatch may not be asked, and tells the rest', async () => {
    metrics.on(GetMetricDataCommand).rejects(errorNamed('AccessDenied', 'not authorized to GetMetricData'));

    const { document, exitCode, err } = await archive();

    expect(exitCode).toBe(4);
    expect(document).toMatchObject({ state: 'ENABLED', isCounted: false, types: [] });
    expect(document.note).toMatch(/^CloudWatch could not be asked: .*GetMetricData/);
    expect(err).not.toContain('0 events from');
  });
});
