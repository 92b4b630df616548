import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { depthIn, queueDepth } from '../../../cli/pipeline/queue-depth.ts';
import { pipelineInAws, resetMocks, sqs } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

describe('the depth of a queue', () => {
  test('counts those that are delayed among those that wait', () => {
    const depth = depthIn({
      ApproximateNumberOfMessages: '3',
      ApproximateNumberOfMessagesNotVisible: '5',
      ApproximateNumberOfMessagesDelayed: '7',
    });

    expect(depth).toEqual({ waiting: 10, inHand: 5 });
  });

  test('is nothing where SQS says nothing', () => {
    expect(depthIn({})).toEqual({ waiting: 0, inHand: 0 });
  });

  test('is asked of one queue, by its three attributes', async () => {
    sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: '2' } });

    expect(await queueDepth(pipelineInAws(), 'https://queue')).toEqual({ waiting: 2, inHand: 0 });
    expect(sqs.commandCalls(GetQueueAttributesCommand)[0]?.args[0].input).toEqual({
      QueueUrl: 'https://queue',
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    });
  });
});
