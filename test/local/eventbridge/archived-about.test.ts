import { describe, expect, test } from 'vitest';
import { archivedAbout } from '../../../local/eventbridge/archived-events.ts';
import { busEvent } from '../../support/object-events.ts';
import { BusUnderTest } from './bus-under-test.ts';

const about = ({ store, bus }: BusUnderTest, key: string) =>
  archivedAbout(store, bus.archives, { name: 'kept', bucket: 'ingest', key }).events;

const at = (minute: number, more: Parameters<typeof busEvent>[0] = {}) =>
  busEvent({ time: `2026-11-20T07:${String(minute).padStart(2, '0')}:00Z`, ...more });

describe('the archived events about an object', () => {
  test('are whole, newest first, twenty at most, and of no other key or bucket', async () => {
    await using under = new BusUnderTest();
    under.archive('kept');
    const own = Array.from({ length: 25 }, (_, minute) => at(minute, { key: 'csv/é "a".csv' }));
    under.enqueue(...own, at(30, { key: 'csv/b.csv' }), at(31, { key: 'csv/é "a".csv', bucket: 'other' }));
    under.bus.start();
    await under.settle();

    const events = about(under, 'csv/é "a".csv') as readonly { readonly time: string }[];

    expect(events.map(({ time }) => time)).toEqual(
      own
        .map(({ time }) => time)
        .toReversed()
        .slice(0, 20),
    );
    expect(events[0]).toMatchObject({ source: 'aws.s3', detail: { object: { key: 'csv/é "a".csv' } } });
    expect(about(under, 'none')).toEqual([]);
  });

  test('are found by an index, however many there are of others', async () => {
    await using under = new BusUnderTest();
    under.archive('kept');

    const plan = under.store
      .prepare(
        `EXPLAIN QUERY PLAN SELECT event FROM archived_event
         WHERE archive_name = ? AND object_key = ? ORDER BY event_time DESC, id DESC LIMIT 20`,
      )
      .all('kept', 'a') as unknown as readonly { readonly detail: string }[];

    expect(plan.map(({ detail }) => detail)).toEqual([
      'SEARCH archived_event USING INDEX archived_event_by_object (archive_name=? AND object_key=?)',
    ]);
  });

  test('of an archive that is not there are an error', async () => {
    await using under = new BusUnderTest();

    expect(() => about(under, 'a')).toThrow('Archive kept does not exist');
  });
});
