import type { BucketChange } from './bucket-model.ts';

/** An event that S3 has emitted: what the pipeline has promised to deal with. */
export interface AcceptedEvent extends BucketChange {
  /** `e17`, after the operation that caused it. */
  readonly id: string;
  readonly requestId: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  /** As it is published on the bus. */
  readonly text: string;
}

interface EventPlace {
  readonly bucket: string;
  readonly account: string;
  readonly region: string;
}

export interface EventFacts extends EventPlace {
  readonly id: string;
  readonly timeMs: number;
  /** Fields that no document names; they must pass. */
  readonly hasExtraFields: boolean;
}

/** The event of a change, as S3 writes it. */
export function acceptedEvent(change: BucketChange, facts: EventFacts): AcceptedEvent {
  const { id, bucket, account, region, timeMs, hasExtraFields } = facts;
  const { key, body, detailType, versionId, sequencer, reason, deletionType } = change;
  const requestId = `R${id.toUpperCase()}`;
  const time = `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
  const isByLifecycle = reason === 'Lifecycle Expiration';
  const object = {
    key,
    ...(body !== undefined && { size: body.bytes.length, etag: body.etag }),
    ...(versionId !== undefined && { 'version-id': versionId }),
    ...(sequencer !== undefined && { sequencer }),
  };
  const text = JSON.stringify({
    version: '0',
    id,
    'detail-type': detailType,
    source: 'aws.s3',
    account,
    time,
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      ...(hasExtraFields
        ? { 'event-version': '1.9', 'of-tomorrow': { nested: [1, null, 'x'] } }
        : { 'event-version': '1.2' }),
      bucket: { name: bucket },
      object: hasExtraFields ? { ...object, 'storage-class': 'EXPRESS' } : object,
      'request-id': requestId,
      requester: isByLifecycle ? 's3.amazonaws.com' : account,
      ...(!isByLifecycle && { 'source-ip-address': '2001:db8::1' }),
      ...(reason !== undefined && { reason }),
      ...(deletionType !== undefined && { 'deletion-type': deletionType }),
    },
  });
  return { ...change, id, requestId, time, text };
}

/** In the form in which text order is event order: see AWS's notes on comparing sequencers. */
export const orderable = (sequencer: string): string => sequencer.toLowerCase().padStart(32, '0');
