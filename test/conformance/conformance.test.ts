import { expect, test } from 'vitest';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { notLookedAt } from './belief.ts';
import { CHECKS } from './checks.ts';
import { rehearse } from './rehearsal.ts';
import { outputsIn } from './target.ts';

test('the local runtime behaves as AWS is believed to, where that takes no waiting', async () => {
  await using pipeline = await PipelineUnderTest.start();

  const { results, printed } = await rehearse(CHECKS, pipeline);

  expect(printed.filter((line) => line.startsWith('DIFFERS'))).toEqual([]);
  expect(results.filter(({ verdict }) => verdict === 'as believed')).toHaveLength(11);
  expect(printed.filter((line) => line.startsWith('  --'))).toEqual([
    expect.stringMatching(/a replay delivers .*\n {6}not looked at: give --with-replay; it waits/),
    expect.stringMatching(
      /a line of a locked ledger .*\n {6}not looked at: the output bucket has no Object Lock/,
    ),
    expect.stringMatching(/a line of an S3 Inventory .*\n {6}not looked at: give --inventory/),
  ]);
}, 60_000);

test('a belief that does not hold is reported, with what was seen', async () => {
  await using pipeline = await PipelineUnderTest.start();
  const checks = [
    { belief: 'water flows uphill', run: async () => '{"seen":"downhill"}' },
    { belief: 'the tide comes back', run: async () => notLookedAt('wait for six hours') },
  ];

  const { results, printed } = await rehearse(checks, pipeline);

  expect(results).toEqual([
    { belief: 'water flows uphill', verdict: 'differs' },
    { belief: 'the tide comes back', verdict: 'not looked at' },
  ]);
  expect(printed).toEqual([
    'DIFFERS water flows uphill\n      {"seen":"downhill"}',
    '  --  the tide comes back\n      not looked at: wait for six hours',
  ]);
}, 60_000);

test('outputs are found in either file, and missed in another', () => {
  expect(outputsIn({ 'Sluice-dev': { IngestBucketName: 'b' } })).toEqual({ IngestBucketName: 'b' });
  expect(outputsIn({ endpoint: 'x', outputs: { IngestBucketName: 'c' } })).toEqual({ IngestBucketName: 'c' });
  expect(() => outputsIn({ other: {} })).toThrow(/IngestBucketName/);
});
