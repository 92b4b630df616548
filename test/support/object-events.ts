import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { parseObjectEvents } from '../../shared/object-event/object-event-parser.ts';

/** What a test says of an S3 event; the rest is filled in. */
export interface EventFacts {
  readonly bucket?: string;
  readonly key?: string;
  readonly sequencer?: string | undefined;
  readonly versionId?: string;
  readonly size?: number;
  readonly etag?: string;
  readonly time?: string;
  readonly replayName?: string;
  readonly detailType?: string;
  readonly reason?: string;
  readonly deletionType?: 'Permanently Deleted' | 'Delete Marker Created';
  readonly requestId?: string;
}

/** An EventBridge S3 event as JSON: a put of `data/one.bin`, or with a deletion type a delete. */
export function busEvent(facts: EventFacts = {}): Record<string, unknown> {
  const deleted = facts.deletionType !== undefined;
  return {
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': facts.detailType ?? (deleted ? 'Object Deleted' : 'Object Created'),
    source: 'aws.s3',
    account: '111122223333',
    time: facts.time ?? '2026-11-20T07:00:00Z',
    region: 'eu-central-1',
    resources: ['arn:aws:s3:::ingest'],
    ...(facts.replayName !== undefined && { 'replay-name': facts.replayName }),
    detail: {
      version: '0',
      'event-version': '1.2',
      bucket: { name: facts.bucket ?? 'ingest' },
      object: {
        key: facts.key ?? 'data/one.bin',
        ...(!deleted && { size: facts.size ?? 3, etag: facts.etag ?? '900150983cd24fb0d6963f7d28e17f72' }),
        'version-id': facts.versionId,
        sequencer: 'sequencer' in facts ? facts.sequencer : '617f08299329d189',
      },
      'request-id': facts.requestId ?? 'N4N7GDK58NMKJ12R',
      requester: '111122223333',
      'source-ip-address': '2001:db8::1',
      reason: facts.reason ?? (deleted ? 'DeleteObject' : 'PutObject'),
      'deletion-type': facts.deletionType,
    },
  };
}

export interface BackfillFacts {
  readonly key?: string;
  readonly lastModified?: string;
  readonly observedAt?: string;
  readonly etag?: string;
  readonly size?: number;
  readonly versionId?: string;
  readonly expected?: { readonly sequencer: string | null; readonly isForged?: true };
}

/** The repair of a row whose object is gone, as JSON. */
export function deletionRepair(facts: {
  readonly key?: string;
  readonly observedAt: string;
  readonly expected: { readonly sequencer: string | null };
}): Record<string, unknown> {
  return {
    source: 'sluice.backfill',
    'detail-type': 'Object Deleted',
    time: facts.observedAt,
    detail: {
      bucket: { name: 'ingest' },
      object: { key: facts.key ?? 'data/one.bin' },
      expected: facts.expected,
    },
  };
}

/** A backfill envelope as JSON. */
export function backfill(facts: BackfillFacts = {}): Record<string, unknown> {
  return {
    source: 'sluice.backfill',
    'detail-type': 'Object Created',
    ...(facts.observedAt !== undefined && { time: facts.observedAt }),
    detail: {
      bucket: { name: 'ingest' },
      object: {
        key: facts.key ?? 'data/one.bin',
        size: facts.size ?? 3,
        etag: facts.etag ?? '900150983cd24fb0d6963f7d28e17f72',
        'version-id': facts.versionId,
      },
      'last-modified': facts.lastModified ?? '2026-11-20T06:59:59Z',
      ...(facts.expected && { expected: facts.expected }),
    },
  };
}

/** A classic notification of the same put or delete, with its key form-encoded. */
export function notification(facts: EventFacts = {}): Record<string, unknown> {
  const word = { 'Permanently Deleted': 'Delete', 'Delete Marker Created': 'DeleteMarkerCreated' } as const;
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'eu-central-1',
        eventTime: facts.time ?? '2026-11-20T07:00:00.000Z',
        eventName: facts.deletionType ? `ObjectRemoved:${word[facts.deletionType]}` : 'ObjectCreated:Put',
        responseElements: { 'x-amz-request-id': facts.requestId ?? 'N4N7GDK58NMKJ12R' },
        s3: {
          bucket: { name: facts.bucket ?? 'ingest' },
          object: {
            key: encodeURIComponent(facts.key ?? 'data/one.bin').replaceAll('%20', '+'),
            versionId: facts.versionId,
            sequencer: 'sequencer' in facts ? facts.sequencer : '617F08299329D189',
          },
        },
      },
    ],
  };
}

/** The one event in a body. */
export function eventOf(body: unknown): ObjectEvent {
  const [event] = parseObjectEvents(body);
  if (event === undefined) {
    throw new Error('the body holds no event');
  }
  return event;
}
