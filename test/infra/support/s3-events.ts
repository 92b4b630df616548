import type { S3Details } from '../../../shared/object-event/s3-bus-event.ts';
import { INGEST_BUCKET } from './deployed-patterns.ts';

/** An event as S3 publishes it, with what the test changes in its detail or in its envelope. */
export function s3Event(
  type: keyof S3Details,
  object: object,
  detail: object = {},
  envelope: object = {},
): object {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': type,
    source: 'aws.s3',
    account: '111122223333',
    time: '2026-11-20T07:00:00Z',
    region: 'eu-west-1',
    resources: [`arn:aws:s3:::${INGEST_BUCKET}`],
    detail: {
      version: '0',
      'event-version': '1.2',
      bucket: { name: INGEST_BUCKET },
      object,
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '2001:db8::1',
      ...detail,
    },
    ...envelope,
  };
}

/** The event of an upload, with what the test changes in its detail or in its envelope. */
export function created(key: string, detail: object = {}, envelope: object = {}): object {
  const object = {
    key,
    size: 5,
    etag: 'b1946ac92492d2347c6235b4d2611184',
    'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
    sequencer: '617f08299329d189',
  };
  return s3Event('Object Created', object, { reason: 'PutObject', ...detail }, envelope);
}
