import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { turnMapping } from '../../../cli/consumers/mapping-switch.ts';
import { lambda, OUTPUTS, pipelineInAws, resetMocks } from '../../support/mocked-aws.ts';
import { consumerNamed } from '../../support/mocked-pipeline.ts';

const QUEUE = OUTPUTS['MetadataWriterQueueUrl']!;
const EventSourceArn = `arn:aws:sqs:eu-west-1:111122223333:${QUEUE.slice(QUEUE.lastIndexOf('/') + 1)}`;

function mappingIs(...states: readonly string[]): void {
  const answers = lambda.on(ListEventSourceMappingsCommand, { FunctionName: 'function-metadata-writer' });
  for (const State of states) {
    answers.resolvesOnce({ EventSourceMappings: [{ UUID: 'mapping', EventSourceArn, State }] });
  }
}

async function turned(isEnabled: boolean, signal = new AbortController().signal): Promise<string> {
  const pipeline = pipelineInAws();
  return await turnMapping(pipeline, consumerNamed(pipeline, 'metadata-writer'), isEnabled, signal);
}
const changes = () =>
  lambda.commandCalls(UpdateEventSourceMappingCommand).map(({ args: [{ input }] }) => input);

beforeEach(() => {
  resetMocks();
  lambda.on(UpdateEventSourceMappingCommand).resolves({});
});
afterAll(() => {
  vi.useRealTimers();
});

describe('a consumer’s event source mapping', () => {
  test('that is as it should be is not changed', async () => {
    mappingIs('Disabled');

    expect(await turned(false)).toBe('Disabled');
    expect(changes()).toEqual([]);
  });

  test('is changed once, and its new state is awaited', async () => {
    mappingIs('Enabled', 'Disabled');

    expect(await turned(false)).toBe('Disabled');
    expect(changes()).toEqual([{ UUID: 'mapping', Enabled: false }]);
  });

  test('tells the state on the way when the wait is interrupted', async () => {
    mappingIs('Disabled', 'Enabling');

    expect(await turned(true, AbortSignal.abort())).toBe('Enabling');
  });

  test('that is missing is refused, and says what brings it back', async () => {
    lambda.on(ListEventSourceMappingsCommand).resolves({});

    await expect(turned(true)).rejects.toMatchObject({
      message: 'no event source mapping brings the queue of metadata-writer to its function',
      nextStep: expect.stringContaining('deploy') as string,
    });
  });
});
