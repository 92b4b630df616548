import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectLockRetention,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../../local/iam.ts';
import type { PolicyStatement } from '../../../local/iam/decision.ts';
import type { BucketPlan } from '../../../local/plan.ts';
import { rawRequest } from './raw-request.ts';
import { ACCOUNT, PLAIN, type S3World, startS3World, VERSIONED } from './s3-world.ts';

const DAY_MS = 86_400_000;
const LOCKING: BucketPlan = { ...VERSIONED, name: 'locking', objectLock: {} };
const Bucket = LOCKING.name;

const HELD = {
  name: 'AccessDenied',
  message: 'Access Denied because object protected by object lock.',
  $metadata: expect.objectContaining({ httpStatusCode: 403 }) as object,
};

const role = (...statements: readonly PolicyStatement[]): Principal => ({
  kind: 'role',
  roleName: 'Role',
  functionName: 'role',
  accountId: ACCOUNT,
  statements,
});

const versionsOf = async (client: S3Client) =>
  (await client.send(new ListObjectVersionsCommand({ Bucket }))).Versions?.map(({ VersionId }) => VersionId);

const allow = (...actions: readonly string[]): PolicyStatement => ({
  effect: 'Allow',
  actions,
  resources: ['arn:aws:s3:::locking', 'arn:aws:s3:::locking/*'],
});

describe('a locked version', () => {
  let world: S3World;
  let client: S3Client;
  beforeEach(async () => {
    world = await startS3World({
      buckets: [LOCKING, PLAIN],
      principals: {
        deleter: role(allow('s3:DeleteObject*', 's3:PutObjectRetention', 's3:GetObject')),
        destroyer: role(allow('s3:DeleteObject*', 's3:PutObjectRetention', 's3:BypassGovernanceRetention')),
        writer: role(allow('s3:PutObject')),
        bounded: role(allow('s3:PutObject', 's3:PutObjectRetention'), {
          effect: 'Deny',
          actions: ['s3:PutObjectRetention'],
          resources: ['*'],
          conditions: { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': ['10'] } },
        }),
      },
    });
    client = world.client();
  });
  afterEach(() => world?.close());

  const inDays = (days: number) => new Date(world.clock.now() + days * DAY_MS);

  const put = async (
    ObjectLockMode: 'GOVERNANCE' | 'COMPLIANCE' | undefined,
    more: Partial<PutObjectCommandInput> = {},
    by = client,
  ): Promise<string> => {
    const { VersionId } = await by.send(
      new PutObjectCommand({
        Bucket,
        Key: 'k',
        Body: 'x',
        ...(ObjectLockMode !== undefined && { ObjectLockMode, ObjectLockRetainUntilDate: inDays(10) }),
        ...more,
      }),
    );
    return VersionId!;
  };
  const remove = async (VersionId: string | undefined, BypassGovernanceRetention?: boolean, by = client) =>
    await by.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId, BypassGovernanceRetention }));
  const retain = async (
    VersionId: string,
    Retention: ObjectLockRetention,
    BypassGovernanceRetention?: boolean,
    by = client,
  ) =>
    await by.send(
      new PutObjectRetentionCommand({ Bucket, Key: 'k', VersionId, Retention, BypassGovernanceRetention }),
    );
  const retentionOf = async (VersionId: string) =>
    (await client.send(new GetObjectRetentionCommand({ Bucket, Key: 'k', VersionId }))).Retention;

  test('tells its lock to who reads it, and may know', async () => {
    const until = inDays(10);
    const VersionId = await put('GOVERNANCE', {
      ObjectLockRetainUntilDate: until,
      ObjectLockLegalHoldStatus: 'ON',
    });
    const told = {
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: until,
      ObjectLockLegalHoldStatus: 'ON',
    };

    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).toMatchObject(told);
    expect(await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).toMatchObject(told);
    expect(await retentionOf(VersionId)).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: until });
    expect(await client.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'k' }))).toMatchObject({
      LegalHold: { Status: 'ON' },
    });
    const withoutRight = await world.client('deleter').send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(withoutRight.ObjectLockMode).toBeUndefined();
    expect(withoutRight.ObjectLockLegalHoldStatus).toBeUndefined();
  });

  test.each(['GOVERNANCE', 'COMPLIANCE'] as const)(
    'under %s is not deleted before its date, and is afterwards',
    async (mode) => {
      const VersionId = await put(mode);

      await expect(remove(VersionId)).rejects.toMatchObject(HELD);
      world.clock.advance(10 * DAY_MS - 60_000);
      await expect(remove(VersionId)).rejects.toMatchObject(HELD);
      world.clock.advance(60_000);
      expect(await remove(VersionId)).toMatchObject({ VersionId });
    },
  );

  test('is hidden by a marker, which anybody may remove, and overwritten by a version beside it', async () => {
    const VersionId = await put('COMPLIANCE');

    const marker = await remove(undefined);
    expect(marker.DeleteMarker).toBe(true);
    await remove(marker.VersionId);
    const newer = await put(undefined);

    expect(await versionsOf(client)).toEqual([newer, VersionId]);
    await remove(newer);
  });

  test('under governance is deleted by who bypasses it, and may', async () => {
    const VersionId = await put('GOVERNANCE');

    await expect(remove(VersionId, false)).rejects.toMatchObject(HELD);
    await expect(remove(VersionId, true, world.client('deleter'))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('s3:BypassGovernanceRetention') as string,
    });
    await expect(remove(VersionId, false, world.client('destroyer'))).rejects.toMatchObject(HELD);
    expect(await remove(VersionId, true, world.client('destroyer'))).toMatchObject({ VersionId });
  });

  test('under compliance is deleted by nobody', async () => {
    const VersionId = await put('COMPLIANCE');

    await expect(remove(VersionId, true)).rejects.toMatchObject(HELD);
    await expect(remove(VersionId, true, world.client('destroyer'))).rejects.toMatchObject(HELD);
  });

  test('with a legal hold is deleted by nobody, until the hold is lifted', async () => {
    const VersionId = await put(undefined, { ObjectLockLegalHoldStatus: 'ON' });
    const hold = async (Status: 'ON' | 'OFF', by = client) =>
      await by.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'k', VersionId, LegalHold: { Status } }));

    await expect(remove(VersionId, true)).rejects.toMatchObject(HELD);
    await expect(hold('OFF', world.client('destroyer'))).rejects.toMatchObject({ name: 'AccessDenied' });
    await hold('OFF');

    expect(await remove(VersionId)).toMatchObject({ VersionId });
  });

  test('of a list is answered for by itself, and the rest is deleted', async () => {
    const [locked, free] = [await put('GOVERNANCE'), await put(undefined)];
    const Objects = [locked, free].map((VersionId) => ({ Key: 'k', VersionId }));

    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toMatchObject([{ VersionId: free }]);
    expect(Errors).toEqual([{ Key: 'k', VersionId: locked, Code: HELD.name, Message: HELD.message }]);
    const bypassed = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: Objects.slice(0, 1) },
        BypassGovernanceRetention: true,
      }),
    );
    expect(bypassed.Deleted).toMatchObject([{ VersionId: locked }]);
  });

  test('is kept for longer by who may, and for less by who bypasses governance', async () => {
    const VersionId = await put('GOVERNANCE');
    const [shorter, longer] = [5, 20].map((days) => ({
      Mode: 'GOVERNANCE' as const,
      RetainUntilDate: inDays(days),
    }));

    await retain(VersionId, longer!, false, world.client('deleter'));
    expect(await retentionOf(VersionId)).toEqual(longer);
    await expect(retain(VersionId, shorter!)).rejects.toMatchObject(HELD);
    await expect(retain(VersionId, {})).rejects.toMatchObject(HELD);
    await expect(retain(VersionId, { ...longer!, Mode: 'COMPLIANCE' })).rejects.toMatchObject(HELD);
    await expect(retain(VersionId, shorter!, true, world.client('deleter'))).rejects.toMatchObject({
      message: expect.stringContaining('s3:BypassGovernanceRetention') as string,
    });
    expect(await retentionOf(VersionId)).toEqual(longer);

    await retain(VersionId, shorter!, true, world.client('destroyer'));
    expect(await retentionOf(VersionId)).toEqual(shorter);
    await retain(VersionId, {}, true);
    await expect(retentionOf(VersionId)).rejects.toMatchObject({ name: 'NoSuchObjectLockConfiguration' });
    expect(await remove(VersionId)).toMatchObject({ VersionId });
  });

  test('under compliance is kept for longer alone', async () => {
    const VersionId = await put('COMPLIANCE');
    const longer = { Mode: 'COMPLIANCE' as const, RetainUntilDate: inDays(20) };

    await retain(VersionId, longer);
    await expect(retain(VersionId, { ...longer, RetainUntilDate: inDays(19) }, true)).rejects.toMatchObject(
      HELD,
    );
    await expect(retain(VersionId, { ...longer, Mode: 'GOVERNANCE' }, true)).rejects.toMatchObject(HELD);
    expect(await retentionOf(VersionId)).toEqual(longer);
  });

  test('whose retention changes is told of by an event', async () => {
    const VersionId = await put(undefined);
    world.events.length = 0;

    await retain(VersionId, { Mode: 'GOVERNANCE', RetainUntilDate: inDays(1) });

    expect(world.events).toMatchObject([
      {
        'detail-type': 'Object Retention Updated',
        detail: { object: { key: 'k', 'version-id': VersionId } },
      },
    ]);
  });

  test('is what a multipart upload, a copy and a bucket’s default make, and no copy inherits it', async () => {
    const lock = { ObjectLockMode: 'GOVERNANCE' as const, ObjectLockRetainUntilDate: inDays(3) };
    const at = { Bucket, Key: 'parts' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...at, ...lock }));
    const { ETag } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'x' }));
    await client.send(
      new CompleteMultipartUploadCommand({
        ...at,
        UploadId,
        MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
      }),
    );
    const CopySource = `${Bucket}/parts`;
    await client.send(new CopyObjectCommand({ Bucket, Key: 'bare', CopySource }));
    await client.send(new CopyObjectCommand({ Bucket, Key: 'locked', CopySource, ...lock }));
    world.s3.provision({ ...LOCKING, objectLock: { byDefault: { mode: 'COMPLIANCE', days: 2 } } });
    await client.send(new PutObjectCommand({ Bucket, Key: 'default', Body: 'x' }));

    const modes: Record<string, string | undefined> = {};
    for (const Key of ['parts', 'bare', 'locked', 'default']) {
      modes[Key] = (await client.send(new HeadObjectCommand({ Bucket, Key }))).ObjectLockMode;
    }
    expect(modes).toEqual({
      parts: 'GOVERNANCE',
      bare: undefined,
      locked: 'GOVERNANCE',
      default: 'COMPLIANCE',
    });
  });

  test('is made by who may lock, for as long as conditions allow', async () => {
    await expect(put('GOVERNANCE', {}, world.client('writer'))).rejects.toMatchObject({
      message: expect.stringContaining('s3:PutObjectRetention') as string,
    });
    await expect(
      put('GOVERNANCE', { ObjectLockRetainUntilDate: inDays(11) }, world.client('bounded')),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    const VersionId = await put(
      'GOVERNANCE',
      { ObjectLockRetainUntilDate: inDays(9.5) },
      world.client('bounded'),
    );

    await expect(
      retain(
        VersionId,
        { Mode: 'GOVERNANCE', RetainUntilDate: inDays(36_000) },
        false,
        world.client('bounded'),
      ),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('explicit deny') as string,
    });
  });

  test('outlives the end of the runtime, and a template that locks no more', async () => {
    const { dataDir } = world;
    const VersionId = await put('GOVERNANCE');
    await world.close({ keep: true });
    world = await startS3World({ dataDir, buckets: [{ ...VERSIONED, name: Bucket, versioned: false }] });
    client = world.client();

    await expect(remove(VersionId)).rejects.toMatchObject(HELD);
    expect(await client.send(new GetObjectLockConfigurationCommand({ Bucket }))).toMatchObject({
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
    });
    expect(await remove(VersionId, true)).toMatchObject({ VersionId });
  });

  test('is left by a lifecycle rule until its lock ends', async () => {
    world.s3.provision({ ...LOCKING, lifecycleRules: [{ noncurrentExpirationDays: 1 }] });
    world.s3.startLifecycle();
    const [locked, free] = [await put('GOVERNANCE'), await put(undefined)];
    const current = await put(undefined);

    expect(await versionsOf(client)).toEqual([current, free, locked]);
    world.clock.advance(3 * DAY_MS);
    expect(await versionsOf(client)).toEqual([current, locked]);
    world.clock.advance(9 * DAY_MS);
    expect(await versionsOf(client)).toEqual([current]);
  });

  test.each([
    [{ 'x-amz-object-lock-mode': 'GOVERNANCE' }, 'must both be supplied'],
    [{ 'x-amz-object-lock-retain-until-date': '2999-01-01T00:00:00Z' }, 'must both be supplied'],
    [
      {
        'x-amz-object-lock-mode': 'governance',
        'x-amz-object-lock-retain-until-date': '2999-01-01T00:00:00Z',
      },
      'Unknown wormMode directive',
    ],
    [
      {
        'x-amz-object-lock-mode': 'GOVERNANCE',
        'x-amz-object-lock-retain-until-date': '2020-01-01T00:00:00Z',
      },
      'must be in the future',
    ],
    [
      { 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': 'tomorrow' },
      'ISO 8601',
    ],
    [{ 'x-amz-object-lock-legal-hold': 'YES' }, 'either of &apos;ON&apos; or &apos;OFF&apos;'],
    [{ 'x-amz-object-lock-legal-hold': 'ON' }, 'Content-MD5 OR x-amz-checksum-'],
    [{ 'x-amz-object-lock-colour': 'blue' }, 'x-amz-object-lock-colour'],
  ])('is not made by %j', async (headers, words) => {
    const answer = await rawRequest(world.port, 'PUT', `/${Bucket}/bad`, { headers, body: 'x' });

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).toContain(words);
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'bad' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });
});

describe('a bucket', () => {
  let world: S3World;
  afterEach(() => world?.close());

  test('with Object Lock says so, with what it gives new objects', async () => {
    const byDefault = { mode: 'GOVERNANCE' as const, years: 1 };
    world = await startS3World({ buckets: [{ ...LOCKING, objectLock: { byDefault } }] });

    expect(await world.client().send(new GetObjectLockConfigurationCommand({ Bucket }))).toMatchObject({
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Years: 1 } },
      },
    });
  });

  test('without Object Lock locks nothing, and has nothing to bypass', async () => {
    world = await startS3World();
    const client = world.client();
    const at = { Bucket: VERSIONED.name, Key: 'k' };
    const { VersionId } = await client.send(new PutObjectCommand({ ...at, Body: 'x' }));
    const missing = { name: 'InvalidRequest', message: 'Bucket is missing Object Lock Configuration' };
    const until = new Date(world.clock.now() + DAY_MS);

    const asked = await Promise.allSettled([
      client.send(
        new PutObjectCommand({
          ...at,
          Body: 'y',
          ObjectLockMode: 'GOVERNANCE',
          ObjectLockRetainUntilDate: until,
        }),
      ),
      client.send(new CreateMultipartUploadCommand({ ...at, ObjectLockLegalHoldStatus: 'ON' })),
      client.send(new GetObjectRetentionCommand(at)),
      client.send(
        new PutObjectRetentionCommand({ ...at, Retention: { Mode: 'GOVERNANCE', RetainUntilDate: until } }),
      ),
      client.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status: 'ON' } })),
    ]);
    for (const one of asked) expect(one).toMatchObject({ status: 'rejected', reason: missing });
    await expect(
      client.send(new DeleteObjectCommand({ ...at, VersionId, BypassGovernanceRetention: true })),
    ).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: expect.stringContaining('only applicable') as string,
    });
    expect(await client.send(new GetObjectCommand(at))).toMatchObject({ VersionId });
  });
});
