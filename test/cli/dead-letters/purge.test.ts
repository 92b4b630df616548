import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sourcesOf } from '../../../cli/dead-letters/letters.ts';
import { purge } from '../../../cli/dead-letters/purge.ts';
import { NOW, pipelineInAws, resetMocks, sqs } from '../../support/mocked-aws.ts';

const letters = (...names: string[]) => ({
  Messages: names.map((name) => ({
    MessageId: name,
    ReceiptHandle: `handle ${name}`,
    Body: '',
    Attributes: { SentTimestamp: String(NOW.getTime() - 60_000) },
  })),
});
const answered = ({ Entries }: { Entries: { Id: string }[] }) => ({
  Successful: Entries.map(({ Id }) => ({ Id })),
});
const handlesOf = (command: typeof DeleteMessageBatchCommand | typeof ChangeMessageVisibilityBatchCommand) =>
  sqs
    .commandCalls(command)
    .flatMap(({ args: [{ input }] }) => (input.Entries ?? []).map(({ ReceiptHandle }) => ReceiptHandle));

async function purged(...messageIds: string[]) {
  const pipeline = pipelineInAws();
  const [source] = sourcesOf(pipeline.consumersNamed(['metadata-writer']));
  return await purge(pipeline, source!, new Set(messageIds), new AbortController().signal);
}

beforeEach(() => {
  resetMocks();
  sqs.on(ChangeMessageVisibilityBatchCommand).callsFake(answered);
  sqs.on(DeleteMessageBatchCommand).callsFake(answered);
});
afterAll(() => {
  vi.useRealTimers();
});

describe('a purge', () => {
  test('deletes the letters named, and puts the others back at once', async () => {
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce(letters('a', 'b', 'c'))
      .resolves({});

    expect(await purged('a', 'c')).toEqual({ deleted: 2 });
    expect(handlesOf(DeleteMessageBatchCommand)).toEqual(['handle a', 'handle c']);
    expect(handlesOf(ChangeMessageVisibilityBatchCommand)).toEqual(['handle b']);
  });

  test('takes no more letters when all that were named are deleted', async () => {
    sqs.on(ReceiveMessageCommand).resolves(letters('a'));

    expect(await purged('a')).toEqual({ deleted: 1 });
    expect(sqs.commandCalls(ReceiveMessageCommand)).toHaveLength(1);
  });

  test('that breaks off says what it has deleted before, and puts back what it had only looked at', async () => {
    const error = new Error('socket hang up');
    sqs.on(ReceiveMessageCommand).resolvesOnce(letters('a', 'b')).rejects(error);

    expect(await purged('a', 'c')).toEqual({ deleted: 1, brokenOff: error });
    expect(handlesOf(ChangeMessageVisibilityBatchCommand)).toEqual(['handle b']);
  });
});
