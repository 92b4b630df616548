import {
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BucketPlan } from '../../../local/plan.ts';
import { PLAIN, startS3World, VERSIONED, type S3World } from './s3-world.ts';

const POLICY = '{"Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*","Resource":"*"}]}';

/** A bucket of which the template says something. */
const SPOKEN: BucketPlan = {
  ...VERSIONED,
  name: 'spoken',
  described: {
    ...VERSIONED.described,
    lifecycle: [
      { id: 'old', isEnabled: true, noncurrentExpirationDays: 7 },
      { id: 'parts', isEnabled: false, prefix: 'csv/', abortMultipartDays: 3 },
    ],
    tags: [{ Key: 'team', Value: 'a & b' }],
    policy: POLICY,
  },
};

const LOGGED: BucketPlan = {
  ...PLAIN,
  name: 'logged',
  described: { ...PLAIN.described, accessLog: { bucket: 'logs', prefix: 'a & b/' } },
};

/** One whose log goes to a bucket that another app has made. */
const LOGGED_FAR: BucketPlan = {
  ...LOGGED,
  name: 'logged-far',
  described: { ...PLAIN.described, accessLog: { bucket: undefined, prefix: '' } },
};

let world: S3World;
let s3: S3Client;

beforeAll(async () => {
  world = await startS3World({ buckets: [SPOKEN, PLAIN, LOGGED, LOGGED_FAR] });
  s3 = world.client();
});
afterAll(async () => world?.close());

const Bucket = SPOKEN.name;

const put = async (to: S3World) =>
  await to.client().send(new PutObjectCommand({ Bucket: VERSIONED.name, Key: 'a', Body: 'a' }));
const turn = async (to: S3World, NotificationConfiguration: object) =>
  await to
    .client()
    .send(
      new PutBucketNotificationConfigurationCommand({ Bucket: VERSIONED.name, NotificationConfiguration }),
    );

const withoutMetadata = async (answer: Promise<object>) => {
  const { $metadata: _, ...rest } = (await answer) as Record<string, unknown>;
  return rest;
};

describe('a bucket tells', () => {
  test('that its events go to EventBridge', async () => {
    expect(await withoutMetadata(s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })))).toEqual(
      { EventBridgeConfiguration: {} },
    );
  });

  test('its lifecycle rules, the disabled ones too', async () => {
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));

    expect(Rules).toEqual([
      {
        ID: 'old',
        Filter: { Prefix: '' },
        Status: 'Enabled',
        NoncurrentVersionExpiration: { NoncurrentDays: 7 },
      },
      {
        ID: 'parts',
        Filter: { Prefix: 'csv/' },
        Status: 'Disabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
      },
    ]);
  });

  test('how it is guarded: encryption, public access, ownership, policy', async () => {
    const [encryption, block, ownership, policy, status] = await Promise.all([
      s3.send(new GetBucketEncryptionCommand({ Bucket })),
      s3.send(new GetPublicAccessBlockCommand({ Bucket })),
      s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
      s3.send(new GetBucketPolicyCommand({ Bucket })),
      s3.send(new GetBucketPolicyStatusCommand({ Bucket })),
    ]);

    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    ]);
    expect(block.PublicAccessBlockConfiguration).toEqual(SPOKEN.described.publicAccessBlock);
    expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    expect(policy.Policy).toBe(POLICY);
    expect(status.PolicyStatus?.IsPublic).toBe(false);
  });

  test('its tags, and that it has one owner and no log', async () => {
    const [tagging, acl, logging] = await Promise.all([
      s3.send(new GetBucketTaggingCommand({ Bucket })),
      s3.send(new GetBucketAclCommand({ Bucket })),
      s3.send(new GetBucketLoggingCommand({ Bucket })),
    ]);

    expect(tagging.TagSet).toEqual([{ Key: 'team', Value: 'a & b' }]);
    expect(acl.Grants).toMatchObject([{ Permission: 'FULL_CONTROL', Grantee: { Type: 'CanonicalUser' } }]);
    expect(logging.LoggingEnabled).toBeUndefined();
  });

  test('where AWS would write who asked what of it', async () => {
    const { LoggingEnabled } = await s3.send(new GetBucketLoggingCommand({ Bucket: LOGGED.name }));

    expect(LoggingEnabled).toEqual({ TargetBucket: 'logs', TargetPrefix: 'a & b/' });
    await expect(s3.send(new GetBucketLoggingCommand({ Bucket: LOGGED_FAR.name }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringMatching(/AWS alone knows the name of the bucket of the log/) as string,
    });
  });

  test.each([
    ['NoSuchLifecycleConfiguration', new GetBucketLifecycleConfigurationCommand({ Bucket: PLAIN.name })],
    ['NoSuchCORSConfiguration', new GetBucketCorsCommand({ Bucket: PLAIN.name })],
    ['NoSuchBucketPolicy', new GetBucketPolicyCommand({ Bucket: PLAIN.name })],
    ['NoSuchBucketPolicy', new GetBucketPolicyStatusCommand({ Bucket: PLAIN.name })],
    ['NoSuchTagSet', new GetBucketTaggingCommand({ Bucket: PLAIN.name })],
    ['NoSuchWebsiteConfiguration', new GetBucketWebsiteCommand({ Bucket: PLAIN.name })],
    ['ReplicationConfigurationNotFoundError', new GetBucketReplicationCommand({ Bucket: PLAIN.name })],
    ['ObjectLockConfigurationNotFoundError', new GetObjectLockConfigurationCommand({ Bucket: PLAIN.name })],
  ])('by S3’s own error, %s, what is not set', async (name, command) => {
    // oxlint-disable-next-line typescript/no-explicit-any -- the commands of the table have different outputs
    await expect(s3.send(command as any)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 404 } });
  });
});

describe('a bucket', () => {
  test.each([
    [
      'encryption',
      new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [] } }),
    ],
    [
      'versioning',
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    ],
  ])('refuses another %s: its configuration comes from the template', async (mark, command) => {
    // oxlint-disable-next-line typescript/no-explicit-any -- the commands of the table have different outputs
    await expect(s3.send(command as any)).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringMatching(new RegExp(`spoken\\?${mark} .*comes from the template`)) as string,
    });
  });

  test('sends no events while EventBridge is switched off, after another start too', async () => {
    const first = await startS3World({ buckets: [VERSIONED] });
    await turn(first, {});
    await put(first);
    expect(first.events).toEqual([]);
    await first.close({ keep: true });

    const second = await startS3World({ buckets: [VERSIONED], dataDir: first.dataDir });
    const told = await second
      .client()
      .send(new GetBucketNotificationConfigurationCommand({ Bucket: VERSIONED.name }));
    expect(told.EventBridgeConfiguration).toBeUndefined();
    await turn(second, { EventBridgeConfiguration: {} });
    await put(second);
    expect(second.events).toHaveLength(1);
    await second.close();
  });
});
