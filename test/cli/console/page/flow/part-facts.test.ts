import { describe, expect, test } from 'vitest';
import { edgeFacts } from '../../../../../cli/console/page/flow/edge-facts.ts';
import { flowGraph, partsOf, type StatusDocument } from '../../../../../cli/console/page/flow/flow-graph.ts';
import { partFacts, rateText, shortCount } from '../../../../../cli/console/page/flow/part-facts.ts';
import { partNumbers } from '../../../../../cli/console/page/flow/part-numbers.ts';
import type { FlowDocument } from '../../../../../cli/console/page/flow-feed.ts';
import { flowDocument, statusDocument, statusWith, WRITER } from './flow-samples.ts';

const partNamed = (id: string, status: StatusDocument = statusDocument()) =>
  partsOf(flowGraph([WRITER], status)).find((part) => part.id === id)!;

const facts = (id: string, flow: FlowDocument | undefined, status?: StatusDocument) =>
  partFacts(partNamed(id, status), flow, 'uploads-bucket');

describe('what stands on a part', () => {
  test('is what waits in a queue, how old it is, and its letters', () => {
    expect(
      facts('queue:writer', flowDocument({ waiting: 12_345, oldestAgeSeconds: 75, deadLetters: 2 })),
    ).toEqual({
      number: '12.3k',
      unit: 'waiting',
      more: 'oldest 75 s',
      letters: 2,
      name: 'writer queue: 12,345 waiting, oldest 75 s, 2 dead letters',
    });
  });

  test.each([
    ['bucket', 'bucket: uploads-bucket'],
    ['bus', 'bus: 7 events'],
    ['archive', 'archive: 7 kept'],
    ['rule:writer', 'writer rule: 7 matched, 1 dead letter'],
    ['queue:writer', 'writer queue: 2 waiting, 3 in hand'],
    ['function:writer', 'writer function: 5 done, 4 failed'],
    ['table:writer', 'writer table: uploads, rows'],
  ])('%s is said as a sentence too', (id, name) => {
    const flow = flowDocument({ inFlight: 3, failed: 4, ruleDeadLetters: 1 });

    expect(facts(id, flow).name).toBe(name);
  });

  test('is a question mark where nobody knows', () => {
    expect(facts('queue:writer', flowDocument({ waiting: null }))).toMatchObject({
      number: '?',
      name: 'writer queue: waiting not known',
    });
    expect(facts('rule:writer', undefined).number).toBe('?');
  });

  test('says what stops it, and what is broken', () => {
    const paused = statusWith('writer queue → function', { state: 'warning' }, { mapping: 'disabled' });
    const cut = statusWith('writer rule', { state: 'failed' });

    expect(facts('function:writer', flowDocument(), paused)).toMatchObject({
      more: 'paused',
      name: 'writer function: 5 done, paused',
    });
    expect(facts('rule:writer', flowDocument(), cut).name).toBe('writer rule: 7 matched, broken');
  });
});

describe('the panel of a part', () => {
  test('has its numbers in full, and marks what somebody should look at', () => {
    const numbers = partNumbers(
      partNamed('queue:writer'),
      flowDocument({ waiting: 12_345, deadLetters: 2 }),
      undefined,
    );

    expect(numbers).toContainEqual({ label: 'Waiting', text: '12,345' });
    expect(numbers).toContainEqual({ label: 'Dead letters', text: '2', isBad: true });
  });

  test('says of every number that nobody knows that it is not known', () => {
    const texts = ['bus', 'archive', 'rule:writer', 'function:writer', 'table:writer'].flatMap((id) =>
      partNumbers(partNamed(id), undefined, undefined).map(({ text }) => text),
    );

    expect(new Set(texts)).toEqual(new Set(['not known']));
  });
});

const edges = (status: StatusDocument) => flowGraph([WRITER], status).lanes[0]!.edges;

const labels = (flow: FlowDocument, status = statusDocument()) =>
  edges(status).map((edge) => edgeFacts(edge, flow).label);

describe('an edge', () => {
  test('has the rate of what it leads to', () => {
    expect(labels(flowDocument())).toEqual(['2.5/s', '2.5/s', '15/s', '12/s']);
  });

  test('moves the faster the more flows, and not at all where nothing does or nobody knows', () => {
    const pixels = [null, 0, 0.2, 1, 10, 1_000, 100_000].map(
      (matched) =>
        edgeFacts(
          edges(statusDocument())[0]!,
          flowDocument({ perSecond: matched === null ? null : { matched, done: 0, failed: 0 } }),
        ).dashPixels,
    );

    expect(pixels.slice(0, 2)).toEqual([undefined, undefined]);
    const moving = pixels.slice(2).map(Number);
    expect(moving).toEqual(moving.toSorted((one, other) => one - other));
    expect(moving[0]).toBeLessThan(moving.at(-1)!);
  });

  test('that is cut or stopped says so, and does not move', () => {
    const cut = statusWith('writer rule → queue', { state: 'failed' });

    expect(labels(flowDocument(), cut)[1]).toBe('cut');
    expect(edgeFacts(edges(cut)[1]!, flowDocument()).dashPixels).toBeUndefined();
  });
});

test.each([
  [0, '0'],
  [9_999, '9,999'],
  [10_000, '10.0k'],
  [99_949, '99.9k'],
  [99_950, '100k'],
  [999_949, '1000k'],
  [999_950, '1.0M'],
  [1_234_567, '1.2M'],
  [null, '?'],
])('the count %s is short as %s', (count, text) => {
  expect(shortCount(count)).toBe(text);
});

test.each([
  [0, '0/s'],
  [0.01, '<0.1/s'],
  [0.44, '0.4/s'],
  [9.96, '10/s'],
  [999.6, '1.0k/s'],
  [250_000, '250k/s'],
  [null, undefined],
])('the rate %s is %s', (rate, text) => {
  expect(rateText(rate)).toBe(text);
});
