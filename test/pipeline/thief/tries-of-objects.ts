import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Thief, Tries } from './scene.ts';

const put = async (
  { s3, scene }: Thief,
  bucket: 'ingest' | 'output',
  Key: string,
  more: { readonly IfNoneMatch?: string } = {},
) => await s3.send(new PutObjectCommand({ Bucket: scene[bucket], Key, Body: 'a,b\n', ...more }));

let lines = 0;

/** What can be tried with the three buckets. */
export const TRIES_OF_OBJECTS: Tries = {
  'put under csv/': (thief) => put(thief, 'ingest', 'csv/stolen.csv'),
  'put in parts under csv/, and break off': async ({ s3, scene: { ingest: Bucket } }) => {
    const Key = 'csv/parts.csv';
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  },
  'put elsewhere': (thief) => put(thief, 'ingest', 'private/stolen.csv'),
  'read an object under csv/': ({ s3, scene }) =>
    s3.send(new GetObjectCommand({ Bucket: scene.ingest, Key: 'csv/orders.csv' })),
  'read a version under csv/': ({ s3, scene }) =>
    s3.send(new GetObjectCommand({ Bucket: scene.ingest, Key: 'csv/orders.csv', VersionId: scene.version })),
  'read an object elsewhere': ({ s3, scene }) =>
    s3.send(new GetObjectCommand({ Bucket: scene.ingest, Key: 'private/salaries.txt' })),
  'list under csv/': ({ s3, scene }) =>
    s3.send(new ListObjectsV2Command({ Bucket: scene.ingest, Prefix: 'csv/' })),
  'list everything': ({ s3, scene }) => s3.send(new ListObjectsV2Command({ Bucket: scene.ingest })),
  'list versions under csv/': ({ s3, scene }) =>
    s3.send(new ListObjectVersionsCommand({ Bucket: scene.ingest, Prefix: 'csv/' })),
  'list versions of everything': ({ s3, scene }) =>
    s3.send(new ListObjectVersionsCommand({ Bucket: scene.ingest })),
  'list unfinished uploads': ({ s3, scene }) =>
    s3.send(new ListMultipartUploadsCommand({ Bucket: scene.ingest })),
  'delete an object': ({ s3, scene }) =>
    s3.send(new DeleteObjectCommand({ Bucket: scene.ingest, Key: 'csv/stolen.csv' })),
  'delete a version for good': ({ s3, scene }) =>
    s3.send(
      new DeleteObjectCommand({ Bucket: scene.ingest, Key: 'csv/orders.csv', VersionId: scene.version }),
    ),
  'stop the events of the bucket': ({ s3, scene }) =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: scene.ingest,
        NotificationConfiguration: {},
      }),
    ),
  'read the policy of the bucket': ({ s3, scene }) =>
    s3.send(new GetBucketPolicyCommand({ Bucket: scene.output })),

  'list the ledger': ({ s3, scene }) =>
    s3.send(new ListObjectsV2Command({ Bucket: scene.output, Prefix: 'ledger/' })),
  'read a line of the ledger': ({ s3, scene }) =>
    s3.send(new GetObjectCommand({ Bucket: scene.output, Key: scene.line })),
  'ask for a line of the ledger by version': ({ s3, scene }) =>
    s3.send(new HeadObjectCommand({ Bucket: scene.output, Key: scene.line, VersionId: scene.lineVersion })),
  'add a line to the ledger': (thief) =>
    put(thief, 'output', `ledger/dt=2020-01-01/hour=00/${lines++}.ndjson`, { IfNoneMatch: '*' }),
  'write over a line of the ledger': (thief) => put(thief, 'output', thief.scene.line),
  'put beside the ledger': (thief) => put(thief, 'output', 'elsewhere/x'),
  'delete a line of the ledger': ({ s3, scene }) =>
    s3.send(new DeleteObjectCommand({ Bucket: scene.output, Key: scene.line })),
  'delete a line of the ledger for good': ({ s3, scene }) =>
    s3.send(new DeleteObjectCommand({ Bucket: scene.output, Key: scene.line, VersionId: scene.lineVersion })),

  'list the access logs': ({ s3, scene }) =>
    s3.send(new ListObjectVersionsCommand({ Bucket: scene.accessLogs })),
  'read an access log': async ({ s3, scene }) =>
    await s3.send(new GetObjectCommand({ Bucket: scene.accessLogs, Key: 'IngestBucket/2026-11-27' })),
  'delete an access log': ({ s3, scene }) =>
    s3.send(new DeleteObjectCommand({ Bucket: scene.accessLogs, Key: 'IngestBucket/2026-11-27' })),
};
