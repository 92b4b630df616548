import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test } from 'vitest';
import type { PolicyStatement, Principal } from '../../../local/iam.ts';
import { ACCOUNT, type S3World, startS3World } from './s3-world.ts';

const Bucket = 'versioned';

const CALLS: Readonly<Record<string, (client: S3Client, VersionId: string) => Promise<unknown>>> = {
  's3:GetObject': (client) => client.send(new GetObjectCommand({ Bucket, Key: 'csv/x' })),
  's3:GetObjectVersion': (client, VersionId) =>
    client.send(new GetObjectCommand({ Bucket, Key: 'csv/x', VersionId })),
  's3:PutObject': (client) => client.send(new PutObjectCommand({ Bucket, Key: 'csv/y', Body: 'y' })),
  's3:DeleteObject': (client) => client.send(new DeleteObjectCommand({ Bucket, Key: 'csv/y' })),
  's3:DeleteObjectVersion': (client, VersionId) =>
    client.send(new DeleteObjectCommand({ Bucket, Key: 'csv/other', VersionId })),
  's3:ListBucket': (client) => client.send(new ListObjectsV2Command({ Bucket })),
  's3:ListBucketVersions': (client) => client.send(new ListObjectVersionsCommand({ Bucket })),
  's3:ListBucketMultipartUploads': (client) => client.send(new ListMultipartUploadsCommand({ Bucket })),
  's3:ListAllMyBuckets': (client) => client.send(new ListBucketsCommand({})),
};

function allow(action: string): PolicyStatement {
  return {
    effect: 'Allow',
    actions: [action],
    resources:
      action === 's3:ListAllMyBuckets' ? ['*'] : ['arn:aws:s3:::versioned', 'arn:aws:s3:::versioned/csv/*'],
  };
}

describe('what a role may do', () => {
  let world: S3World;
  afterEach(() => world?.close());

  async function start(
    statements: readonly PolicyStatement[],
  ): Promise<{ role: S3Client; VersionId: string }> {
    const principal: Principal = {
      kind: 'role',
      roleName: 'CounterRole',
      functionName: 'csv-row-counter',
      accountId: ACCOUNT,
      statements,
    };
    world = await startS3World({ principals: { counter: principal } });
    const { VersionId } = await world
      .client()
      .send(new PutObjectCommand({ Bucket, Key: 'csv/x', Body: 'x' }));
    return { role: world.client('counter'), VersionId: VersionId! };
  }

  test.each(Object.keys(CALLS))('%s lets its own call through, and no other', async (allowed) => {
    const { role, VersionId } = await start([allow(allowed)]);

    const outcomes: Record<string, string> = {};
    for (const [action, call] of Object.entries(CALLS)) {
      outcomes[action] = await call(role, VersionId).then(
        () => 'allowed',
        (error: Error) => error.name,
      );
    }

    expect(outcomes).toEqual(
      Object.fromEntries(
        Object.keys(CALLS).map((action) => [action, action === allowed ? 'allowed' : 'AccessDenied']),
      ),
    );
  });

  test('a missing object is 404 to who may list the bucket, and 403 to who may not', async () => {
    const missing = new GetObjectCommand({ Bucket, Key: 'csv/missing' });
    const { role: blind } = await start([allow('s3:GetObject')]);
    await expect(blind.send(missing)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('s3:ListBucket'),
    });
    await world.close();

    const { role: seeing } = await start([allow('s3:GetObject'), allow('s3:ListBucket')]);
    await expect(seeing.send(missing)).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(seeing.send(new HeadObjectCommand({ Bucket, Key: 'csv/missing' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test('a copy needs to read its source and to write its target', async () => {
    const copy = new CopyObjectCommand({ Bucket, Key: 'csv/copy', CopySource: `${Bucket}/csv/x` });
    const { role: writer } = await start([allow('s3:PutObject')]);
    await expect(writer.send(copy)).rejects.toMatchObject({ name: 'AccessDenied' });
    await world.close();

    const { role: both } = await start([allow('s3:PutObject'), allow('s3:GetObject')]);
    await both.send(copy);
  });

  test('deleting many is decided key by key', async () => {
    const { role } = await start([allow('s3:DeleteObject')]);

    const answer = await role.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'csv/x' }, { Key: 'image/x' }] } }),
    );

    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['csv/x']);
    expect(answer.Errors).toMatchObject([{ Key: 'image/x', Code: 'AccessDenied' }]);
  });

  test('aborting an upload needs its own permission', async () => {
    const { role } = await start([allow('s3:PutObject')]);
    const { UploadId } = await role.send(new CreateMultipartUploadCommand({ Bucket, Key: 'csv/z' }));

    await expect(
      role.send(new AbortMultipartUploadCommand({ Bucket, Key: 'csv/z', UploadId })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});
