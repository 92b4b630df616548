import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { previewReplay } from '../../../cli/replay/replay-preview.ts';
import { routesOf } from '../../../cli/pipeline/routing.ts';
import { sampleEvent } from '../../../shared/object-event/sample-event.ts';
import { ACCOUNT, metrics, NOW, pipelineInAws, resetMocks, tables } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

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

test('a preview on this machine names the objects that the events are about, each once, and counts the others', async () => {
  tables.on(BatchGetCommand).resolves({ Responses: {} });
  const keys = Array.from({ length: 22 }, (_, index) => `k${String(index).padStart(2, '0')}`);
  const events = [...keys, 'k00', 'folder/'].map((key) =>
    sampleEvent('put', { bucket: 'ingest', key, account: ACCOUNT, time: '2026-11-20T11:00:00Z' }),
  );
  const pipeline = mockedPipeline({ runtime: { archive: () => ({ events }) } });
  const routes = await routesOf(pipeline, pipeline.consumersNamed(['metadata-writer']));

  const preview = await previewReplay(pipeline, routes, { since: new Date(0), until: NOW });

  // no rule lets the folder's placeholder through
  expect(preview).toMatchObject({ countedBy: 'archive', events: 23 });
  expect(preview.objects).toEqual({ count: 22, keys: keys.slice(0, 20) });
});
