import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
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
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../../local/iam.ts';
import type { PolicyStatement } from '../../../local/iam/decision.ts';
import { ACCOUNT, type S3World, startS3World, VERSIONED } from './s3-world.ts';

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

const EVERYTHING: PolicyStatement = { effect: 'Allow', actions: ['s3:*'], resources: ['*'] };
const allowing = (principal: string): PolicyStatement => ({ ...EVERYTHING, principals: [principal] });

describe('the policy of a bucket', () => {
  const ONCE: PolicyStatement = {
    effect: 'Deny',
    actions: ['s3:PutObject'],
    resources: ['arn:aws:s3:::versioned/ledger/*'],
    principals: ['*'],
    conditions: { Null: { 's3:if-none-match': ['true'] }, Bool: { 's3:ObjectCreationOperation': ['true'] } },
  };
  const Key = 'ledger/x';
  let world: S3World;
  afterEach(() => world?.close());

  async function start(policy: readonly PolicyStatement[], own: readonly PolicyStatement[] = [EVERYTHING]) {
    const role: Principal = {
      kind: 'role',
      roleName: 'ExporterRole',
      functionName: 'ledger-exporter',
      accountId: ACCOUNT,
      statements: own,
    };
    world = await startS3World({ principals: { role }, buckets: [{ ...VERSIONED, policy }] });
    return world.client('role');
  }

  test('denies whoever writes there without If-None-Match, in the words of AWS', async () => {
    const role = await start([ONCE]);
    const put = new PutObjectCommand({ Bucket, Key, Body: 'x' });

    await expect(role.send(put)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/ExporterRole/ledger-exporter is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::versioned/ledger/x with an explicit deny in a resource-based policy`,
    });
    await expect(world.client().send(put)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(world.events).toEqual([]);
  });

  test('lets through who writes once, and elsewhere', async () => {
    const role = await start([ONCE]);
    const once = new PutObjectCommand({ Bucket, Key, Body: 'x', IfNoneMatch: '*' });

    await role.send(once);
    await expect(role.send(once)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await role.send(new PutObjectCommand({ Bucket, Key: 'other/x', Body: 'x' }));

    expect(world.events.map(({ detail }) => detail.object.key)).toEqual(['ledger/x', 'other/x']);
  });

  test('does not take If-Match, an ETag or a copy for If-None-Match', async () => {
    const role = await start([ONCE]);
    const { ETag } = await role.send(new PutObjectCommand({ Bucket, Key, Body: 'x', IfNoneMatch: '*' }));

    const others = [
      new PutObjectCommand({ Bucket, Key, Body: 'y', IfMatch: ETag }),
      new PutObjectCommand({ Bucket, Key: 'LEDGER/../ledger/x', Body: 'y', IfNoneMatch: '"0"' }),
      new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/ledger/x`, MetadataDirective: 'REPLACE' }),
    ];
    const outcomes = await Promise.all(
      others.map(async (command) =>
        role.send(command as PutObjectCommand).then(
          () => 'written',
          (error: Error) => error.name,
        ),
      ),
    );

    expect(outcomes).toEqual(['AccessDenied', 'NotImplemented', 'AccessDenied']);
  });

  test('judges an upload in parts when it is completed', async () => {
    const role = await start([ONCE]);
    const upload = async (IfNoneMatch?: string) => {
      const { UploadId } = await role.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const { ETag } = await role.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x' }),
      );
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      const complete = { Bucket, Key, UploadId, MultipartUpload };
      return role.send(
        new CompleteMultipartUploadCommand(
          IfNoneMatch === undefined ? complete : { ...complete, IfNoneMatch },
        ),
      );
    };

    await expect(upload()).rejects.toMatchObject({ name: 'AccessDenied' });
    await upload('*');
    await expect(upload('*')).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  test.each(['?partNumber=1', '?uploads', '?uploadId=x'])(
    'does not take a PUT with %s for a step of an upload in parts',
    async (query) => {
      const role = await start([ONCE]);
      const command = new PutObjectCommand({ Bucket, Key, Body: 'x' });
      command.middlewareStack.add(
        (next) => (args) => {
          const request = args.request as { query: Record<string, string> };
          const [name = '', value = ''] = query.slice(1).split('=');
          request.query[name] = value;
          return next(args);
        },
        { step: 'build' },
      );

      await expect(role.send(command)).rejects.toMatchObject({
        name: expect.stringMatching(/^(AccessDenied|NotImplemented|InvalidArgument)$/),
      });
      expect(world.events).toEqual([]);
    },
  );

  test('may allow a role what its own policies do not, and not by naming its account', async () => {
    const named = await start([allowing(`arn:aws:iam::${ACCOUNT}:role/ExporterRole`)], []);
    await named.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    await world.close();

    const ofAccount = await start([allowing(`arn:aws:iam::${ACCOUNT}:root`)], []);
    await expect(ofAccount.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('may bind a listing to a prefix', async () => {
    const bound: PolicyStatement = {
      ...EVERYTHING,
      actions: ['s3:ListBucket'],
      conditions: { StringLike: { 's3:prefix': ['csv/*'] } },
    };
    const role = await start([], [bound]);

    await role.send(new ListObjectsV2Command({ Bucket, Prefix: 'csv/a' }));
    for (const Prefix of [undefined, '', 'images/']) {
      await expect(role.send(new ListObjectsV2Command({ Bucket, Prefix }))).rejects.toMatchObject({
        name: 'AccessDenied',
      });
    }
  });
});
