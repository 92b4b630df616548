import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metadataOf, REVISION } from '../../../functions/metadata-writer/metadata.ts';
import { isSupersededBy, wholeRow, type RowAttributes } from '../../../functions/rows/write-row.ts';
import type { ObjectEvent } from '../../../shared/object-event/object-event.ts';
import { compareSequencers } from '../../../shared/object-event/sequencer.ts';
import { backfill, busEvent, eventOf, notification } from '../../support/object-events.ts';
import { objectHistories } from '../../support/object-history.ts';

const table = { name: 'upload-metadata', tombstoneTtlDays: 63 };

type Table = ReadonlyMap<string, RowAttributes>;

/** The table after the deliveries: what writeRow puts where its condition holds. */
function tableAfter(events: readonly ObjectEvent[], before: Table = new Map(), revision = REVISION): Table {
  const rows = new Map(before);
  for (const event of events) {
    const metadata = metadataOf(event);
    const id = JSON.stringify(metadata?.key);
    if (metadata && !isSupersededBy(rows.get(id), event, revision)) {
      rows.set(id, wholeRow({ table, ...metadata, event, revision }));
    }
  }
  return rows;
}

/** The deliveries that EventBridge made: only those can be replayed. */
const onTheBus = (deliveries: readonly Record<string, unknown>[]): readonly ObjectEvent[] =>
  deliveries.filter((body) => !('Records' in body)).map(eventOf);

describe('metadataOf', () => {
  test('keys a row by bucket and key, and says nothing of who put it, or from where', () => {
    expect(metadataOf(eventOf(busEvent({ key: '__proto__', size: 7 })))).toEqual({
      key: { bucket: 'ingest', object_key: '__proto__' },
      row: { size: 7, reason: 'PutObject', region: 'eu-central-1' },
    });
  });

  test('says who put what, and from where, when it is asked to', () => {
    const event = eventOf(busEvent({ key: '__proto__', size: 7 }));

    expect(metadataOf(event, { storeRequester: true })?.row).toEqual({
      size: 7,
      reason: 'PutObject',
      requester: '111122223333',
      source_ip: '2001:db8::1',
      region: 'eu-central-1',
    });
  });

  test('knows of a backfilled object what a listing tells', () => {
    expect(metadataOf(eventOf(backfill({ size: 7 })))?.row).toEqual({ size: 7 });
  });

  test('gives the same row for a replay, whose name is no part of the object', () => {
    const live = busEvent();

    expect(metadataOf(eventOf({ ...live, 'replay-name': 'again' }))).toEqual(metadataOf(eventOf(live)));
  });

  test.each([
    ['the permanent delete of a version', busEvent({ deletionType: 'Permanently Deleted', versionId: 'v1' })],
    ['tags', busEvent({ detailType: 'Object Tags Added', sequencer: undefined })],
    ['a restore', busEvent({ detailType: 'Object Restore Completed', sequencer: undefined })],
    ['an annotation, though it has a sequencer', busEvent({ detailType: 'Object Annotation Created' })],
  ])('has no row for %s', (_, body) => {
    expect(metadataOf(eventOf(body))).toBeUndefined();
  });
});

describe('the metadata table', () => {
  test('is the fold of the events by sequencer, in whatever order, shape and number they are delivered', () => {
    fc.assert(
      fc.property(objectHistories(), ({ events, deliveries }) => {
        const rows = tableAfter(deliveries.map(eventOf));

        for (const key of new Set(events.map((event) => event.key))) {
          const row = rows.get(JSON.stringify({ bucket: 'ingest', object_key: key }));
          const last = events
            .filter(
              (event) =>
                event.key === key && !(event.deletionType === 'Permanently Deleted' && event.versionId),
            )
            .toSorted((left, right) => compareSequencers(left.sequencer!, right.sequencer!))
            .at(-1);
          expect(row?.['deleted']).toBe(last && last.deletionType !== undefined);
          expect(row?.['version_id']).toBe(last?.versionId);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('does not change when everything is replayed, twice', () => {
    fc.assert(
      fc.property(objectHistories(), ({ deliveries }) => {
        const live = onTheBus(deliveries);
        const replayed = live.map((event) => ({ ...event, replayName: 'again' }));
        const before = tableAfter(live);

        expect(tableAfter([...replayed.toReversed(), ...replayed], before)).toEqual(before);
      }),
    );
  });

  test('is recomputed by a replay under a raised revision, and differs by the revision only', () => {
    fc.assert(
      fc.property(objectHistories(), ({ deliveries }) => {
        const live = onTheBus(deliveries);
        const before = tableAfter(live);
        const raised = tableAfter(live.toReversed(), before, REVISION + 1);

        const expected = [...before].map(([id, row]) => [id, { ...row, revision: REVISION + 1 }] as const);
        expect(raised).toEqual(new Map(expected));
      }),
    );
  });

  test('is the same whether S3 speaks through EventBridge or by classic notification', () => {
    const facts = { key: 'csv/a b+é.csv', versionId: 'v1' };
    const [bus] = tableAfter([eventOf(busEvent(facts))]).values();
    const [classic] = tableAfter([eventOf(notification(facts))]).values();

    expect(classic).toMatchObject({
      object_key: bus?.['object_key'],
      event_name: bus?.['event_name'],
      sequencer: bus?.['sequencer'],
    });
  });
});
