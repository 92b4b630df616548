import { GetMetricDataCommand, type GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { metricData } from '../../../cli/metrics/metric-data.ts';
import { errorNamed, metrics, NOW, pipelineInAws, resetMocks } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => void vi.useRealTimers());

const queries = Array.from({ length: 1_201 }, (_, index) => ({
  id: `one${index}`,
  namespace: 'AWS/SQS',
  metric: 'M',
  dimension: ['QueueName', `q${index}`] as const,
  stat: 'Sum',
}));
const periods = { since: new Date(NOW.getTime() - 60_000), until: NOW, periodSeconds: 60 };

const answer = ({ MetricDataQueries = [] }: GetMetricDataCommandInput) => ({
  MetricDataResults: MetricDataQueries.map(({ Id }) => ({ Id, Label: 'M', Timestamps: [NOW], Values: [1] })),
});

test('many metrics are asked for 500 a call', async () => {
  using pipeline = pipelineInAws();
  metrics.on(GetMetricDataCommand).callsFake(answer);

  const { values, costUsd } = await metricData(pipeline, queries, [], periods);

  const sizes = metrics
    .commandCalls(GetMetricDataCommand)
    .map(({ args: [{ input }] }) => input.MetricDataQueries?.length);
  expect(sizes).toEqual([500, 500, 201]);
  expect(values.size).toBe(1_201);
  expect(costUsd).toBeCloseTo(0.01201, 10);
});

test('a call that is throttled leaves the answers of the others', async () => {
  using pipeline = pipelineInAws();
  metrics
    .on(GetMetricDataCommand)
    .callsFakeOnce(answer)
    .rejectsOnce(errorNamed('ThrottlingException', 'Rate exceeded'))
    .callsFakeOnce(answer);

  const { values, unavailable } = await metricData(pipeline, queries, [], periods);

  expect(values.size).toBe(701);
  expect(unavailable).toEqual([
    { what: 'CloudWatch', why: expect.stringContaining('Rate exceeded') as string },
  ]);
});
