import { describe, expect, test } from 'vitest';
import { letterOf, letterSummary, newestFirst, ownAttributes } from '../../../cli/dead-letters/letter.ts';
import { sourcesOf } from '../../../cli/dead-letters/letters.ts';
import { pipelineInAws } from '../../support/mocked-aws.ts';
import { busEvent } from '../../support/object-events.ts';

const [queue, rule] = sourcesOf(pipelineInAws().consumersNamed(['metadata-writer'])) as [never, never];
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const message = (attributes: Record<string, ReturnType<typeof text>>, body = JSON.stringify(busEvent())) => ({
  MessageId: 'm',
  ReceiptHandle: 'handle',
  Body: body,
  Attributes: { SentTimestamp: '1795608000000' },
  MessageAttributes: attributes,
});

describe('a letter', () => {
  test('of the queue has the reason and the error that the function wrote, and the keys of its events', () => {
    const body = JSON.stringify(busEvent({ key: 'csv/a.csv' }));
    const letter = letterOf(
      queue,
      message(
        { Reason: text('retries-exhausted'), ErrorName: text('SlowDown'), ErrorMessage: text('less') },
        body,
      ),
    );

    expect(letterSummary(letter)).toEqual({
      consumer: 'metadata-writer',
      kind: 'queue',
      messageId: 'm',
      reason: 'retries-exhausted',
      errorName: 'SlowDown',
      errorMessage: 'less',
      sentAt: '2026-11-25T12:00:00.000Z',
      keys: ['csv/a.csv'],
    });
  });

  test('without a reason is of a function that died on it', () => {
    expect(letterOf(queue, message({}))).toMatchObject({ reason: 'function-failed' });
  });

  test('of the rule has what EventBridge says', () => {
    const attributes = {
      ERROR_CODE: text('NO_PERMISSIONS'),
      ERROR_MESSAGE: text('not allowed'),
      EXHAUSTED_RETRY_CONDITION: text('MaximumRetryAttempts'),
      TARGET_ARN: text('arn:aws:sqs:eu-west-1:111122223333:Sluice-prod-metadata-writer'),
    };

    expect(letterOf(rule, message(attributes))).toMatchObject({
      kind: 'rule',
      reason: 'NO_PERMISSIONS',
      errorName: 'MaximumRetryAttempts',
      errorMessage: 'not allowed',
      targetArn: 'arn:aws:sqs:eu-west-1:111122223333:Sluice-prod-metadata-writer',
    });
  });

  test('that is no event is a letter all the same, about no key', () => {
    expect(letterOf(queue, message({}, 'no json'))).toMatchObject({ body: 'no json', events: [] });
  });

  test('goes back with the attributes that it had before alone', () => {
    const letter = letterOf(queue, message({ Reason: text('expired'), Trace: text('t-1') }));

    expect(ownAttributes(letter)).toEqual({ Trace: { DataType: 'String', StringValue: 't-1' } });
  });

  test('that was sent last comes first', () => {
    const letters = ['2026-11-20', '2026-11-22', '2026-11-21'].map((sentAt) => ({
      ...letterOf(queue, message({})),
      sentAt,
    }));

    expect(newestFirst(letters).map(({ sentAt }) => sentAt)).toEqual([
      '2026-11-22',
      '2026-11-21',
      '2026-11-20',
    ]);
  });
});
