import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sourcesOf } from '../../../cli/dead-letters/letters.ts';
import { isRedrivable, redrive, type RedriveOptions } from '../../../cli/dead-letters/redrive.ts';
import { NOW, pipelineInAws, resetMocks, sqs } from '../../support/mocked-aws.ts';
import { consumerNamed } from '../../support/mocked-pipeline.ts';

interface Batch {
  readonly QueueUrl?: string;
  readonly Entries: readonly { readonly Id: string; readonly MessageBody?: string }[];
}

const letter = (name: string, more: Partial<Message> = {}): Message => ({
  MessageId: name,
  ReceiptHandle: `handle ${name}`,
  Body: name,
  Attributes: { SentTimestamp: String(NOW.getTime() - 60_000) },
  ...more,
});
const answered = ({ Entries }: Batch) => ({ Successful: Entries.map(({ Id }) => ({ Id })) });
const pipeline = pipelineInAws();
const [queueLetters, ruleLetters] = sourcesOf([consumerNamed(pipeline, 'metadata-writer')]).filter(
  isRedrivable,
);

/** What a redrive does to these letters; SQS hands them out ten at a time, and then has none. */
async function redriven(
  letters: readonly Message[],
  options: Partial<RedriveOptions> = {},
  source = queueLetters,
) {
  const portions = [letters.slice(0, 10), letters.slice(10, 20), letters.slice(20)];
  sqs.on(ReceiveMessageCommand).callsFake(() => ({ Messages: portions.shift() ?? [] }));
  return await redrive(pipeline, source!, {
    filter: { reasons: [] },
    signal: new AbortController().signal,
    ...options,
  });
}

const entriesOf = (command: unknown) =>
  sqs
    .commandCalls(command as typeof SendMessageBatchCommand)
    .flatMap(
      ({ args: [{ input }] }) => (input.Entries ?? []) as unknown as readonly Record<string, unknown>[],
    );
const sentBodies = () => entriesOf(SendMessageBatchCommand).map(({ MessageBody }) => MessageBody);
const deleted = () => entriesOf(DeleteMessageBatchCommand).map(({ ReceiptHandle }) => ReceiptHandle);
const putBack = () =>
  entriesOf(ChangeMessageVisibilityBatchCommand).map(({ ReceiptHandle }) => ReceiptHandle);

function beginAnew(): void {
  resetMocks();
  for (const command of [
    SendMessageBatchCommand,
    DeleteMessageBatchCommand,
    ChangeMessageVisibilityBatchCommand,
  ]) {
    sqs.on(command as typeof SendMessageBatchCommand).callsFake(answered);
  }
}
beforeEach(beginAnew);
afterAll(() => {
  vi.useRealTimers();
});

describe('a redrive', () => {
  test('sends each letter to its consumer’s queue, then deletes it, and leaves none behind', async () => {
    expect(await redriven([letter('a'), letter('b')])).toEqual({ moved: 2, notDeleted: 0, failures: [] });

    expect(sqs.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input.QueueUrl)).toEqual([
      queueLetters!.consumer.queueUrl,
    ]);
    expect(sentBodies()).toEqual(['a', 'b']);
    expect(deleted()).toEqual(['handle a', 'handle b']);
  });

  test('takes off the attributes that made it a letter, keeps those of the sender, and marks it', async () => {
    const own = { DataType: 'String', StringValue: 'x' };
    await redriven([letter('a', { MessageAttributes: { Reason: own, ErrorMessage: own, trace: own } })]);

    expect(entriesOf(SendMessageBatchCommand)[0]).toMatchObject({ MessageAttributes: { trace: own } });
    expect(entriesOf(SendMessageBatchCommand)[0]?.['MessageAttributes']).toEqual({
      trace: own,
      'sluice-redriven': { DataType: 'String', StringValue: 'true' },
    });
  });

  test('sends without the mark what has no room for it', async () => {
    const own = { DataType: 'String', StringValue: 'x' };
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`trace${n}`, own]));
    // SQS counts the mark's name, its type and its value: 15 + 6 + 4 bytes
    const bodies = [1_048_576 - 25, 1_048_576 - 24, 1_048_576].map((length) => 'x'.repeat(length));

    await redriven([...bodies.map((Body) => letter('a', { Body })), letter('b', { MessageAttributes: ten })]);

    const marks = entriesOf(SendMessageBatchCommand).map(
      ({ MessageAttributes }) => 'sluice-redriven' in (MessageAttributes as object),
    );
    expect(marks).toEqual([true, false, false, false]);
  });

  test('puts back at once what is not meant', async () => {
    const other = letter('b', {
      MessageAttributes: { Reason: { DataType: 'String', StringValue: 'malformed-event' } },
    });
    const filter = { reasons: ['malformed-event'] };

    expect(await redriven([letter('a'), other], { filter })).toMatchObject({ moved: 1 });
    expect([sentBodies(), putBack()]).toEqual([['b'], ['handle a']]);
  });

  test('leaves alone what came after it began', async () => {
    const later = letter('b', { Attributes: { SentTimestamp: String(NOW.getTime() + 1) } });

    expect(await redriven([letter('a'), later])).toMatchObject({ moved: 1 });
    expect([deleted(), putBack()]).toEqual([['handle a'], ['handle b']]);
  });

  test('deletes nothing that SQS did not take, and says why', async () => {
    sqs.on(SendMessageBatchCommand).callsFake(({ Entries }: Batch) => ({
      Successful: [{ Id: Entries[0]!.Id }],
      Failed: [{ Id: Entries[1]!.Id, Code: 'InvalidMessageContents', Message: 'odd', SenderFault: true }],
    }));

    const { moved, failures } = await redriven([letter('a'), letter('b')]);

    expect(moved).toBe(1);
    expect(failures).toEqual([{ messageId: 'b', error: expect.stringContaining('odd') as string }]);
    expect([deleted(), putBack()]).toEqual([['handle a'], ['handle b']]);
  });

  test('counts what it has sent and could not delete', async () => {
    sqs.on(DeleteMessageBatchCommand).rejects(new Error('socket hang up'));

    expect(await redriven([letter('a'), letter('b')])).toMatchObject({
      moved: 2,
      notDeleted: 2,
      brokenOff: new Error('socket hang up'),
    });
  });

  test('does not send a rule’s letter to another queue than the one it was meant for', async () => {
    const target = 'arn:aws:sqs:eu-west-1:111122223333:another';
    const astray = letter('a', {
      MessageAttributes: { TARGET_ARN: { DataType: 'String', StringValue: target } },
    });

    const { moved, failures } = await redriven([astray], {}, ruleLetters);

    expect(moved).toBe(0);
    expect(failures).toEqual([
      {
        messageId: 'a',
        error: `it was meant for ${target}, which is not the queue of metadata-writer any more; it stays where it is`,
      },
    ]);
    expect([sentBodies(), deleted(), putBack()]).toEqual([[], [], ['handle a']]);
  });

  test('sends every letter once, in requests that SQS takes, whatever their sizes and the limit', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 30 }), async (lengths, limit) => {
        beginAnew();
        const told: number[] = [];
        const letters = lengths.map((length, index) => letter(`${index}`, { Body: 'x'.repeat(length) }));

        const { moved } = await redriven(letters, { limit, onMoved: (count) => told.push(count) });

        const requests = sqs
          .commandCalls(SendMessageBatchCommand)
          .map(({ args: [{ input }] }) => input.Entries ?? []);
        const bytes = requests.map((entries) =>
          entries.reduce((sum, { MessageBody = '' }) => sum + MessageBody.length + 25, 0),
        );
        expect(moved).toBe(Math.min(lengths.length, limit));
        expect(deleted()).toEqual(letters.slice(0, moved).map(({ ReceiptHandle }) => ReceiptHandle));
        expect(Math.max(...bytes)).toBeLessThanOrEqual(1_048_576);
        expect(Math.max(...requests.map(({ length }) => length))).toBeLessThanOrEqual(10);
        expect(told.at(-1)).toBe(moved);
      }),
      { numRuns: 50 },
    );
  });
});
