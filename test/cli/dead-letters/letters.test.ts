import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { lookAtLetters, sourcesOf } from '../../../cli/dead-letters/letters.ts';
import { NOW, pipelineInAws, resetMocks, sqs } from '../../support/mocked-aws.ts';
import { consumerNamed } from '../../support/mocked-pipeline.ts';

const pipeline = pipelineInAws();
const [source] = sourcesOf([consumerNamed(pipeline, 'metadata-writer')]);

/** What SQS hands out, ten at a time; after the last portion it has none, or fails. */
function lettersAre(names: readonly string[], failure?: Error): void {
  const portions = [names.slice(0, 10), names.slice(10)].filter(({ length }) => length > 0);
  sqs.on(ReceiveMessageCommand).callsFake(() => {
    const portion = portions.shift();
    if (portion === undefined && failure !== undefined) throw failure;
    const Attributes = { SentTimestamp: String(NOW.getTime() - 60_000) };
    return { Messages: portion?.map((name) => ({ MessageId: name, ReceiptHandle: name, Attributes })) };
  });
}

const putBack = () =>
  sqs
    .commandCalls(ChangeMessageVisibilityBatchCommand)
    .flatMap(({ args: [{ input }] }) => input.Entries ?? [])
    .map(({ ReceiptHandle, VisibilityTimeout }) => [ReceiptHandle, VisibilityTimeout]);

const look = (most?: number) =>
  lookAtLetters(pipeline, source!, {
    signal: new AbortController().signal,
    ...(most !== undefined && { most }),
  });

const NAMES = Array.from({ length: 12 }, (_, index) => `letter ${index}`);

beforeEach(() => {
  resetMocks();
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
});

describe('a look at letters', () => {
  test('puts them all back at once, and deletes none', async () => {
    lettersAre(NAMES);

    expect((await look()).map(({ messageId }) => messageId)).toEqual(NAMES);
    expect(putBack()).toEqual(NAMES.map((name) => [name, 0]));
    expect(sqs.commandCalls(DeleteMessageBatchCommand)).toEqual([]);
  });

  test('takes no further portion once it has seen enough', async () => {
    lettersAre(NAMES);

    expect(await look(3)).toHaveLength(10);
    expect(putBack()).toHaveLength(10);
  });

  test('puts back what it has in hand when SQS fails', async () => {
    lettersAre(NAMES, new Error('socket hang up'));

    await expect(look()).rejects.toThrow('socket hang up');
    expect(putBack()).toEqual(NAMES.map((name) => [name, 0]));
  });
});
