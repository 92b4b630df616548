import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as RecordRow from '../../../functions/rows/write-row.ts';
import { InvalidEventError } from '../../../shared/object-event/invalid-event-error.ts';
import { DynamoDbTables } from '../../support/dynamodb-tables.ts';
import {
  backfill,
  busEvent,
  deletionRepair,
  eventOf,
  type BackfillFacts,
  type EventFacts,
} from '../../support/object-events.ts';

let tables: DynamoDbTables;
let writeRow: typeof RecordRow.writeRow;
let isSupersededBy: typeof RecordRow.isSupersededBy;
let wholeRow: typeof RecordRow.wholeRow;

beforeAll(async () => {
  tables = await DynamoDbTables.start();
  await tables.create('rows', ['id']);
  ({ writeRow, isSupersededBy, wholeRow } = await import('../../../functions/rows/write-row.ts'));
});

afterAll(() => tables?.[Symbol.asyncDispose]());

let rows = 0;

/** Something to write rows of one key with, and to read the key's row back. */
function freshKey({ tombstoneTtlDays = 90 } = {}) {
  const key = { id: `row-${(rows += 1)}` };
  const table = { name: 'rows', tombstoneTtlDays };
  const write = (body: unknown, revision = 1, row: RecordRow.RowAttributes = {}) =>
    ({ table, key, row, event: eventOf(body), revision }) satisfies RecordRow.RowWrite;
  return {
    write,
    put: (body: unknown, revision?: number, row?: RecordRow.RowAttributes) =>
      writeRow(write(body, revision, row)),
    row: () => tables.row('rows', key),
  };
}

const EARLY = '617f08299329d189';
// Later than the one above, though it sorts before it as text.
const LATE = '00ff08299329d18900';
const normal = (sequencer: string): string => sequencer.padStart(32, '0');

const put = (sequencer: string, facts: EventFacts = {}) => busEvent({ sequencer, ...facts });
const marker = (sequencer: string, facts: EventFacts = {}) =>
  busEvent({ sequencer, versionId: 'marker', deletionType: 'Delete Marker Created', ...facts });

const at = (hour: number): string => `2026-11-20T0${hour}:00:00.000Z`;

describe('an event of S3', () => {
  test('is written whole, with what every table has', async () => {
    const key = freshKey();

    expect(await key.put(put(EARLY, { versionId: 'v1' }), 3, { size: 3, nothing: undefined })).toBe(
      'recorded',
    );
    expect(await key.row()).toEqual({
      id: expect.any(String),
      size: 3,
      event_name: 'ObjectCreated:Put',
      event_time: '2026-11-20T07:00:00.000Z',
      sequencer: normal(EARLY),
      revision: 3,
      version_id: 'v1',
      etag: '900150983cd24fb0d6963f7d28e17f72',
      request_id: 'N4N7GDK58NMKJ12R',
      deleted: false,
    });
  });

  test('that is newer replaces the row, and one that is older is superseded', async () => {
    const key = freshKey();

    expect(await key.put(put(EARLY, { etag: 'a' }))).toBe('recorded');
    expect(await key.put(put(LATE, { etag: 'b' }))).toBe('recorded');
    expect(await key.put(put(EARLY, { etag: 'a' }))).toBe('superseded');
    expect(await key.row()).toMatchObject({ etag: 'b', sequencer: normal(LATE) });
  });

  test('that comes twice is superseded by itself, also when the first answer was lost', async () => {
    const key = freshKey();
    await key.put(put(EARLY));
    const before = await key.row();

    expect(await key.put(put(EARLY))).toBe('superseded');
    expect(await key.row()).toEqual(before);
  });

  test('changes its row again only under a raised revision, never under an older one', async () => {
    const key = freshKey();
    await key.put(put(EARLY), 2, { meaning: 'second' });

    expect(await key.put(put(EARLY), 2, { meaning: 'same' })).toBe('superseded');
    expect(await key.put(put(EARLY), 1, { meaning: 'first' })).toBe('superseded');
    expect(await key.put(put(EARLY), 3, { meaning: 'third' })).toBe('recorded');
    expect(await key.row()).toMatchObject({ revision: 3, meaning: 'third' });
  });

  test('of an older core replaces a newer core’s row, when the event is newer', async () => {
    const key = freshKey();
    await key.put(put(EARLY), 9);

    expect(await key.put(put(LATE), 1)).toBe('recorded');
  });

  test('that deletes leaves a tombstone, which expires by the event’s time', async () => {
    const key = freshKey({ tombstoneTtlDays: 2 });
    await key.put(put(EARLY), 1, { size: 3 });

    expect(await key.put(marker(LATE))).toBe('recorded');
    expect(await key.row()).toEqual({
      id: expect.any(String),
      event_name: 'ObjectRemoved:DeleteMarkerCreated',
      event_time: '2026-11-20T07:00:00.000Z',
      sequencer: normal(LATE),
      revision: 1,
      version_id: 'marker',
      request_id: 'N4N7GDK58NMKJ12R',
      deleted: true,
      expires_at: Date.parse('2026-11-22T07:00:00Z') / 1000,
    });
  });

  test('that deletes leaves a tombstone for ever, when the archive keeps events for ever', async () => {
    const key = freshKey({ tombstoneTtlDays: 0 });
    await key.put(marker(EARLY));

    expect(await key.row()).not.toHaveProperty('expires_at');
  });

  test('that creates after a delete leaves nothing of the tombstone, lest TTL delete a live row', async () => {
    const key = freshKey();
    await key.put(marker(EARLY));
    await key.put(put(LATE));

    expect(await key.row()).toMatchObject({ deleted: false });
    expect(await key.row()).not.toHaveProperty('expires_at');
  });

  test('that is an older create does not bring a deleted object back', async () => {
    const key = freshKey();
    await key.put(marker(LATE));

    expect(await key.put(put(EARLY))).toBe('superseded');
    expect(await key.row()).toMatchObject({ deleted: true });
  });

  test('without a sequencer cannot be ordered, and fails for good', async () => {
    const key = freshKey();

    await expect(key.put(busEvent({ sequencer: undefined }))).rejects.toThrow(InvalidEventError);
    expect(await key.row()).toBeUndefined();
  });
});

describe('a backfill', () => {
  test('writes the row that is missing, without a sequencer', async () => {
    const key = freshKey();

    expect(await key.put(backfill({ lastModified: at(5), versionId: 'v1' }))).toBe('recorded');
    expect(await key.row()).toMatchObject({ last_modified: at(5), version_id: 'v1', deleted: false });
    expect(await key.row()).not.toHaveProperty('sequencer');
  });

  test.each([
    ['live row', put(EARLY)],
    ['tombstone', marker(EARLY)],
  ])('never replaces a %s that an event of S3 has left', async (_, event) => {
    const key = freshKey();
    await key.put(event);

    expect(await key.put(backfill({ lastModified: at(9) }))).toBe('superseded');
    expect(await key.put(backfill({ lastModified: at(9), expected: { sequencer: null } }))).toBe(
      'superseded',
    );
  });

  test('gives way to any event of S3, however old, and leaves nothing behind', async () => {
    const key = freshKey();
    await key.put(backfill({ lastModified: at(9), observedAt: at(9) }));

    expect(await key.put(put('1'))).toBe('recorded');
    expect(await key.row()).not.toHaveProperty('last_modified');
    expect(await key.row()).not.toHaveProperty('observed_at');
  });

  test('among backfills, the one modified later wins, and a repetition puts the same row', async () => {
    const key = freshKey();
    await key.put(backfill({ lastModified: at(5) }));
    await key.put(backfill({ lastModified: at(6) }));
    const before = await key.row();

    expect(await key.put(backfill({ lastModified: at(5) }))).toBe('superseded');
    expect(await key.put(backfill({ lastModified: at(6) }))).toBe('recorded');
    expect(await key.row()).toEqual(before);
  });

  test('by an older core does not undo what a newer core made of the same object', async () => {
    const key = freshKey();
    await key.put(backfill({ lastModified: at(5) }), 2);

    expect(await key.put(backfill({ lastModified: at(5) }), 1)).toBe('superseded');
    expect(await key.put(backfill({ lastModified: at(5) }), 3)).toBe('recorded');
  });

  test('that expects no sequencer may go back in time, as after a version was deleted', async () => {
    const key = freshKey();
    await key.put(backfill({ lastModified: at(6) }));

    expect(await key.put(backfill({ lastModified: at(5), expected: { sequencer: null } }))).toBe('recorded');
    expect(await key.row()).toMatchObject({ last_modified: at(5) });
  });

  test('that expects a sequencer replaces the row as it was seen, and keeps its sequencer', async () => {
    const key = freshKey();
    await key.put(marker(EARLY));

    expect(await key.put(backfill({ versionId: 'v1', expected: { sequencer: EARLY } }))).toBe('recorded');
    expect(await key.row()).toMatchObject({ deleted: false, version_id: 'v1', sequencer: normal(EARLY) });
    expect(await key.row()).not.toHaveProperty('expires_at');
  });

  test.each([
    ['has moved on', put(LATE)],
    ['was made by a backfill', backfill({})],
    ['is missing', undefined],
  ])('that expects a sequencer is superseded when the row %s', async (_, event) => {
    const key = freshKey();
    if (event) {
      await key.put(event);
    }
    const before = await key.row();

    expect(await key.put(backfill({ versionId: 'v1', expected: { sequencer: EARLY } }))).toBe('superseded');
    expect(await key.row()).toEqual(before);
  });

  test('that repairs by an older core does not undo what a newer core made of the event', async () => {
    const key = freshKey();
    await key.put(put(EARLY), 2);

    expect(await key.put(backfill({ expected: { sequencer: EARLY } }), 1)).toBe('superseded');
    expect(await key.put(backfill({ expected: { sequencer: EARLY } }), 2)).toBe('recorded');
  });

  test('leaves a repaired row open to the next event, and closed to older ones', async () => {
    const key = freshKey();
    await key.put(marker(EARLY));
    await key.put(backfill({ expected: { sequencer: EARLY } }));

    expect(await key.put(put('1'))).toBe('superseded');
    expect(await key.put(marker(EARLY))).toBe('superseded');
    expect(await key.put(put(LATE))).toBe('recorded');
  });

  test('of a forged sequencer leaves none, so that the next event of S3 wins, and only over the row as it was seen', async () => {
    const forged = 'f'.repeat(32);
    const mended = backfill({
      versionId: 'v1',
      observedAt: at(9),
      expected: { sequencer: forged, isForged: true },
    });
    const key = freshKey();
    await key.put(put(forged));
    expect(await key.put(put(LATE))).toBe('superseded');

    expect(await key.put(mended)).toBe('recorded');
    expect(await key.row()).not.toHaveProperty('sequencer');
    expect(await key.put(mended)).toBe('superseded');
    expect(await key.put(put(LATE))).toBe('recorded');
    // a newer event that came first is not undone by it
    expect(await key.put(mended)).toBe('superseded');
    expect(await key.row()).toMatchObject({ sequencer: normal(LATE) });
  });

  test('that looked earlier does not undo one that looked later, in whichever order they come', async () => {
    const repairs = [8, 9].map((hour) =>
      backfill({ observedAt: at(hour), etag: `seen-at-${hour}`, expected: { sequencer: EARLY } }),
    );

    for (const order of [repairs, repairs.toReversed(), [...repairs, ...repairs]]) {
      const key = freshKey();
      await key.put(marker(EARLY));
      for (const repair of order) {
        await key.put(repair);
      }
      expect(await key.row()).toMatchObject({ etag: 'seen-at-9' });
    }
  });
});

const repair = (hour: number, sequencer: string | null = EARLY) =>
  deletionRepair({ observedAt: at(hour), expected: { sequencer } });

describe('the repair of a row whose object is gone', () => {
  test('leaves a tombstone of the time it looked, and keeps the sequencer', async () => {
    const key = freshKey({ tombstoneTtlDays: 1 });
    await key.put(put(EARLY), 1, { size: 3 });

    expect(await key.put(repair(8))).toBe('recorded');
    expect(await key.put(repair(8))).toBe('recorded');

    expect(await key.row()).toEqual({
      id: expect.any(String) as string,
      deleted: true,
      event_name: 'ObjectRemoved:Backfill',
      event_time: at(8),
      sequencer: normal(EARLY),
      revision: 1,
      last_modified: at(8),
      observed_at: at(8),
      expires_at: Date.parse(at(8)) / 1_000 + 86_400,
    });
  });

  test('does nothing to a row that an event has written meanwhile', async () => {
    const key = freshKey();
    await key.put(put(EARLY));
    await key.put(put(LATE));

    expect(await key.put(repair(8))).toBe('superseded');
    expect(await key.row()).toMatchObject({ deleted: false, sequencer: normal(LATE) });
  });

  test('is open to the next upload, and to a repair that looked later and found the object', async () => {
    const uploaded = freshKey();
    const found = freshKey();
    for (const key of [uploaded, found]) {
      await key.put(put(EARLY));
      await key.put(repair(8));
    }

    expect(await uploaded.put(put(LATE))).toBe('recorded');
    expect(await found.put(backfill({ observedAt: at(9), expected: { sequencer: EARLY } }))).toBe('recorded');
    expect(await found.put(repair(8))).toBe('superseded');

    for (const key of [uploaded, found]) expect(await key.row()).toMatchObject({ deleted: false });
  });

  test('also buries what a backfill had written, and lets a later backfill bring it back', async () => {
    const key = freshKey();
    await key.put(backfill({ lastModified: at(5) }));

    expect(await key.put(repair(8, null))).toBe('recorded');
    expect(await key.put(backfill({ lastModified: at(5) }))).toBe('superseded');
    expect(await key.put(backfill({ lastModified: at(9) }))).toBe('recorded');
  });
});

describe('the condition in memory', () => {
  const time = fc.constantFrom('2026-11-20T05:00:00.000Z', '2026-11-20T06:00:00.000Z');
  const sequencer = fc.constantFrom('1', '02', EARLY, LATE);
  const deliveries = fc.oneof(
    sequencer.map((each) => put(each, { etag: each })),
    sequencer.map((each) => marker(each)),
    fc
      .record({ observedAt: time, expected: fc.record({ sequencer: fc.option(sequencer, { nil: null }) }) })
      .map((facts) => deletionRepair(facts)),
    fc
      .record({
        lastModified: time,
        observedAt: fc.option(time, { nil: undefined }),
        expected: fc.option(fc.record({ sequencer: fc.option(sequencer, { nil: null }) }), {
          nil: undefined,
        }),
        etag: fc.constantFrom('x', 'y'),
      })
      .map((facts) => backfill(JSON.parse(JSON.stringify(facts)) as BackfillFacts)),
  );

  test('agrees with DynamoDB on every row, so that it may stand in for it', async () => {
    const delivery = fc.tuple(deliveries, fc.integer({ min: 1, max: 2 }));
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 12 }), async (history) => {
        const key = freshKey();
        let row: RecordRow.RowAttributes | undefined;
        for (const [body, revision] of history) {
          const write = key.write(body, revision);
          const superseded = isSupersededBy(row, write.event, revision);
          row = superseded ? row : (JSON.parse(JSON.stringify(wholeRow(write))) as RecordRow.RowAttributes);

          expect(await writeRow(write)).toBe(superseded ? 'superseded' : 'recorded');
          expect(await key.row()).toEqual(row);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('never lets the sequencer of a row go down', async () => {
    fc.assert(
      fc.property(fc.array(deliveries, { maxLength: 20 }), (history) => {
        const key = freshKey();
        let row: RecordRow.RowAttributes | undefined;
        for (const body of history) {
          const write = key.write(body);
          const before = row?.['sequencer'];
          row = isSupersededBy(row, write.event, 1) ? row : wholeRow(write);

          expect(before === undefined || (row?.['sequencer'] ?? '') >= before).toBe(true);
        }
      }),
    );
  });
});

describe('numbers', () => {
  test('are exact: a bigint beyond what a double holds is written digit by digit', async () => {
    const key = freshKey();
    await key.put(put(EARLY), 1, { rows: 12_345_678_901_234_567_890n });

    expect(await key.row()).toMatchObject({ rows: 12_345_678_901_234_567_890n });
  });

  test.each([0.5, Number.NaN, Infinity, 2 ** 53])('%d is refused rather than rounded', async (number) => {
    await expect(freshKey().put(put(EARLY), 1, { rows: number })).rejects.toThrow(
      /attribute rows is .*safe integer/,
    );
  });
});

describe('an answer of DynamoDB other than the condition', () => {
  test('is thrown, for the record to be tried again', async () => {
    const missing = { name: 'no-such-table', tombstoneTtlDays: 1 };

    await expect(writeRow({ ...freshKey().write(put(EARLY)), table: missing })).rejects.toThrow(/resource/i);
  });
});
