import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { envelopeText, sendBatch } from '../../../cli/pipeline/send-batch.ts';
import { pipelineInAws, resetMocks, sqs } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

test('an envelope holds no character that a message must not hold, and is the same when it is read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (key) => {
      const text = envelopeText({ key });

      expect(text).not.toMatch(/[\ufffe\uffff]/);
      expect(JSON.parse(text)).toEqual({ key });
    }),
  );
});

describe('a batch', () => {
  test('says of each message once whether it was sent, whatever SQS answers', async () => {
    const answers = fc.array(fc.constantFrom('taken', 'refused', 'no answer'), {
      minLength: 1,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(answers, async (all) => {
        const those = (wanted: string) => all.flatMap((answer, n) => (answer === wanted ? [n] : []));
        sqs.on(SendMessageBatchCommand).resolves({
          Successful: those('taken').map((n) => ({ Id: `${n}`, MessageId: 'm', MD5OfMessageBody: '' })),
          Failed: those('refused').map((n) => ({ Id: `${n}`, Code: 'TooLong', SenderFault: true })),
        });

        const { done, refused } = await sendBatch(
          pipelineInAws(),
          'url',
          all.map((body) => ({ body })),
        );

        expect(done).toEqual(those('taken'));
        expect(refused).toEqual(
          all.flatMap((answer, index) => {
            if (answer === 'taken') return [];
            return [{ index, error: answer === 'refused' ? 'TooLong: ' : 'SQS did not answer for it' }];
          }),
        );
      }),
      { numRuns: 50 },
    );
  });
});
