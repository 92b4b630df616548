import { describe, expect, test } from 'vitest';
import {
  archivedAsRecent,
  samplesAsRecent,
  tallyOf,
  tryEvents,
} from '../../../../cli/console/page/lab/tried-events.ts';
import { endingsOf, foldersOf, seenValues } from '../../../../cli/console/page/lab/seen-values.ts';
import { compilePattern } from '../../../../shared/event-pattern/pattern-matcher.ts';
import { sampleEvent } from '../../../../shared/object-event/sample-event.ts';
import { SAMPLE_KINDS, type SampleKind } from '../../../../shared/object-event/sample-kinds.ts';

const archived = ['csv/a.csv', 'images/b.png', 'csv/c.txt'].map((key, index) => ({
  time: `2026-11-20T0${index}:00:00Z`,
  type: 'Object Created',
  key,
  id: `id-${index}`,
  event: sampleEvent('put', { key }),
}));
const keys = (pattern: object) => compilePattern(JSON.stringify({ detail: { object: pattern } }));

describe('recent events', () => {
  test('stand with the newest first', () => {
    expect(archivedAsRecent(archived).map(({ id }) => id)).toEqual(['id-2', 'id-1', 'id-0']);
  });

  test('are told apart by a pattern, clause by clause, and compared with the one that is deployed', () => {
    const tried = tryEvents(
      keys({ key: [{ suffix: '.csv' }, { suffix: '.png' }] }),
      archivedAsRecent(archived),
      keys({ key: [{ prefix: 'csv/' }] }),
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
  test('are counted by path, the most frequent first', () => {
    const seen = seenValues(archived.map(({ event }) => JSON.stringify(event)));

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
