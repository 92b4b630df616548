import { expect, test } from 'vitest';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { CHECKS, runChecks } from './checks.ts';
import { outputsIn } from './target.ts';

test('the local runtime behaves as AWS is believed to, where that takes no waiting', async () => {
  await using pipeline = await PipelineUnderTest.start();
  const printed: string[] = [];
  const checks = CHECKS.filter(({ needsReplay }) => needsReplay !== true);

  const results = await runChecks(checks, pipeline.outputs, pipeline, (line) => printed.push(line));

  expect(printed.filter((line) => !line.startsWith('  ok'))).toEqual([]);
  expect(results).toHaveLength(10);
}, 60_000);

test('a belief that does not hold is reported, with what was seen', async () => {
  await using pipeline = await PipelineUnderTest.start();
  const printed: string[] = [];
  const wrong = { belief: 'water flows uphill', run: async () => '{"seen":"downhill"}' };

  const results = await runChecks([wrong], pipeline.outputs, pipeline, (line) => printed.push(line));

  expect(results).toEqual([{ belief: 'water flows uphill', isAsBelieved: false }]);
  expect(printed.join('\n')).toContain('{"seen":"downhill"}');
}, 60_000);

test('outputs are found in either file, and missed in another', () => {
  expect(outputsIn({ 'Sluice-dev': { IngestBucketName: 'b' } })).toEqual({ IngestBucketName: 'b' });
  expect(outputsIn({ endpoint: 'x', outputs: { IngestBucketName: 'c' } })).toEqual({ IngestBucketName: 'c' });
  expect(() => outputsIn({ other: {} })).toThrow(/IngestBucketName/);
});
