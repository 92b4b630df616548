import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ledgerObjects, lockedUntil } from '../../../functions/ledger-exporter/ledger.ts';
import { identity } from '../../../shared/object-event/event-identity.ts';
import busEvents from '../../fixtures/s3-events/bus-events.json' with { type: 'json' };
import { backfill, busEvent, eventOf, notification } from '../../support/object-events.ts';
import { objectHistories } from '../../support/object-history.ts';

const objectsOf = (...bodies: unknown[]) => ledgerObjects(bodies.map(eventOf));
const linesOf = (body: string): Record<string, unknown>[] =>
  body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('ledgerObjects', () => {
  test('makes one object for each hour of the events, in UTC', () => {
    const objects = objectsOf(
      busEvent({ time: '2026-11-20T07:00:00Z' }),
      busEvent({ time: '2026-11-20T07:59:59Z', key: 'b' }),
      busEvent({ time: '2026-11-20T08:00:00Z', key: 'c' }),
      busEvent({ time: '2026-11-21T00:30:00+01:00', key: 'd' }),
    );

    expect(
      objects.map(({ key, events }) => [key.replace(/[0-9a-f]{64}/, '<sha256>'), events.length]),
    ).toEqual([
      ['ledger/dt=2026-11-20/hour=07/<sha256>.ndjson', 2],
      ['ledger/dt=2026-11-20/hour=08/<sha256>.ndjson', 1],
      ['ledger/dt=2026-11-20/hour=23/<sha256>.ndjson', 1],
    ]);
  });

  test('names an object by the SHA-256 of its sorted identities', () => {
    const bodies = ['b', 'a', 'c'].map((key) => busEvent({ key }));
    const identities = bodies.map((body) => identity(eventOf(body))).toSorted();

    expect(objectsOf(...bodies)[0]?.key).toContain(
      createHash('sha256').update(identities.join('\n')).digest('hex'),
    );
  });

  test('writes a line of named columns, and leaves out what the event lacks', () => {
    const [object] = objectsOf(busEvent({ key: 'csv/a b\n__proto__.csv', versionId: 'v1' }));

    expect(object?.body.endsWith('}\n')).toBe(true);
    expect(linesOf(object!.body)).toEqual([
      {
        identity:
          '["ingest","csv/a b\\n__proto__.csv","Object Created","v1","0000000000000000617f08299329d189"]',
        event_time: '2026-11-20T07:00:00.000Z',
        event_name: 'ObjectCreated:Put',
        detail_type: 'Object Created',
        origin: 'eventbridge',
        bucket: 'ingest',
        object_key: 'csv/a b\n__proto__.csv',
        size: 3,
        etag: '900150983cd24fb0d6963f7d28e17f72',
        version_id: 'v1',
        sequencer: '0000000000000000617f08299329d189',
        request_id: 'N4N7GDK58NMKJ12R',
        account: '111122223333',
        region: 'eu-central-1',
        reason: 'PutObject',
      },
    ]);
  });

  test('says who asked, and from where, only when it is asked to', () => {
    const [object] = ledgerObjects([eventOf(busEvent())], { storeRequester: true });

    expect(linesOf(object!.body)).toMatchObject([{ requester: '111122223333', source_ip: '2001:db8::1' }]);
  });

  test('has a line for every kind of event, and only text and numbers in it', () => {
    const lines = objectsOf(
      ...busEvents.map(({ event }) => event),
      backfill({ expected: { sequencer: null } }),
      notification(),
    ).flatMap(({ body }) => linesOf(body));

    expect(lines).toHaveLength(busEvents.length + 2);
    for (const value of lines.flatMap((line) => Object.values(line))) {
      expect(['string', 'number', 'boolean']).toContain(typeof value);
    }
  });

  test('says in the metadata of the object how many events it holds, and from when to when', () => {
    const [object] = objectsOf(
      busEvent({ time: '2026-11-20T07:00:09Z' }),
      busEvent({ time: '2026-11-20T07:00:01Z', key: 'b' }),
    );

    expect(object?.metadata).toEqual({
      events: '2',
      'first-event-time': '2026-11-20T07:00:01.000Z',
      'last-event-time': '2026-11-20T07:00:09.000Z',
    });
  });

  test('is the same object for the same events, in whatever order and however often they come', () => {
    fc.assert(
      fc.property(objectHistories(), fc.infiniteStream(fc.nat()), ({ deliveries }, order) => {
        const events = deliveries.map(eventOf);
        const shuffled = [...events, ...events]
          .map((event) => ({ event, rank: order.next().value ?? 0 }))
          .toSorted((left, right) => left.rank - right.rank)
          .map(({ event }) => event);

        const once = ledgerObjects(events).map(({ key, body, metadata }) => ({ key, body, metadata }));
        const again = ledgerObjects(shuffled).map(({ key, body, metadata }) => ({ key, body, metadata }));
        expect(again).toEqual(once);
      }),
    );
  });

  test('holds exactly the distinct events, and stands for every delivery', () => {
    fc.assert(
      fc.property(objectHistories(), ({ events, deliveries }) => {
        const objects = ledgerObjects(deliveries.map(eventOf));
        const identities = objects
          .flatMap(({ body }) => linesOf(body))
          .map((line) => String(line['identity']));

        expect(new Set(identities).size).toBe(identities.length);
        expect(identities.toSorted()).toEqual(
          events.map((facts) => identity(eventOf(busEvent(facts)))).toSorted(),
        );
        expect(objects.flatMap((object) => object.events)).toHaveLength(deliveries.length);
      }),
    );
  });

  test('keeps a replay’s lines in an object of their own, with the identities of the live ones', () => {
    const bodies = ['a', 'b'].map((key) => busEvent({ key }));
    const [live] = objectsOf(...bodies);
    const [replayed] = objectsOf(...bodies.map((body) => ({ ...body, 'replay-name': 'after-the-fix' })));

    expect(replayed?.key).not.toBe(live?.key);
    expect(linesOf(replayed!.body)).toEqual(
      linesOf(live!.body).map((line) => ({ ...line, replay_name: 'after-the-fix' })),
    );
  });

  test('keeps two replays and the live delivery apart, also within one batch', () => {
    const body = busEvent();
    const [object] = objectsOf(body, { ...body, 'replay-name': 'one' }, { ...body, 'replay-name': 'two' });

    expect(linesOf(object!.body).map((line) => line['replay_name'])).toEqual([undefined, 'one', 'two']);
  });
});

describe('an object of the ledger', () => {
  const [object] = objectsOf(
    busEvent({ key: 'a', time: '2026-11-20T07:50:00Z' }),
    busEvent({ key: 'b', time: '2026-11-20T07:10:00Z' }),
  );
  const until = (days: number, now: string) => lockedUntil(object!, days, Date.parse(now)).toISOString();

  test('is locked for its days from when it is written, however old its events are', () => {
    expect(until(1, '2026-11-20T07:51:00Z')).toBe('2026-11-21T07:51:00.000Z');
    expect(until(30, '2027-06-01T00:00:00Z')).toBe('2027-07-01T00:00:00.000Z');
    expect(until(36_500, '2026-11-20T08:00:00Z')).toBe('2126-10-27T08:00:00.000Z');
  });

  test('is locked from its newest event where the clock is behind that: the date lies ahead for S3 too', () => {
    expect(until(1, '2026-11-20T07:00:00Z')).toBe('2026-11-21T07:50:00.000Z');
  });

  test('is locked from half a day ahead where its newest event lies further ahead: no lock for longer is allowed', () => {
    expect(until(1, '2026-11-01T00:00:00Z')).toBe('2026-11-02T12:00:00.000Z');
  });

  test('has a name that does not tell of the lock', () => {
    const again = objectsOf(
      busEvent({ key: 'b', time: '2026-11-20T07:10:00Z' }),
      busEvent({ key: 'a', time: '2026-11-20T07:50:00Z' }),
    );

    expect(again[0]!.key).toBe(object!.key);
  });
});
