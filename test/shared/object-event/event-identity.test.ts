import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identity } from '../../../shared/object-event/event-identity.ts';
import busEvents from '../../fixtures/s3-events/bus-events.json' with { type: 'json' };
import { backfill, busEvent, eventOf, notification, type EventFacts } from '../../support/object-events.ts';

const identityOf = (body: unknown): string => identity(eventOf(body));

describe('identity', () => {
  test.each(busEvents)(
    'of $eventName does not change with the id, the replay or unknown fields',
    ({ event }) => {
      const again = { ...event, id: 'another', 'replay-name': 'again', extra: true };

      expect(identityOf(again)).toBe(identityOf(event));
    },
  );

  test('tells all kinds of change apart, though they concern one version of one key', () => {
    const facts = { versionId: 'v1' };
    const kinds = busEvents.map(({ event }) => event['detail-type']);
    const created = kinds
      .filter((kind) => kind !== 'Object Deleted')
      .map((detailType) => busEvent({ ...facts, detailType }));
    const deleted = (['Permanently Deleted', 'Delete Marker Created'] as const).map((deletionType) =>
      busEvent({ ...facts, deletionType }),
    );

    expect(new Set([...created, ...deleted].map(identityOf)).size).toBe(new Set(kinds).size + 1);
  });

  test.each<EventFacts>([
    {},
    { key: 'a b+%2F é/__proto__', versionId: 'v1' },
    { deletionType: 'Permanently Deleted' },
    { deletionType: 'Permanently Deleted', versionId: 'v1' },
    { deletionType: 'Delete Marker Created', versionId: 'marker' },
  ])('is one for the EventBridge event and the classic notification of %j', (facts) => {
    expect(identityOf(notification(facts))).toBe(identityOf(busEvent(facts)));
  });

  test('is one for tags and restores of one request, which have no sequencer, in either shape', () => {
    const tags = notification({ sequencer: undefined, time: '2026-11-20T07:00:00.192Z' }) as {
      Records: object[];
    };
    const classic = { Records: [{ ...tags.Records[0], eventName: 'ObjectTagging:Put' }] };

    expect(identityOf(classic)).toBe(
      identityOf(busEvent({ detailType: 'Object Tags Added', sequencer: undefined })),
    );
  });

  test('tells two changes apart by what differs between them', () => {
    const lifecycle: EventFacts = { deletionType: 'Permanently Deleted', reason: 'Lifecycle Expiration' };
    const tags: EventFacts = { detailType: 'Object Tags Added', sequencer: undefined };
    const bodies = [
      busEvent(),
      busEvent({ key: 'other' }),
      busEvent({ bucket: 'other' }),
      busEvent({ versionId: 'v1' }),
      busEvent({ sequencer: '617f08299329d190' }),
      busEvent(tags),
      busEvent({ ...tags, requestId: 'another' }),
      busEvent({ ...tags, time: '2026-11-20T07:00:01Z' }),
      // A lifecycle rule's sequencer is nominal: several expirations of a day may share it.
      busEvent(lifecycle),
      busEvent({ ...lifecycle, time: '2026-11-20T09:00:00Z' }),
      busEvent({ ...lifecycle, requestId: 'another' }),
      backfill(),
      backfill({ etag: 'other' }),
      backfill({ lastModified: '2026-11-20T07:00:01Z' }),
      backfill({ expected: { sequencer: null } }),
      backfill({ expected: { sequencer: '617f08299329d189' } }),
      backfill({ expected: { sequencer: '617f08299329d189' }, observedAt: '2026-11-20T08:00:00Z' }),
    ];

    expect(new Set(bodies.map(identityOf)).size).toBe(bodies.length);
  });

  test('cannot be forged by a key that looks like a part of it', () => {
    const part = fc.constantFrom('a', '"', ',', '\\', '","', '[', ']', '\n', '\t', '__proto__');
    const text = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, text, text, (key, versionId, otherKey, otherVersionId) => {
        const same = key === otherKey && versionId === otherVersionId;

        const identities = [
          busEvent({ key, versionId }),
          busEvent({ key: otherKey, versionId: otherVersionId }),
        ];
        expect(new Set(identities.map(identityOf)).size === 1).toBe(same);
        // The ledger joins identities by line feeds and tabs.
        expect(identityOf(busEvent({ key, versionId }))).not.toMatch(/[\n\t]/);
      }),
    );
  });

  test('of a listed object does not depend on when it was listed', () => {
    expect(identityOf(backfill({ observedAt: '2026-11-20T08:00:00Z' }))).toBe(identityOf(backfill()));
  });
});
