import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { NOW, OUTPUTS, resetMocks, runAgainstAws, s3, sqs, tables } from '../support/mocked-aws.ts';

interface Batch {
  readonly QueueUrl: string;
  readonly Entries: readonly {
    readonly Id: string;
    readonly MessageBody?: string;
    readonly ReceiptHandle?: string;
  }[];
}

const taken = (Id: string) => ({ Id, MessageId: Id, MD5OfMessageBody: '' });
const refused = (Id: string, SenderFault: boolean) => ({
  Id,
  Code: 'Refused',
  Message: 'not now',
  SenderFault,
});
const LETTERS = ['a', 'b', 'c'].map((name) => ({
  MessageId: name,
  ReceiptHandle: `handle ${name}`,
  Body: `body ${name}`,
  Attributes: { SentTimestamp: String(NOW.getTime() - 60_000) },
}));

beforeEach(() => {
  resetMocks();
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
});
afterAll(() => {
  vi.useRealTimers();
});

const redrive = async () => {
  const { exitCode, out, err } = await runAgainstAws(
    'redrive',
    '--yes',
    '--json',
    '--consumer=metadata-writer',
    '--kind=queue',
  );
  return { exitCode, err, ...(JSON.parse(out) as object) };
};
/** Bodies of each request to send. */
const sent = () =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .map(({ args: [{ input }] }) => (input.Entries ?? []).map(({ MessageBody }) => MessageBody));
/** Handles of each request to delete. */
const deleted = () =>
  sqs
    .commandCalls(DeleteMessageBatchCommand)
    .map(({ args: [{ input }] }) => (input.Entries ?? []).map(({ ReceiptHandle }) => ReceiptHandle));

describe('redrive', () => {
  beforeEach(() => {
    const QueueUrl = OUTPUTS['MetadataWriterDeadLetterQueueUrl'];
    sqs.on(GetQueueAttributesCommand, { QueueUrl }).resolves({
      Attributes: {
        ApproximateNumberOfMessages: '3',
        ApproximateNumberOfMessagesNotVisible: '0',
        MessageRetentionPeriod: '1209600',
      },
    });
    // looked at, then taken
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: LETTERS })
      .resolvesOnce({})
      .resolvesOnce({ Messages: LETTERS })
      .resolves({});
    sqs.on(SendMessageBatchCommand).callsFake(({ Entries }: Batch) => ({
      Successful: Entries.map(({ Id }) => taken(Id)),
    }));
    sqs.on(DeleteMessageBatchCommand).callsFake(({ Entries }: Batch) => ({
      Successful: Entries.map(({ Id }) => ({ Id })),
    }));
  });

  test('sends again what SQS refuses for now, and deletes all of it', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Successful: [taken('0'), taken('2')], Failed: [refused('1', false)] })
      .resolves({ Successful: [taken('1')] });

    expect(await redrive()).toMatchObject({ exitCode: 0, moved: 3, notDeleted: 0, failures: [] });
    expect(sent()).toEqual([['body a', 'body b', 'body c'], ['body b']]);
    expect(deleted()[0]?.toSorted()).toEqual(['handle a', 'handle b', 'handle c']);
  });

  test('leaves where it is what SQS refuses for good, says so, and is partly done', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolves({ Successful: [taken('0'), taken('2')], Failed: [refused('1', true)] });

    expect(await redrive()).toMatchObject({
      exitCode: 4,
      moved: 2,
      failures: [{ messageId: 'b', error: 'Refused: not now' }],
    });
    expect(deleted()).toEqual([['handle a', 'handle c']]);
  });

  test('takes nothing for sent that SQS has not answered for', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Successful: [taken('0')], Failed: [] });

    expect(await redrive()).toMatchObject({
      exitCode: 4,
      moved: 1,
      failures: [{ messageId: 'b' }, { messageId: 'c', error: 'SQS did not answer for it' }],
    });
  });

  test('deletes again what SQS would not delete for now', async () => {
    sqs
      .on(DeleteMessageBatchCommand)
      .resolvesOnce({ Successful: [{ Id: '0' }], Failed: [refused('1', false), refused('2', true)] })
      .resolves({ Successful: [{ Id: '1' }] });

    expect(await redrive()).toMatchObject({ exitCode: 4, moved: 3, notDeleted: 1 });
    expect(deleted()[1]).toEqual(['handle b']);
  });
});

const network = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const answer = ({ Entries }: Batch) => ({ Successful: Entries.map(({ Id }) => taken(Id)) });
const named = (letter: string) => [{ ...LETTERS[0]!, MessageId: letter, ReceiptHandle: letter }];

describe('redrive that an error breaks off', () => {
  beforeEach(() => {
    sqs.on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS['MetadataWriterDeadLetterQueueUrl'] }).resolves({
      Attributes: {
        ApproximateNumberOfMessages: '4',
        ApproximateNumberOfMessagesNotVisible: '0',
        MessageRetentionPeriod: '1209600',
      },
    });
    // looked at, then taken in two portions
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: [...LETTERS, ...named('d')] })
      .resolvesOnce({})
      .resolvesOnce({ Messages: LETTERS })
      .resolvesOnce({ Messages: named('d') })
      .resolves({});
    sqs.on(SendMessageBatchCommand).callsFake(answer);
    sqs.on(DeleteMessageBatchCommand).callsFake(answer);
  });

  test('says how many were redriven before it, in its document too, and is partly done', async () => {
    sqs.on(SendMessageBatchCommand).callsFakeOnce(answer).rejects(network());

    const ran = await redrive();

    expect(ran).toMatchObject({ exitCode: 4, moved: 3, notDeleted: 0, failures: [] });
    expect(ran.err).toContain('broken off after 3 letters');
    expect(ran.err).toContain('redrive again');
  });

  test('says what it has sent and could not delete', async () => {
    sqs.on(DeleteMessageBatchCommand).rejects(network());

    expect(await redrive()).toMatchObject({ exitCode: 4, moved: 3, notDeleted: 3 });
  });

  test('before the first letter is that error, and nothing is said to be done', async () => {
    sqs.on(SendMessageBatchCommand).rejects(network());

    expect(await redrive()).toMatchObject({ exitCode: 6, moved: 0, notDeleted: 0 });
  });
});

/** A row of the counter. */
const count = (file_key: string) => ({ file_key, version_id: 'v', deleted: false, status: 'counted' });

describe('verify', () => {
  const LONG_AGO = new Date('2026-11-01T00:00:00Z');

  beforeEach(() => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: ['csv/a.csv', 'csv/b.csv'].map((Key) => ({
        Key,
        VersionId: 'v',
        IsLatest: true,
        Size: 1,
        ETag: '"e"',
        LastModified: LONG_AGO,
      })),
    });
  });

  test('asks again for rows that DynamoDB leaves unread, and takes none of them for missing', async () => {
    tables
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { counts: [count('csv/a.csv')] },
        UnprocessedKeys: { counts: { Keys: [{ file_key: 'csv/b.csv' }] } },
      })
      .resolves({ Responses: { counts: [count('csv/b.csv')] } });

    const { out } = await runAgainstAws('verify', '--json');

    expect(JSON.parse(out)).toMatchObject({ counts: { missing: 2 }, compared: { csvObjects: 2 } });
  });

  test('--repair sends the others when some are refused, says so, and is partly done', async () => {
    tables.on(BatchGetCommand).resolves({});
    sqs
      .on(SendMessageBatchCommand)
      .callsFake(({ QueueUrl, Entries }: Batch) =>
        QueueUrl.endsWith('csv-row-counter')
          ? { Successful: [taken('0')], Failed: [refused('1', true)] }
          : { Successful: Entries.map(({ Id }) => taken(Id)) },
      );

    const { exitCode, out, err } = await runAgainstAws('verify', '--repair', '--yes', '--json');

    expect(exitCode).toBe(4);
    expect(JSON.parse(out)).toMatchObject({ counts: { missing: 2, 'not-counted': 2 }, repairsSent: 3 });
    expect(err).toContain('1 repair could not be sent (Refused: not now)');
  });
});
