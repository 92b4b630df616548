import { expect, test } from 'vitest';
import { embeddedMetrics } from '../../../local/measures/embedded-metrics.ts';

const line = (metrics: readonly unknown[], values: object): string =>
  JSON.stringify({
    _aws: {
      Timestamp: 1_764_072_000_000,
      CloudWatchMetrics: [{ Namespace: 'Sluice-dev', Dimensions: [['service']], Metrics: metrics }],
    },
    service: 'csv-row-counter',
    ...values,
  });

test.each<[what: string, text: string, told: readonly (readonly [string, number])[]]>([
  ['a number', line([{ Name: 'RowsCounted', Unit: 'Count' }], { RowsCounted: 3 }), [['RowsCounted', 3]]],
  ['several numbers', line([{ Name: 'RowsCounted' }], { RowsCounted: [3, 4] }), [['RowsCounted', 7]]],
  ['a name that is told twice', line([{ Name: 'A' }, { Name: 'A' }], { A: 1 }), [['A', 1]]],
  ['a name of the prototype', line([{ Name: 'toString' }], {}), []],
  ['a metric without a value', line([{ Name: 'A' }, { Name: 'B' }], { B: 2 }), [['B', 2]]],
  ['a value that is no number', line([{ Name: 'A' }], { A: 'many' }), []],
  ['less than nothing', line([{ Name: 'A' }], { A: -1 }), []],
  ['a name that is no text', line([{ Name: 7 }, null, 'A'], { 7: 1, A: 1 }), []],
  ['a name too long', line([{ Name: 'x'.repeat(256) }], { ['x'.repeat(256)]: 1 }), []],
  [
    'what is in the log alone, beside a metric',
    line([{ Name: 'Failed', Unit: 'Count' }], { Failed: 1, counted: { Recorded: 3 } }),
    [
      ['Failed', 1],
      ['Recorded', 3],
    ],
  ],
  ['what is in the log alone', '{"counted":{"Recorded":3},"service":"one-consumer"}', [['Recorded', 3]]],
  ['what is counted as text', '{"counted":{"Recorded":"3"}}', []],
  ['a line of another kind', '{"level":"INFO","message":"recorded"}', []],
  ['what only looks like it', '{"_aws" but no JSON', []],
  ['other types throughout', '{"_aws":{"CloudWatchMetrics":{"Metrics":3}}}', []],
  ['a null', '{"_aws":null}', []],
])('of %s is told what it counts', (_, text, told) => {
  expect(embeddedMetrics(text)).toEqual(told);
});

test('a hundred metrics of a line are told', () => {
  const names = Array.from({ length: 150 }, (_, index) => `M${index}`);
  const values = Object.fromEntries(names.map((name) => [name, 1]));

  expect(
    embeddedMetrics(
      line(
        names.map((Name) => ({ Name })),
        values,
      ),
    ),
  ).toHaveLength(100);
});
