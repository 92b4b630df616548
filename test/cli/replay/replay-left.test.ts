import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { leftOf, totalLeft } from '../../../cli/replay/replay-left.ts';
import { OUTPUTS, pipelineInAws, resetMocks, sqs } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

test('what is left of a replay is in AWS all that the queues hold, and nobody knows of its letters', async () => {
  sqs.on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS['CsvRowCounterQueueUrl'] }).resolves({
    Attributes: {
      ApproximateNumberOfMessages: '3',
      ApproximateNumberOfMessagesDelayed: '1',
      ApproximateNumberOfMessagesNotVisible: '2',
    },
  });
  const pipeline = pipelineInAws();

  const left = await leftOf(
    pipeline,
    pipeline.consumersNamed(['metadata-writer', 'csv-row-counter']),
    'again',
  );

  expect(left).toEqual({
    countedBy: 'queues',
    consumers: [
      { consumer: 'metadata-writer', target: 'function', waiting: 0, retried: 0, letters: null },
      { consumer: 'csv-row-counter', target: 'function', waiting: 4, retried: 2, letters: null },
    ],
  });
  expect(totalLeft(left)).toBe(6);
});
