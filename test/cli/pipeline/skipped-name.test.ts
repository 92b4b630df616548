import { beforeEach, describe, expect, test } from 'vitest';
import { whySkippedThere } from '../../../cli/pipeline/skipped-name.ts';
import { resetMocks } from '../../support/mocked-aws.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

/** Why the counter, whose rule asks for these keys, skips one. */
function why(keys: unknown, key: string, consumer = 'csv-row-counter'): string | undefined {
  const pipeline = mockedPipeline();
  const pattern = JSON.stringify(keys === undefined ? {} : { detail: { object: { key: keys } } });
  return whySkippedThere(pipeline, { consumer: consumerNamed(pipeline, consumer), pattern }, key);
}

describe('a name that a consumer skips', () => {
  test.each<[string, unknown, string]>([
    ['under csv/, but not named as a CSV', [{ prefix: 'csv/' }], 'csv/readme.txt'],
    ['under csv/, but not named as a CSV', [{ prefix: 'csv/' }], 'csv/._x.csv'],
    ['under csv/raw/, but not named as a CSV', [{ prefix: 'csv/' }, { prefix: 'csv/raw/' }], 'csv/raw/a.txt'],
    [
      'like reports/*, but not named as a CSV',
      [{ prefix: 'csv/' }, { wildcard: 'reports/*' }],
      'reports/a.txt',
    ],
    ['not named as a CSV', [{ 'anything-but': { suffix: '/' } }], 'a.txt'],
    ['not named as a CSV', ['a.txt', { prefix: { 'equals-ignore-case': 'A' } }], 'a.txt'],
    ['not named as a CSV', undefined, 'a.txt'],
    ['a folder’s placeholder', [{ prefix: 'csv/' }], 'csv/2026/'],
  ])('is told of as %s by a rule for %j', (text, keys, key) => {
    expect(why(keys, key)).toBe(text);
  });

  test('is none that it takes, nor one of a consumer that takes all', () => {
    expect(why([{ prefix: 'csv/' }], 'csv/a.Csv')).toBeUndefined();
    expect(why([{ prefix: 'csv/' }], 'csv/readme.txt', 'metadata-writer')).toBeUndefined();
  });
});
