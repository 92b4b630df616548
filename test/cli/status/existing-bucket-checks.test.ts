import {
  GetBucketEncryptionCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { pipelineStatus } from '../../../cli/status/pipeline-status.ts';
import { ACCOUNT, errorNamed, NOW, REGION, resetMocks, s3 } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1111-2222`;
const OTHER_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/3333-4444`;

const encryptedBy = (SSEAlgorithm: 'AES256' | 'aws:kms', KMSMasterKeyID?: string) =>
  s3.on(GetBucketEncryptionCommand).resolves({
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm,
            ...(KMSMasterKeyID !== undefined && { KMSMasterKeyID }),
          },
        },
      ],
    },
  });

beforeEach(() => {
  resetMocks();
  s3.on(HeadBucketCommand).resolves({ BucketRegion: REGION });
  s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
  encryptedBy('AES256');
});

/** What status finds of the bucket itself: `versioning: ok: versioned`. */
async function found(said: object = { versioned: true }) {
  const pipeline = mockedPipeline({ outputs: { ExistingBucket: JSON.stringify(said) } });
  const { joints, isPartial } = await pipelineStatus(pipeline, {
    consumers: [],
    since: NOW,
    mostAgeMs: 900_000,
  });
  const own = joints.filter(({ name }) => name.startsWith('bucket '));
  return {
    isPartial,
    steps: own.flatMap(({ nextStep }) => nextStep ?? []),
    checks: own.map(({ name, state, detail }) => `${name.slice('bucket '.length)}: ${state}: ${detail}`),
  };
}

describe('a bucket that was there before the stack', () => {
  test('has its place, its versioning and its encryption looked at, where all is well', async () => {
    expect(await found()).toEqual({
      isPartial: false,
      steps: [],
      checks: [
        '→ bus: ok: ingest sends its events',
        `place: ok: in ${REGION}, of account ${ACCOUNT}`,
        'versioning: ok: versioned',
        'encryption: ok: AES256',
      ],
    });
  });

  test('that sends no events is connected by connect-bucket', async () => {
    s3.on(GetBucketNotificationConfigurationCommand).resolves({});

    const { checks, steps } = await found();

    expect(checks[0]).toMatch(/^→ bus: failed: ingest does not send its events to EventBridge/);
    expect(steps).toEqual([expect.stringMatching(/^sluice connect-bucket/)]);
  });

  test('of another Region or account is not heard of', async () => {
    s3.on(HeadBucketCommand).resolves({ BucketRegion: 'us-west-2' });
    expect(await found()).toMatchObject({
      isPartial: false,
      checks: expect.arrayContaining([
        `place: failed: ingest is in us-west-2, and the stack in ${REGION}: S3 publishes a bucket’s events in its own Region alone`,
      ]) as unknown,
    });

    const denied = Object.assign(errorNamed('Forbidden', 'no'), { $metadata: { httpStatusCode: 403 } });
    s3.on(HeadBucketCommand, { ExpectedBucketOwner: ACCOUNT }).rejects(denied);
    expect((await found()).checks[1]).toBe(
      `place: failed: S3 does not show ingest to these credentials as a bucket of account ${ACCOUNT}`,
    );
  });

  test.each([
    [true, 'Suspended', 'warning: the stack says versioned, and S3 Suspended'],
    [true, undefined, 'warning: the stack says versioned, and S3 never versioned'],
    [false, 'Enabled', 'warning: the stack says unversioned, and S3 Enabled'],
  ] as const)('of which the stack says versioned: %s, and S3 %s', async (versioned, Status, text) => {
    s3.on(GetBucketVersioningCommand).resolves(Status === undefined ? {} : { Status });

    const { checks, steps } = await found({ versioned });

    expect(checks[2]).toBe(`versioning: ${text}`);
    expect(steps).toEqual([`deploy the stack again with bucketVersioned=${!versioned}`]);
  });

  test.each([undefined, 'Suspended'] as const)(
    'that is unversioned (%s) is well, and what it loses is said',
    async (Status) => {
      s3.on(GetBucketVersioningCommand).resolves(Status === undefined ? {} : { Status });

      const { checks, steps } = await found({ versioned: false });

      expect(checks[2]).toMatch(
        /^versioning: ok: .*what was overwritten cannot be read again, and a delete leaves no marker/,
      );
      expect(steps).toEqual([]);
    },
  );

  test.each([
    [undefined, 'AES256', undefined, 'ok: AES256'],
    [undefined, 'aws:kms', undefined, 'ok: a key of AWS’s own'],
    [undefined, 'aws:kms', 'alias/aws/s3', 'ok: a key of AWS’s own'],
    [undefined, 'aws:kms', KEY, `failed: new objects are encrypted by ${KEY}`],
    [KEY, 'aws:kms', KEY, `ok: ${KEY}`],
    [KEY, 'aws:kms', '1111-2222', 'ok: 1111-2222'],
    [KEY, 'aws:kms', 'alias/photos', 'ok: alias/photos; an alias does not tell'],
    [
      KEY,
      'aws:kms',
      OTHER_KEY,
      `failed: the stack says ${KEY}, and new objects are encrypted by ${OTHER_KEY}`,
    ],
    [
      KEY,
      'AES256',
      undefined,
      `warning: the stack says ${KEY}, and new objects are encrypted by no key of yours`,
    ],
  ] as const)('of which the stack says the key %s, and S3 %s %s', async (keyArn, algorithm, key, text) => {
    encryptedBy(algorithm, key);

    const { checks } = await found({ versioned: true, ...(keyArn !== undefined && { keyArn }) });

    expect(checks[3]).toContain(`encryption: ${text}`);
  });

  test('of which S3 does not tell one thing has the others told, and is only known in part', async () => {
    s3.on(GetBucketVersioningCommand).rejects(errorNamed('AccessDenied', 'not you'));

    const { checks, isPartial } = await found();

    expect(checks[2]).toMatch(/^versioning: failed: cannot be asked/);
    expect(checks[3]).toBe('encryption: ok: AES256');
    expect(isPartial).toBe(true);
  });
});
