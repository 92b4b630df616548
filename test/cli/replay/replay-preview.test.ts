import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { previewReplay } from '../../../cli/replay/replay-preview.ts';
import { routesOf } from '../../../cli/pipeline/routing.ts';
import { metrics, NOW, pipelineInAws, resetMocks } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

test('a preview in AWS sums up what each rule delivered, and counts an event once', async () => {
  metrics.on(GetMetricDataCommand).resolves({
    MetricDataResults: [
      { Id: 'rule1', Values: [400_000, 100_000] },
      { Id: 'rule0', Values: [1_500_000, 500_000] },
    ],
  });
  const pipeline = pipelineInAws();
  const routes = await routesOf(pipeline, pipeline.consumers);

  // two million events, at one dollar a million
  expect(await previewReplay(pipeline, routes, { since: new Date(0), until: NOW })).toEqual({
    countedBy: 'metrics',
    events: 2_000_000,
    costUsd: 2,
    consumers: [
      { consumer: 'metadata-writer', events: 2_000_000 },
      { consumer: 'csv-row-counter', events: 500_000 },
      { consumer: 'ledger-exporter', events: 0 },
    ],
  });
});
