import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../shared/event-pattern/pattern-matcher.ts';
import { parseObjectEvents, parseObjectEventText } from '../../../shared/object-event/object-event-parser.ts';
import { sampleEvent } from '../../../shared/object-event/sample-event.ts';
import {
  BUS_SAMPLE_KINDS,
  SAMPLE_KINDS,
  type SampleKind,
} from '../../../shared/object-event/sample-kinds.ts';
import { sqsBatch } from '../../../shared/object-event/sample-sqs-batch.ts';
import { eventText, type ObjectChange } from '../../../local/s3/event.ts';

const KINDS = Object.keys(SAMPLE_KINDS) as readonly SampleKind[];
const SINGLE = KINDS.filter((kind) => kind !== 'sqs' && kind !== 'test-notification');

/** S3's own documented events, by detail-type. */
const DOCUMENTED = JSON.parse(
  readFileSync(new URL('../../fixtures/s3-events/bus-events.json', import.meta.url), 'utf8'),
) as unknown;

/** The names of all fields, nested ones too. */
function fieldsIn(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, field]) => fieldsIn(field, `${path}/${name}`));
}

describe('a sample', () => {
  test.each(SINGLE)('of kind %s is one event of the key and the bucket, as our parser reads it', (kind) => {
    const [event, ...more] = parseObjectEvents(
      sampleEvent(kind, { bucket: 'uploads', key: 'a b+%/ü😀.csv' }),
    );

    expect(more).toEqual([]);
    expect(event).toMatchObject({ bucket: 'uploads', key: 'a b+%/ü😀.csv' });
  });

  test('says any key as it is, whatever kind encodes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom(...SINGLE), (key, kind) => {
        expect(parseObjectEvents(sampleEvent(kind, { key }))[0]?.key).toBe(key);
      }),
    );
  });

  test('of S3’s test notification holds no event', () => {
    expect(parseObjectEvents(sampleEvent('test-notification'))).toEqual([]);
  });

  test('of a batch holds its events as the bodies of messages', () => {
    const batch = sqsBatch([sampleEvent('put', { key: 'one' }), sampleEvent('backfill', { key: 'two' })]);
    const { Records } = batch as { Records: { body: string; messageId: string; eventSource: string }[] };

    expect(Records.flatMap(({ body }) => parseObjectEventText(body)).map(({ key }) => key)).toEqual([
      'one',
      'two',
    ]);
    expect(new Set(Records.map(({ messageId }) => messageId)).size).toBe(2);
    expect(Records.every(({ eventSource }) => eventSource === 'aws:sqs')).toBe(true);
  });

  test('in a bucket without versions names none', () => {
    const events = KINDS.map((kind) => JSON.stringify(sampleEvent(kind, { versionId: null })));

    expect(events.filter((text) => /version-?id/i.test(text))).toEqual([]);
  });

  test.each(BUS_SAMPLE_KINDS)('of kind %s has no field that S3 does not document for it', (kind) => {
    const sample = sampleEvent(kind);
    const type = sample['detail-type'];
    const documented = documentedEvents(DOCUMENTED).filter((one) => one['detail-type'] === type);
    const known = new Set(documented.flatMap((one) => fieldsIn(one)));

    expect(documented.length).toBeGreaterThan(0);
    expect(fieldsIn(sample).filter((field) => !known.has(field))).toEqual([]);
  });

  test.each<[SampleKind, ObjectChange['type'], object]>([
    [
      'put',
      'Object Created',
      { reason: 'PutObject', sizeBytes: 5, etag: 'b1946ac92492d2347c6235b4d2611184' },
    ],
    ['marker', 'Object Deleted', { reason: 'DeleteObject', deletionType: 'Delete Marker Created' }],
    ['delete', 'Object Deleted', { reason: 'DeleteObject', deletionType: 'Permanently Deleted' }],
  ])('of kind %s has the fields of the event that the local S3 sends', (kind, type, change) => {
    const cause = { requestId: 'R', requester: '111122223333', sourceIp: '127.0.0.1' };
    const sent = {
      bucket: 'b',
      key: 'k',
      timeMs: 0,
      versionId: 'v',
      sequencer: '0a',
      cause,
      type,
      ...change,
    };
    const local = JSON.parse(eventText(sent as ObjectChange, '111122223333', 'eu-west-1')) as object;

    expect(fieldsIn(sampleEvent(kind)).toSorted()).toEqual(fieldsIn(local).toSorted());
  });

  test('is matched as S3’s own would be', () => {
    const created = compilePattern(
      '{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":["uploads"]},"object":{"key":[{"prefix":"csv/"}]}}}',
    );
    const matching = KINDS.filter((kind) =>
      created.matches(JSON.stringify(sampleEvent(kind, { bucket: 'uploads', key: 'csv/a.csv' }))),
    );

    expect(matching).toEqual(['put', 'post', 'copy', 'multipart', 'replay']);
  });

  test('of a replay names it, and a copy may be told another reason', () => {
    expect(sampleEvent('replay')).toHaveProperty('replay-name');
    expect(sampleEvent('put', { reason: 'RenameObject' })).toMatchObject({
      detail: { reason: 'RenameObject' },
    });
  });
});

function documentedEvents(value: unknown): readonly Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(documentedEvents);
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Record<string, unknown>;
  return 'detail-type' in object ? [object] : Object.values(object).flatMap(documentedEvents);
}
