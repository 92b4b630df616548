import { describe, expect, test } from 'vitest';
import {
  archivedAsRecent,
  samplesAsRecent,
  tallyOf,
  triedEvents,
} from '../../../../cli/console/page/lab/tried-events.ts';
import { endingsOf, foldersOf, leavesOf, seenValues } from '../../../../cli/console/page/lab/seen-values.ts';
import { judge, parsedEvent, patternJudge, type Judgement } from '../../../../cli/explain/judge.ts';
import { parseEvent } from '../../../../shared/event-pattern/pattern-event.ts';
import { writeJson } from '../../../../shared/event-pattern/pattern-json.ts';
import { sampleEvent } from '../../../../shared/object-event/sample-event.ts';
import {
  BUS_SAMPLE_KINDS,
  SAMPLE_KINDS,
  type SampleKind,
} from '../../../../shared/object-event/sample-kinds.ts';

const archived = ['csv/a.csv', 'images/b.png', 'csv/c.txt'].map((key, index) => ({
  time: `2026-11-20T0${index}:00:00Z`,
  type: 'Object Created',
  key,
  id: `id-${index}`,
  event: sampleEvent('put', { key }),
}));

/** What `sluice explain` says of them, the newest first. */
const judged = async (key: readonly object[]) => {
  const judges = [await patternJudge(JSON.stringify({ detail: { object: { key } } }))];
  return archivedAsRecent(archived).map(({ event }) => {
    const parsed = parsedEvent({ from: 'a test', text: JSON.stringify(event) });
    return { consumers: judge(judges, parsed, undefined).map(inDocument) };
  });
};
const inDocument = (judgement: Judgement) =>
  JSON.parse(JSON.stringify(judgement)) as Parameters<typeof triedEvents>[1][number]['consumers'][number];

describe('recent events', () => {
  test('stand with the newest first', () => {
    expect(archivedAsRecent(archived).map(({ id }) => id)).toEqual(['id-2', 'id-1', 'id-0']);
  });

  test('are told apart by a pattern, clause by clause, and compared with the one that is deployed', async () => {
    const tried = triedEvents(
      archivedAsRecent(archived),
      await judged([{ suffix: '.csv' }, { suffix: '.png' }]),
      await judged([{ prefix: 'csv/' }]),
    );

    expect(tried.map(({ id, matched, matchedBefore }) => ({ id, matched, matchedBefore }))).toEqual([
      { id: 'id-2', matched: false, matchedBefore: true },
      { id: 'id-1', matched: true, matchedBefore: false },
      { id: 'id-0', matched: true, matchedBefore: true },
    ]);
    expect(tried[0]?.clauses).toMatchObject([
      { path: 'detail.object.key', found: ['"csv/c.txt"'], matched: false },
    ]);
    expect(tallyOf(tried)).toEqual({ matched: 2, of: 3, newly: 1, noLonger: 1 });
  });

  test('of samples are those that a rule can see', () => {
    const samples = (Object.keys(SAMPLE_KINDS) as SampleKind[]).map((kind) => ({
      kind,
      event: sampleEvent(kind),
    }));

    const kinds = samplesAsRecent(samples, 'a').map(({ id }) => id);

    expect(kinds).toContain('put');
    expect(kinds).toContain('replay');
    expect(kinds.filter((kind) => /notification|backfill|sqs/.test(kind))).toEqual([]);
  });
});

describe('values that were seen', () => {
  test.each(BUS_SAMPLE_KINDS)('in an event of %s are those that patterns are held against', (kind) => {
    const event = sampleEvent(kind);
    const held = Array.from(
      parseEvent(JSON.stringify(event)).leaves,
      ([path, leaves]) => [path, leaves.map(({ value }) => writeJson(value))] as const,
    );

    expect([...leavesOf(event)]).toEqual(held);
  });

  test('are counted by path, the most frequent first', () => {
    const seen = seenValues(archived.map(({ event }) => event));

    expect(seen.get('detail.reason')).toEqual([['"PutObject"', 3]]);
    expect(seen.get('detail.object.size')).toEqual([['5', 3]]);
    expect(seen.get('detail.object.key')).toHaveLength(3);
  });

  test.each([
    ['csv/2026/a.tar.gz', ['csv/2026/', 'csv/'], ['.tar.gz', '.gz']],
    ['a', [], []],
    ['a.b/c', ['a.b/'], []],
  ])('of the key %s have the folders %j and the endings %j', (key, folders, endings) => {
    expect([foldersOf(key), endingsOf(key)]).toEqual([folders, endings]);
  });
});
