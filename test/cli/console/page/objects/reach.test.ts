import { describe, expect, test } from 'vitest';
import {
  eventsLike,
  exampleKeys,
  reachGroups,
  type ExplainDocument,
} from '../../../../../cli/console/page/objects/reach.ts';

const explained = (key: string, verdict: 'wanted' | 'skipped' | 'not-matched', why?: string) =>
  ({
    from: key,
    key,
    event: {
      source: 'aws.s3',
      account: '1',
      detail: { bucket: { name: 'b' }, object: { key, etag: 'e', size: 5 }, reason: 'PutObject' },
    },
    consumers: [
      { consumer: 'counter', verdict, isEnabled: true, clauses: [], ...(why !== undefined && { why }) },
    ],
  }) satisfies ExplainDocument['events'][number];

describe('what a key would reach', () => {
  test('is asked with the event that the verb has made of another key, whose own facts are left out', () => {
    expect(
      JSON.parse(
        eventsLike(explained('a.csv', 'wanted'), [{ key: '"é\u202e', size: 0 }, { key: '__proto__' }]),
      ),
    ).toEqual([
      {
        source: 'aws.s3',
        account: '1',
        detail: { bucket: { name: 'b' }, object: { key: '"é\u202e', size: 0 }, reason: 'PutObject' },
      },
      {
        source: 'aws.s3',
        account: '1',
        detail: { bucket: { name: 'b' }, object: { key: '__proto__' }, reason: 'PutObject' },
      },
    ]);
  });

  test('is said once for those that reach the same', () => {
    const events = [
      explained('csv/a.csv', 'wanted'),
      explained('csv/b.txt', 'skipped', 'not named as a CSV'),
      explained('csv/c.csv', 'wanted'),
    ];

    expect(reachGroups(events)).toEqual([
      {
        keys: ['csv/a.csv', 'csv/c.csv'],
        consumers: [{ consumer: 'counter', verdict: 'wanted', isEnabled: true }],
      },
      {
        keys: ['csv/b.txt'],
        consumers: [{ consumer: 'counter', verdict: 'skipped', isEnabled: true, why: 'not named as a CSV' }],
      },
    ]);
  });

  test('is shown of names of several kinds below the prefix', () => {
    expect(exampleKeys('csv/2026-')).toContain('csv/2026-example.csv');
    expect(new Set(exampleKeys('').map((key) => key.replace(/^[^.]*/, ''))).size).toBe(
      exampleKeys('').length,
    );
  });
});
