import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { NOW, OUTPUTS, resetMocks, runAgainstAws, sqs } from '../../support/mocked-aws.ts';

const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
const LETTERS = ['a', 'b', 'c'].map((name) => ({
  MessageId: name,
  ReceiptHandle: `handle ${name}`,
  Body: `body ${name}`,
  Attributes: { SentTimestamp: String(NOW.getTime() - 60_000) },
  MessageAttributes: {
    Reason: attribute('retries-exhausted'),
    ErrorName: attribute('SlowDown'),
    ErrorMessage: attribute('please reduce your rate'),
    OriginalMessageId: attribute('first'),
  },
}));
const FLAGS = ['--consumer=metadata-writer', '--kind=queue'];

beforeEach(() => {
  resetMocks();
  const QueueUrl = OUTPUTS['MetadataWriterDeadLetterQueueUrl'];
  sqs.on(GetQueueAttributesCommand, { QueueUrl }).resolves({
    Attributes: {
      ApproximateNumberOfMessages: '3',
      ApproximateNumberOfMessagesNotVisible: '0',
      MessageRetentionPeriod: '1209600',
    },
  });
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
  sqs.on(DeleteMessageBatchCommand).callsFake(({ Entries }: { Entries: { Id: string }[] }) => ({
    Successful: Entries.map(({ Id }) => ({ Id })),
  }));
});
afterAll(() => {
  vi.useRealTimers();
});

describe('dead purge', () => {
  test('that an error breaks off says how many letters it has deleted', async () => {
    const looked = sqs.on(ReceiveMessageCommand).resolvesOnce({ Messages: LETTERS }).resolvesOnce({});
    looked
      .resolvesOnce({ Messages: LETTERS.slice(0, 2) })
      .rejects(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));

    const { exitCode, out, err } = await runAgainstAws('dead', 'purge', '--count=3', '--json', ...FLAGS);

    expect(JSON.parse(out)).toMatchObject({ verb: 'dead purge', purged: 2 });
    expect(err).toContain('purged 2 letters');
    expect(err).toContain('broken off after 2 letters: no answer from AWS in eu-west-1: socket hang up');
    expect(exitCode).toBe(4);
  });
});

describe('dead show', () => {
  test('says the reason and the error once, and the other attributes too', async () => {
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: LETTERS.slice(0, 1) })
      .resolves({});

    const { exitCode, out } = await runAgainstAws('dead', 'show', 'a', ...FLAGS);

    expect(exitCode).toBe(0);
    for (const text of ['retries-exhausted', 'SlowDown', 'please reduce your rate', 'body a']) {
      expect(out.split(text)).toHaveLength(2);
    }
    expect(out).toMatch(/^OriginalMessageId +first$/m);
  });
});
