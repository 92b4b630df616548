import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { expect, test } from 'vitest';
import { withLoggedCounts } from '../../../functions/batch/logged-counts.ts';
import { embeddedMetrics } from '../../../local/measures/embedded-metrics.ts';
import { isCountsLine } from '../../../shared/log-fields.ts';

function line(...logged: readonly string[]) {
  const metrics = new Metrics({ namespace: 'Sluice-prod', serviceName: 'one-consumer' });
  metrics.addMetric('Recorded', MetricUnit.Count, 1);
  metrics.addMetric('Recorded', MetricUnit.Count, 1);
  metrics.addMetric('EventAge', MetricUnit.Milliseconds, 40);
  metrics.addMetric('EventAge', MetricUnit.Milliseconds, 25);
  metrics.addMetric('Failed', MetricUnit.Count, 1);
  return withLoggedCounts(metrics.serializeMetrics(), new Set(logged));
}

test('counts that are logged are fields of their line, in one number each, and no metrics', () => {
  const mixed = line('Recorded', 'EventAge', 'Skipped') as { readonly _aws: unknown };

  expect(mixed).toMatchObject({
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'Sluice-prod',
          Dimensions: [['service']],
          Metrics: [{ Name: 'Failed', Unit: 'Count' }],
        },
      ],
    },
    service: 'one-consumer',
    Failed: 1,
    // the longest of times
    counted: { Recorded: 2, EventAge: 40 },
  });
  expect(mixed).not.toHaveProperty('Recorded');
});

test('a line without a metric has nothing of CloudWatch’s format', () => {
  expect(line('Recorded', 'EventAge', 'Failed')).toEqual({
    service: 'one-consumer',
    counted: { Recorded: 2, EventAge: 40, Failed: 1 },
  });
});

test('a line without a logged count is the line that it was', () => {
  expect(line('Skipped')).toMatchObject({ Recorded: [1, 1], EventAge: [40, 25], Failed: 1 });
  expect(line('Skipped')).not.toHaveProperty('counted');
});

test.each([[[]], [['Recorded']], [['Recorded', 'EventAge', 'Failed']]])(
  'what is logged alone, %j, is counted here as it would be as metrics, and is no line for people',
  (logged) => {
    const text = JSON.stringify(line(...logged));
    const counted = Object.fromEntries(embeddedMetrics(text));

    expect(counted).toMatchObject({ Recorded: 2, Failed: 1 });
    expect(isCountsLine(text)).toBe(true);
  },
);
