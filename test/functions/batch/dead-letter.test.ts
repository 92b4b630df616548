import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deadLetterReason, letterAttributes } from '../../../functions/batch/dead-letter.ts';
import { InvalidEventError } from '../../../shared/object-event/invalid-event-error.ts';

const message = { messageId: '059f36b4-87a3-44ab-83d2-661975830a7d', body: '{}' };

/** The characters that SQS takes in a body or an attribute. */
// oxlint-disable-next-line no-control-regex -- tab and line ends are taken
const TAKEN_BY_SQS = /^[\u0009\u000a\u000d\u0020-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]+$/u;

describe('deadLetterReason', () => {
  test.each(['malformed-event', 'unsupported-event'] as const)(
    'gives a message up at once for a %s',
    (kind) => {
      expect(deadLetterReason(new InvalidEventError(kind, 'no'), 1, 14)).toBe(kind);
    },
  );

  test.each([
    [1, undefined],
    [13, undefined],
    [14, 'retries-exhausted'],
    [15, 'retries-exhausted'],
  ])('after receive %i of 14 that failed otherwise is %s', (receiveCount, reason) => {
    expect(deadLetterReason(new Error('throttled'), receiveCount, 14)).toBe(reason);
  });
});

describe('letterAttributes', () => {
  test('say why, the error, and which message it was', () => {
    const attributes = letterAttributes('retries-exhausted', new TypeError('no table'), message);

    expect(attributes).toEqual({
      Reason: { DataType: 'String', StringValue: 'retries-exhausted' },
      ErrorName: { DataType: 'String', StringValue: 'TypeError' },
      ErrorMessage: { DataType: 'String', StringValue: 'no table' },
      OriginalMessageId: { DataType: 'String', StringValue: message.messageId },
    });
  });

  test.each([
    ['null\u0000 and escape\u001b[31m', 'null\\u0000 and escape\\u001b[31m'],
    ['half of a pair \ud83d.', 'half of a pair \\ud83d.'],
    ['\ufffe\uffff', '\\ufffe\\uffff'],
    ['tab\t, line\r\n, 🚰', 'tab\t, line\r\n, 🚰'],
    ['', '-'],
  ])('write %j as %j, for SQS refuses the rest', (text, expected) => {
    expect(letterAttributes('retries-exhausted', new Error(text), message)['ErrorMessage']?.StringValue).toBe(
      expected,
    );
  });

  test.each([['thrown text'], [undefined], [null], [{ code: 7 }]])(
    'can be made of %j, which is no error',
    (thrown) => {
      expect(letterAttributes('retries-exhausted', thrown, message)['ErrorName']?.StringValue).toBe(
        'NonError',
      );
    },
  );

  test('fit SQS, whatever the error says: not empty, no refused character, whole characters only', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 3_000 }),
        fc.string({ unit: 'binary' }),
        (text, name) => {
          const error = Object.assign(new Error(text), { name });

          for (const { StringValue } of Object.values(letterAttributes('malformed-event', error, message))) {
            expect(StringValue).toMatch(TAKEN_BY_SQS);
            expect(StringValue?.isWellFormed()).toBe(true);
            expect(Buffer.byteLength(StringValue ?? '')).toBeLessThanOrEqual(1_024);
          }
        },
      ),
    );
  });

  test('leave room for a body that is nearly as large as a message may be', () => {
    const body = 'x'.repeat(1_048_576 - 200);
    const attributes = letterAttributes('malformed-event', new Error('y'.repeat(5_000)), {
      ...message,
      body,
    });

    const bytes = Object.entries(attributes)
      .flatMap(([name, { DataType = '', StringValue = '' }]) => [name, DataType, StringValue])
      .reduce((sum, text) => sum + Buffer.byteLength(text), Buffer.byteLength(body));
    expect(bytes).toBeLessThanOrEqual(1_048_576);
  });
});
