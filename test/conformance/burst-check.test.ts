import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { BURST_CHECK } from './burst-check.ts';
import { rehearse } from './rehearsal.ts';

let pipeline: PipelineUnderTest;
beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

describe('the step of the burst', () => {
  test('is as believed of fifty rows, and tells what they took', async () => {
    const { printed } = await rehearse([BURST_CHECK], pipeline);

    expect(printed).toEqual([
      expect.stringMatching(
        /^ {6}from upload to row: \d+\.\d s \(median of 50\), \d+\.\d s at most; 180 s are allowed$/,
      ),
      expect.stringMatching(
        /^ {6}of that the function worked on each, by its log so far: \d+ ms \(median of 50\), \d+ ms at most$/,
      ),
      `  ok  ${BURST_CHECK.belief}`,
    ]);
    expect(await pipeline.metadataRows()).toHaveLength(50);
  });

  test('differs where the queue allows no time', async () => {
    await pipeline.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: pipeline.output('MetadataWriterQueueUrl'),
        Attributes: { VisibilityTimeout: '0' },
      }),
    );

    const { printed } = await rehearse([BURST_CHECK], pipeline);

    expect(printed.at(-1)).toMatch(/^DIFFERS .*\n {6}\{"seconds":\[.*"mostSeconds":0\}$/);
  });
});
