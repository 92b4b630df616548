import { normaliseSequencer } from './sequencer.ts';

export const TEST_NOTIFICATION = {
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  RequestId: '5582815E1AEA5ADF',
  HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE',
};

/** What a notification says of the object. */
interface NotifiedObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly versionId: string | null;
  readonly sequencer: string;
  readonly time: string;
  readonly region: string;
}

/** A classic notification of one record, e.g. of `ObjectCreated:Put`; see s3-notification.ts for the shape. */
export function sampleNotification(eventName: string, object: NotifiedObject): Record<string, unknown> {
  const { bucket, key, size, etag, versionId, sequencer, time, region } = object;
  const isRemoved = eventName.startsWith('ObjectRemoved:');
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: new Date(time).toISOString(),
        eventName,
        userIdentity: { principalId: 'AWS:AIDAINPONIXQXHT3IKHL2' },
        requestParameters: { sourceIPAddress: '192.0.2.1' },
        responseElements: {
          'x-amz-request-id': 'N4N7GDK58NMKJ12R',
          'x-amz-id-2': 'FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG',
        },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'uploads',
          bucket: {
            name: bucket,
            ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
            arn: `arn:aws:s3:::${bucket}`,
          },
          object: {
            key: formEncoded(key),
            ...(!isRemoved && { size, eTag: etag }),
            ...(versionId !== null && { versionId }),
            // without the zeros that only order needs
            sequencer: normaliseSequencer(sequencer)
              .replace(/^0+(?=.{18})/, '')
              .toUpperCase(),
          },
        },
      },
    ],
  };
}

/** `csv/a b.csv` → `csv/a+b.csv`: as S3 writes keys here, and nowhere else. */
const formEncoded = (key: string): string =>
  key
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%20', '+'))
    .join('/');
