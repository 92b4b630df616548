import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failedMessages } from '../../../local/lambda/batch-response.ts';

const IDS = ['a', 'b', 'c'];
const ALL = IDS;
const NONE: readonly string[] = [];

describe('an answer to a batch of a, b and c', () => {
  test.each([
    // complete success
    ['null, from a handler that returns nothing', 'null', NONE],
    ['an empty object', '{}', NONE],
    ['an empty list', '{"batchItemFailures":[]}', NONE],
    ['a null list', '{"batchItemFailures":null}', NONE],
    ['another field alone', '{"written":3}', NONE],
    // partial success
    ['one failed item', '{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['b']],
    [
      'one failed item, twice',
      '{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"b"}]}',
      ['b'],
    ],
    ['two failed items', '{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"}]}', ['a', 'c']],
    ['more in an item', '{"batchItemFailures":[{"itemIdentifier":"a","reason":"x"}]}', ['a']],
    // complete failure
    ['an unknown item', '{"batchItemFailures":[{"itemIdentifier":"x"}]}', ALL],
    [
      'an unknown item beside a known one',
      '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"x"}]}',
      ALL,
    ],
    ['an empty identifier', '{"batchItemFailures":[{"itemIdentifier":""}]}', ALL],
    ['a null identifier', '{"batchItemFailures":[{"itemIdentifier":null}]}', ALL],
    ['an identifier that is no text', '{"batchItemFailures":[{"itemIdentifier":1}]}', ALL],
    ['a bad key', '{"batchItemFailures":[{"messageId":"a"}]}', ALL],
    ['an identifier without its object', '{"batchItemFailures":["a"]}', ALL],
    ['a null item', '{"batchItemFailures":[null]}', ALL],
    ['a list that is none', '{"batchItemFailures":"a"}', ALL],
    ['a text', '"ok"', ALL],
    ['a list instead of an object', '[{"itemIdentifier":"a"}]', ALL],
    ['no JSON', '{"batchItemFailures":', ALL],
    ['nothing at all', '', ALL],
  ])('with %s', (_, answer, failed) => {
    expect([...failedMessages(answer, IDS)].toSorted()).toEqual(failed);
  });

  test('whatever it is, fails none that is not in the batch', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        const failed = failedMessages(JSON.stringify({ batchItemFailures: answer }), IDS);

        expect(IDS).toEqual(expect.arrayContaining([...failed]));
      }),
    );
  });
});
