import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  InvalidEventError,
  type InvalidEventKind,
} from '../../../shared/object-event/invalid-event-error.ts';
import { backfillEnvelope } from '../../../shared/object-event/backfill-envelope.ts';
import { parseObjectEvents, parseObjectEventText } from '../../../shared/object-event/object-event-parser.ts';
import busEvents from '../../fixtures/s3-events/bus-events.json' with { type: 'json' };
import guideNotification from '../../fixtures/s3-events/notification-put.json' with { type: 'json' };
import { backfill, busEvent, deletionRepair, eventOf, notification } from '../../support/object-events.ts';

const kindOf = (body: unknown): InvalidEventKind | undefined => {
  try {
    parseObjectEvents(body);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidEventError);
    return (error as InvalidEventError).kind;
  }
};

/** The body with the field at the path set; undefined removes it. */
function altered(body: unknown, path: string, value: unknown): unknown {
  const copy = structuredClone(body) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop()!;
  const parent = names.reduce((at, name) => at[name] as Record<string, unknown>, copy);
  if (value === undefined) {
    delete parent[last];
  } else {
    parent[last] = value;
  }
  return copy;
}

describe('an EventBridge event', () => {
  test.each(busEvents)(
    'of $event.detail-type is named $eventName, as S3 names it',
    ({ eventName, event }) => {
      const parsed = eventOf(event);

      expect(parsed).toMatchObject({
        origin: 'eventbridge',
        detailType: event['detail-type'],
        eventName,
        bucket: 'sluice-ingest',
        eventTime: '2021-11-12T00:00:00.000Z',
        requestId: 'N4N7GDK58NMKJ12R',
        account: '111122223333',
        region: 'ca-central-1',
      });
    },
  );

  test('keeps its key as it is, for it is raw', () => {
    expect(busEvents.map(({ event }) => eventOf(event).key)).toEqual(
      busEvents.map(() => 'csv/a b+c%2Fé.csv'),
    );
  });

  test('gives every documented field, and no field that it lacks', () => {
    const [put] = busEvents;

    expect(eventOf(put!.event)).toEqual({
      origin: 'eventbridge',
      detailType: 'Object Created',
      eventName: 'ObjectCreated:Put',
      eventTime: '2021-11-12T00:00:00.000Z',
      bucket: 'sluice-ingest',
      key: 'csv/a b+c%2Fé.csv',
      size: 5,
      etag: 'b1946ac92492d2347c6235b4d2611184',
      versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
      sequencer: '0000000000000000617f08299329d189',
      requestId: 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      sourceIp: '1.2.3.4',
      account: '111122223333',
      region: 'ca-central-1',
      reason: 'PutObject',
    });
  });

  test.each([
    ['ObjectCreated:CompleteMultipartUpload', { sourceIp: '2001:db8::8a2e:370:7334' }],
    ['ObjectCreated:Copy', { hasAnnotation: false }],
    ['ObjectRemoved:DeleteMarkerCreated', { deletionType: 'Delete Marker Created', reason: 'DeleteObject' }],
    [
      'ObjectRestore:Completed',
      { restoreExpiryTime: '2021-11-13T00:00:00.000Z', sourceStorageClass: 'GLACIER' },
    ],
    ['LifecycleTransition', { destinationStorageClass: 'GLACIER' }],
    ['IntelligentTiering', { destinationAccessTier: 'ARCHIVE_ACCESS' }],
    ['ObjectAnnotation:Put', { annotationName: 'summary', reason: 'PutObjectAnnotation' }],
    [
      'ObjectRetention:Put',
      { retention: { mode: 'GOVERNANCE', 'retain-until-date': '2022-11-12T00:00:00Z' } },
    ],
  ])('of %s has what is particular to it', (eventName, particular) => {
    const sample = busEvents.find((each) => each.eventName === eventName);

    expect(eventOf(sample?.event)).toMatchObject(particular);
  });

  test('that is replayed is the live one with the name of its replay', () => {
    const live = busEvent();

    expect(eventOf({ ...live, 'replay-name': 'after-the-fix' })).toEqual({
      ...eventOf(live),
      replayName: 'after-the-fix',
    });
  });

  test('may have fields, a minor version and a reason that nobody knew', () => {
    const event = altered(
      altered(altered(busEvent(), 'detail.event-version', '1.99'), 'detail.object.colour', 'blue'),
      'detail.reason',
      'Rename Object',
    );

    expect(eventOf(event)).toMatchObject({
      eventName: 'ObjectCreated:RenameObject',
      reason: 'Rename Object',
    });
  });

  test('deleted for an unknown reason is still deleted', () => {
    expect(eventOf(busEvent({ deletionType: 'Permanently Deleted', reason: 'Swept' })).eventName).toBe(
      'ObjectRemoved:Delete',
    );
  });

  test.each(['version', 'detail.version', 'detail.event-version', 'detail.reason', 'detail.requester'])(
    'of an archive that is older than %s is read',
    (path) => {
      expect(eventOf(altered(busEvent(), path, undefined)).key).toBe('data/one.bin');
    },
  );

  test.each([
    ['detail-type', 'Object Teleported', 'unsupported-event'],
    ['detail-type', 'AWS API Call via CloudTrail', 'unsupported-event'],
    ['detail-type', '__proto__', 'unsupported-event'],
    ['source', 'acme.s3', 'unsupported-event'],
    ['version', '1', 'unsupported-event'],
    ['detail.version', '1', 'unsupported-event'],
    ['detail.event-version', '2.0', 'unsupported-event'],
    ['detail.event-version', '11.0', 'unsupported-event'],
    ['source', undefined, 'malformed-event'],
    ['time', undefined, 'malformed-event'],
    ['time', 'yesterday', 'malformed-event'],
    ['time', '2026-13-45T99:00:00Z', 'malformed-event'],
    ['time', 1_795_330_800, 'malformed-event'],
    ['detail', undefined, 'malformed-event'],
    ['detail', 'text', 'malformed-event'],
    ['detail', [], 'malformed-event'],
    ['detail.bucket', undefined, 'malformed-event'],
    ['detail.bucket.name', '', 'malformed-event'],
    ['detail.object', null, 'malformed-event'],
    ['detail.object.key', undefined, 'malformed-event'],
    ['detail.object.key', '', 'malformed-event'],
    ['detail.object.key', 7, 'malformed-event'],
    ['detail.object.size', '5', 'malformed-event'],
    ['detail.object.size', -1, 'malformed-event'],
    ['detail.object.size', 1.5, 'malformed-event'],
    ['detail.object.size', 2 ** 53, 'malformed-event'],
    ['detail.object.sequencer', 'later', 'malformed-event'],
    ['detail.object.sequencer', 'f'.repeat(33), 'malformed-event'],
  ] as const)('with %s as %j is refused as %s', (path, value, kind) => {
    expect(kindOf(altered(busEvent(), path, value))).toBe(kind);
  });

  test.each([undefined, 'Vanished'])(
    'deleted with deletion-type %j is malformed: it may be a version',
    (deletionType) => {
      const deleted = busEvent({ deletionType: 'Permanently Deleted' });

      expect(kindOf(altered(deleted, 'detail.deletion-type', deletionType))).toBe('malformed-event');
    },
  );

  test('that is refused says which field is wrong, what it holds, and what it must be', () => {
    expect(() => parseObjectEvents(altered(busEvent(), 'detail.object.size', '5'))).toThrow(
      'event.detail.object.size is "5": it must be a whole number of bytes',
    );
    expect(() => parseObjectEvents(altered(busEvent(), 'detail-type', 'Object Teleported'))).toThrow(
      'event detail-type is "Object Teleported"',
    );
    expect(() => parseObjectEvents(altered(busEvent(), 'detail.event-version', '2.0'))).toThrow(
      'the S3 event has version "2.0": only major version 1 is known',
    );
  });
});

describe('a classic notification', () => {
  test('of the Lambda guide is read', () => {
    expect(parseObjectEvents(guideNotification)).toEqual([
      {
        origin: 'notification',
        detailType: 'Object Created',
        eventName: 'ObjectCreated:Put',
        eventTime: '2019-09-03T19:37:27.192Z',
        bucket: 'lambda-artifacts-deafc19498e3f2df',
        key: 'b21b84d653bb07b05b1e6b33684dc11b',
        size: 1_305_107,
        etag: 'b21b84d653bb07b05b1e6b33684dc11b',
        sequencer: '000000000000000c0f6f405d6ed209e1',
        requestId: 'D82B88E5F771F645',
        requester: 'AWS:AIDAINPONIXQXHT3IKHL2',
        region: 'us-east-2',
        reason: 'PutObject',
      },
    ]);
  });

  test.each(busEvents)(
    'named $eventName is the event that the bus calls $event.detail-type',
    ({ eventName, event }) => {
      const named = altered(notification(), 'Records.0.eventName', `s3:${eventName}`);
      const { detailType, eventName: name, ...parsed } = eventOf(named);

      expect({ detailType, name }).toEqual({ detailType: event['detail-type'], name: eventName });
      expect('deletionType' in parsed ? parsed.deletionType : undefined).toBe(
        (event.detail as { 'deletion-type'?: string })['deletion-type'],
      );
    },
  );

  test.each([
    ['a+b.csv', 'a b.csv'],
    ['a%2Bb.csv', 'a+b.csv'],
    ['100%25.csv', '100%.csv'],
    ['caf%C3%A9/%F0%9F%9A%B0', 'café/🚰'],
    ['%2E%2E%2Fx', '../x'],
    ['__proto__', '__proto__'],
    ['%0D%0A', '\r\n'],
  ])('writes the key %s for %j', (encoded, key) => {
    expect(eventOf(altered(notification(), 'Records.0.s3.object.key', encoded)).key).toBe(key);
  });

  test('gives back any key that was form-encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
        expect(eventOf(notification({ key })).key).toBe(key);
      }),
    );
  });

  test.each(['100%', '%zz', '%C3', '%ff'])(
    'with the broken escape %s is malformed, and does not crash',
    (key) => {
      expect(kindOf(altered(notification(), 'Records.0.s3.object.key', key))).toBe('malformed-event');
    },
  );

  test('of several records gives an event for each, in their order', () => {
    const { Records } = notification() as { Records: unknown[] };
    const second = (notification({ key: 'two' }) as { Records: unknown[] }).Records;

    expect(parseObjectEvents({ Records: [...Records, ...second] }).map(({ key }) => key)).toEqual([
      'data/one.bin',
      'two',
    ]);
    expect(parseObjectEvents({ Records: [] })).toEqual([]);
  });

  test('that S3 sends as a test is no event', () => {
    const test = {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: '2014-10-13T15:57:02.089Z',
      Bucket: 'ingest',
    };

    expect(parseObjectEvents(test)).toEqual([]);
  });

  test.each([
    ['Records.0.eventName', 'Replication:OperationFailedReplication', 'unsupported-event'],
    ['Records.0.eventName', 'constructor', 'unsupported-event'],
    ['Records.0.eventVersion', '3.0', 'unsupported-event'],
    ['Records.0.eventSource', 'aws:sns', 'unsupported-event'],
    ['Records.0.eventName', undefined, 'malformed-event'],
    ['Records.0.s3', undefined, 'malformed-event'],
    ['Records.0.s3.bucket', 'ingest', 'malformed-event'],
    ['Records.0', 'text', 'malformed-event'],
  ] as const)('with %s as %j is refused as %s', (path, value, kind) => {
    expect(kindOf(altered(notification(), path, value))).toBe(kind);
  });
});

describe('a backfill', () => {
  test('is an Object Created with no sequencer, at the time the object was modified', () => {
    expect(eventOf(backfill({ etag: '"900150983cd24fb0d6963f7d28e17f72"', versionId: 'v1' }))).toEqual({
      origin: 'backfill',
      detailType: 'Object Created',
      eventName: 'ObjectCreated:Backfill',
      eventTime: '2026-11-20T06:59:59.000Z',
      lastModified: '2026-11-20T06:59:59.000Z',
      bucket: 'ingest',
      key: 'data/one.bin',
      size: 3,
      etag: '900150983cd24fb0d6963f7d28e17f72',
      versionId: 'v1',
    });
  });

  test.each([
    [{ sequencer: '617F08299329D189' }, '0000000000000000617f08299329d189'],
    [{ sequencer: null }, null],
  ])('may say which row it expects: %j', (expected, sequencer) => {
    expect(eventOf(backfill({ expected }))).toMatchObject({ expected: { sequencer } });
  });

  test('may say that what the row has is forged', () => {
    expect(eventOf(backfill({ expected: { sequencer: 'ff', isForged: true } }))).toMatchObject({
      expected: { sequencer: 'ff'.padStart(32, '0'), isForged: true },
    });
  });

  test.each([
    {},
    'text',
    5,
    { sequencer: '' },
    { sequencer: 7 },
    { sequencer: 'ff', isForged: 'yes' },
    { sequencer: null, isForged: true },
  ])('that expects %j is malformed', (expected) => {
    expect(kindOf(altered(backfill(), 'detail.expected', expected))).toBe('malformed-event');
  });

  test('of a deletion is the repair of a row that was seen, at the time the operator looked', () => {
    const gone = deletionRepair({ observedAt: '2026-11-20T08:00:00Z', expected: { sequencer: '1' } });

    expect(eventOf(gone)).toEqual({
      origin: 'backfill',
      detailType: 'Object Deleted',
      eventName: 'ObjectRemoved:Backfill',
      eventTime: '2026-11-20T08:00:00.000Z',
      lastModified: '2026-11-20T08:00:00.000Z',
      observedAt: '2026-11-20T08:00:00.000Z',
      bucket: 'ingest',
      key: 'data/one.bin',
      expected: { sequencer: '1'.padStart(32, '0') },
    });
    expect(kindOf(altered(gone, 'detail.expected', undefined))).toBe('malformed-event');
    expect(kindOf(altered(gone, 'time', undefined))).toBe('malformed-event');
  });

  test('of anything else is unsupported', () => {
    expect(kindOf({ ...backfill(), 'detail-type': 'Object Tags Added' })).toBe('unsupported-event');
  });

  test('is read as it was written, whatever the key holds', () => {
    const time = fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => date.toISOString());
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        time,
        time,
        fc.option(fc.record({ sequencer: fc.constantFrom(null, 'a1'.padStart(32, '0')) }), {
          nil: undefined,
        }),
        fc.boolean(),
        (key, lastModified, observedAt, expected, isDeleted) => {
          const facts = {
            bucket: 'ingest',
            key,
            lastModified: isDeleted ? observedAt : lastModified,
            observedAt,
            ...((isDeleted || expected !== undefined) && { expected: expected ?? { sequencer: null } }),
            ...(!isDeleted && { size: 3, etag: 'e1', versionId: 'v1' }),
          };

          const event = eventOf(JSON.parse(JSON.stringify(backfillEnvelope({ ...facts, isDeleted }))));

          expect(event).toMatchObject(JSON.parse(JSON.stringify(facts)) as object);
          expect(event.detailType).toBe(isDeleted ? 'Object Deleted' : 'Object Created');
        },
      ),
    );
  });

  test('without last-modified is malformed', () => {
    expect(kindOf(altered(backfill(), 'detail.last-modified', undefined))).toBe('malformed-event');
  });
});

describe('any other body', () => {
  test.each([null, 7, 'text', [], {}, { Records: 'none' }, { hello: 'world' }])('%j is malformed', (body) => {
    expect(kindOf(body)).toBe('malformed-event');
  });

  test.each(['', 'not json', '{"detail-type":', 'undefined'])('the text %j is malformed', (text) => {
    expect(() => parseObjectEventText(text)).toThrow(InvalidEventError);
  });

  test('never fails but with an InvalidEventError, whatever it holds', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        let error: unknown;
        try {
          parseObjectEventText(text);
        } catch (thrown) {
          error = thrown;
        }

        expect(error === undefined || error instanceof InvalidEventError).toBe(true);
      }),
    );
  });

  test('never fails but with an InvalidEventError, whichever field of a good event is replaced', () => {
    const paths = [
      'version',
      'detail-type',
      'source',
      'time',
      'detail',
      'detail.bucket',
      'detail.bucket.name',
      'detail.object',
      'detail.object.key',
      'detail.object.sequencer',
      'detail.reason',
      'detail.object-annotation',
      'replay-name',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        expect([undefined, 'malformed-event', 'unsupported-event']).toContain(
          kindOf(altered(busEvent(), path, value)),
        );
      }),
    );
  });
});
