import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BucketPlan } from '../../../local/plan.ts';
import { ACCOUNT, PLAIN, REGION, startS3World, VERSIONED, type S3World } from './s3-world.ts';

const KEY_ID = '11111111-2222-4333-8444-555555555555';
const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KEY_ID}`;
const OTHER_KEY = 'arn:aws:kms:eu-west-1:999999999999:key/theirs';

const LOCKED: BucketPlan = {
  ...VERSIONED,
  name: 'locked',
  described: { ...VERSIONED.described, encryption: 'aws:kms', kmsKeyId: KEY_ID, hasBucketKey: true },
};
const BY_DEFAULT = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ARN, BucketKeyEnabled: true };

let world: S3World;
let s3: S3Client;

beforeAll(async () => {
  world = await startS3World({ buckets: [LOCKED, PLAIN] });
  s3 = world.client();
});
afterAll(async () => world?.close());

const encryptionIn = ({
  ServerSideEncryption,
  SSEKMSKeyId,
  BucketKeyEnabled,
}: {
  ServerSideEncryption?: string | undefined;
  SSEKMSKeyId?: string | undefined;
  BucketKeyEnabled?: boolean | undefined;
}) => ({ ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled });

const put = async (more: Partial<PutObjectCommandInput>) =>
  await s3.send(new PutObjectCommand({ Bucket: PLAIN.name, Key: 'k', Body: 'body', ...more }));

describe('a bucket with a key', () => {
  test('says so', async () => {
    const { ServerSideEncryptionConfiguration } = await s3.send(
      new GetBucketEncryptionCommand({ Bucket: LOCKED.name }),
    );

    expect(ServerSideEncryptionConfiguration?.Rules).toEqual([
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ID },
        BucketKeyEnabled: true,
      },
    ]);
  });

  test('gives it to what is put, copied and made of parts, and tells writers and readers', async () => {
    const Bucket = LOCKED.name;
    await put({ Key: 'source' });
    const answers = [
      await put({ Bucket, Key: 'put' }),
      await s3.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${PLAIN.name}/source` })),
    ];
    const upload = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    const of = { Bucket, Key: 'parts', UploadId: upload.UploadId };
    const part = await s3.send(new UploadPartCommand({ ...of, PartNumber: 1, Body: 'part' }));
    const whole = await s3.send(
      new CompleteMultipartUploadCommand({
        ...of,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
      }),
    );
    const read = await Promise.all(
      ['put', 'copied', 'parts'].flatMap((Key) => [
        s3.send(new HeadObjectCommand({ Bucket, Key })),
        s3.send(new GetObjectCommand({ Bucket, Key })),
      ]),
    );

    for (const answer of [...answers, upload, part, whole, ...read]) {
      expect(encryptionIn(answer)).toEqual(BY_DEFAULT);
    }
  });
});

describe('an object', () => {
  test.each<[what: string, asked: Partial<PutObjectCommandInput>, told: object]>([
    [
      'with a key by its ARN',
      { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: OTHER_KEY },
      { SSEKMSKeyId: OTHER_KEY },
    ],
    [
      'with a key by its id',
      { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ID },
      { SSEKMSKeyId: KEY_ARN },
    ],
    [
      'with no key named',
      { ServerSideEncryption: 'aws:kms' },
      { SSEKMSKeyId: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/aws/s3` },
    ],
    [
      'encrypted twice, in a context, with the key of the bucket',
      {
        ServerSideEncryption: 'aws:kms:dsse',
        SSEKMSKeyId: KEY_ID,
        BucketKeyEnabled: true,
        SSEKMSEncryptionContext: Buffer.from('{"a":"b"}').toString('base64'),
      },
      { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: KEY_ARN, BucketKeyEnabled: true },
    ],
    ['with neither', {}, { ServerSideEncryption: 'AES256' }],
  ])('that is put %s is what its maker and its readers are told', async (_, asked, told) => {
    const expected = encryptionIn({ ...encryptionIn(asked), ...told });

    expect(encryptionIn(await put(asked))).toEqual(expected);
    const { Body, ...head } = await s3.send(new GetObjectCommand({ Bucket: PLAIN.name, Key: 'k' }));
    expect(encryptionIn(head)).toEqual(expected);
    expect(await Body!.transformToString()).toBe('body');
  });

  test('does not take its encryption along when it is copied', async () => {
    await put({ Key: 'kms', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: OTHER_KEY, Metadata: { a: 'b' } });
    const CopySource = `${PLAIN.name}/kms`;

    const copy = await s3.send(new CopyObjectCommand({ Bucket: PLAIN.name, Key: 'copy', CopySource }));
    const head = await s3.send(new HeadObjectCommand({ Bucket: PLAIN.name, Key: 'copy' }));

    for (const answer of [copy, head]) {
      expect(encryptionIn(answer)).toEqual({ ServerSideEncryption: 'AES256' });
    }
    expect(head.Metadata).toEqual({ a: 'b' });
  });

  test('is refused with a key and no encryption by keys', async () => {
    await expect(put({ SSEKMSKeyId: KEY_ID })).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: expect.stringMatching(/requires HTTP header x-amz-server-side-encryption : aws:kms/) as string,
    });
  });
});
