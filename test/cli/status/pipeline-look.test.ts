import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, test } from 'vitest';
import { isQueue, mappingsOf } from '../../../cli/status/pipeline-look.ts';
import { queueName } from '../../../cli/pipeline/queue-name.ts';
import { lambda, resetMocks } from '../../support/mocked-aws.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/111122223333/orders';

const arn = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`;

describe('a queue', () => {
  test.each([
    [arn('orders'), true],
    // the local runtime's host is another one, and nobody looks at it
    ['arn:aws:sqs:us-east-1:111122223333:orders', true],
    [arn('dead-orders'), false],
    ['arn:aws:sqs:eu-west-1:444455556666:orders', false],
    [undefined, false],
  ])('has the ARN %s: %s', (queueArn, expected) => {
    expect(isQueue(queueArn, QUEUE_URL)).toBe(expected);
  });

  test('is named by the last part of its URL', () => {
    expect(queueName(QUEUE_URL)).toBe('orders');
  });
});

describe('the event source mappings of a consumer', () => {
  test('are those of its own queue alone', async () => {
    const pipeline = mockedPipeline();
    lambda.on(ListEventSourceMappingsCommand, { FunctionName: 'function-csv-row-counter' }).resolves({
      EventSourceMappings: [
        { UUID: 'another', EventSourceArn: arn('another') },
        { UUID: 'own', EventSourceArn: arn('Sluice-prod-csv-row-counter') },
        { UUID: 'none' },
      ],
    });

    const found = await mappingsOf(pipeline, consumerNamed(pipeline, 'csv-row-counter'));

    expect(found.map(({ UUID }) => UUID)).toEqual(['own']);
  });
});
