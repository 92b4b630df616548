import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../../local/iam.ts';
import { waitFor } from '../../support/wait-for.ts';
import { beginRequest } from './raw-request.ts';
import { ACCOUNT, type S3World, startS3World } from './s3-world.ts';

const Bucket = 'versioned';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly code: string | undefined;
}

const blind: Principal = {
  kind: 'role',
  roleName: 'BlindRole',
  functionName: 'blind',
  accountId: ACCOUNT,
  statements: [],
};

/** As boto3 signs in us-east-1: by SigV2. */
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

const signV2 = (key: string, conditions: readonly unknown[], expiration = '2999-01-01T00:00:00Z') => ({
  key,
  AWSAccessKeyId: 'local',
  policy: Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64'),
  signature: 'c2ln',
});

describe('a form that is posted to a bucket', () => {
  let world: S3World;
  beforeAll(async () => {
    world = await startS3World({ principals: { blind } });
  });
  afterAll(() => world?.close());
  beforeEach(() => {
    world.events.length = 0;
  });

  async function post(
    fields: Readonly<Record<string, string>>,
    file: Blob | undefined = new File(['a,b\n1,2\n'], 'orders.csv', { type: 'text/csv' }),
    change: (form: FormData) => void = () => {},
  ): Promise<Answer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    if (file !== undefined) form.append('file', file);
    change(form);
    const response = await fetch(`http://127.0.0.1:${world.port}/${Bucket}`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      code: /<Code>(\w+)</.exec(text)?.[1],
    };
  }

  const sign = async (options: Partial<PresignedPostOptions> = {}, accessKeyId = 'local') =>
    (await createPresignedPost(world.client(accessKeyId), { Bucket, Key: 'csv/orders.csv', ...options }))
      .fields;

  const stored = async (Key: string) => {
    const { Body, ...head } = await world.client().send(new GetObjectCommand({ Bucket, Key }));
    return { text: await Body!.transformToString(), ...head };
  };

  test('stores its file, and tells of it as POST Object', async () => {
    const answer = await post(
      await sign({
        Fields: { 'Content-Type': 'text/csv', 'x-amz-meta-colour': 'grün', acl: 'private' },
        Conditions: [['content-length-range', 1, 100]],
      }),
    );

    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.get('location')).toBe(`http://127.0.0.1:${world.port}/versioned/csv/orders.csv`);
    expect(await stored('csv/orders.csv')).toMatchObject({
      text: 'a,b\n1,2\n',
      ContentType: 'text/csv',
      Metadata: { colour: '=?UTF-8?Q?gr=C3=BCn?=' },
      VersionId: answer.headers.get('x-amz-version-id'),
      ETag: answer.headers.get('etag'),
    });
    expect(world.events).toMatchObject([
      {
        'detail-type': 'Object Created',
        detail: { reason: 'POST Object', object: { key: 'csv/orders.csv', size: 8 }, requester: ACCOUNT },
      },
    ]);
  });

  test('is taken as boto3 signs it in us-east-1 too, by SigV2', async () => {
    const answer = await post(signV2('csv/v2.csv', [{ bucket: Bucket }, { key: 'csv/v2.csv' }]));

    expect(answer.status).toBe(204);
    expect((await stored('csv/v2.csv')).text).toBe('a,b\n1,2\n');
  });

  test('puts the file name in the place of ${filename}, before its policy is asked', async () => {
    const fields = signV2('csv/${filename}', [{ bucket: Bucket }, ['starts-with', '$key', 'csv/orders']]);
    const { status } = await post(fields, new File(['x'], 'orders $& 2026.csv'));

    expect(status).toBe(204);
    expect((await stored('csv/orders $& 2026.csv')).text).toBe('x');
  });

  test('streams a file of many megabytes, to the byte', async () => {
    const bytes = Buffer.alloc(12_000_001, 'a\r\n--b');
    const { status } = await post(await sign({ Key: 'csv/large.csv' }), new Blob([bytes]));

    expect(status).toBe(204);
    expect((await stored('csv/large.csv')).text).toBe(bytes.toString());
  });

  test.each([
    ['201', 201, '<PostResponse><Location>'],
    ['200', 200, ''],
    ['204', 204, ''],
    ['teapot', 204, ''],
  ])('is answered with the status that it asks for: %s', async (asked, status, text) => {
    const answer = await post(await sign({ Fields: { success_action_status: asked } }));

    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  test('sends its page where it asks, with what was made', async () => {
    const success_action_redirect = 'http://localhost:5173/done?from=form';
    const answer = await post(await sign({ Fields: { success_action_redirect } }));

    const location = new URL(answer.headers.get('location') ?? '');
    expect([answer.status, location.origin, location.pathname]).toEqual([
      303,
      'http://localhost:5173',
      '/done',
    ]);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      from: 'form',
      bucket: Bucket,
      key: 'csv/orders.csv',
      etag: answer.headers.get('etag'),
    });
  });

  test.each(['javascript:alert(1)', 'not an address'])(
    'goes nowhere by %s',
    async (success_action_redirect) => {
      expect((await post(await sign({ Fields: { success_action_redirect } }))).status).toBe(204);
    },
  );

  test('ignores the fields after its file, as S3 does', async () => {
    const { status } = await post(await sign({ Key: 'csv/first.csv' }), undefined, (form) => {
      form.append('file', new File(['x'], 'a'));
      form.append('key', 'csv/second.csv');
    });

    expect(status).toBe(204);
    expect(world.events.map(({ detail }) => detail.object.key)).toEqual(['csv/first.csv']);
  });

  test.each<
    [
      what: string,
      fields: () => Promise<Record<string, string>> | Record<string, string>,
      status: number,
      code: string,
      said: string,
    ]
  >([
    [
      'has expired',
      () => signV2('k', [{ bucket: Bucket }, { key: 'k' }], '2020-01-01T00:00:00Z'),
      403,
      'AccessDenied',
      'Policy expired',
    ],
    [
      'is for another bucket',
      () => signV2('k', [{ bucket: 'plain' }, { key: 'k' }]),
      403,
      'AccessDenied',
      'Policy Condition failed: {&quot;bucket&quot;:&quot;plain&quot;}',
    ],
    [
      'is for another key',
      () => signV2('k', [{ bucket: Bucket }, ['starts-with', '$key', 'csv/']]),
      403,
      'AccessDenied',
      'Policy Condition failed',
    ],
    [
      'lacks a field that its policy wants',
      () => signV2('k', [{ bucket: Bucket }, { key: 'k' }, ['starts-with', '$Content-Type', '']]),
      403,
      'AccessDenied',
      'Policy Condition failed',
    ],
    [
      'has a field that its policy does not know',
      () => ({ ...signV2('k', [{ bucket: Bucket }, { key: 'k' }]), 'x-amz-meta-a': 'b' }),
      403,
      'AccessDenied',
      'Extra input fields: x-amz-meta-a',
    ],
    [
      'has a file below the range',
      () => signV2('k', [{ bucket: Bucket }, { key: 'k' }, ['content-length-range', 9, 100]]),
      400,
      'EntityTooSmall',
      '<MinSizeAllowed>9</MinSizeAllowed>',
    ],
    [
      'has a file above the range',
      () => signV2('k', [{ bucket: Bucket }, { key: 'k' }, ['content-length-range', 0, 7]]),
      400,
      'EntityTooLarge',
      '<MaxSizeAllowed>7</MaxSizeAllowed>',
    ],
    [
      'has a policy that is no JSON',
      () => ({ ...signV2('k', []), policy: 'bm8=' }),
      400,
      'InvalidPolicyDocument',
      'Invalid JSON',
    ],
    [
      'has a policy without conditions',
      () => ({
        ...signV2('k', []),
        policy: Buffer.from('{"expiration":"2999-01-01T00:00:00Z"}').toString('base64'),
      }),
      400,
      'InvalidPolicyDocument',
      'missing conditions',
    ],
    [
      'has a policy without expiration',
      () => ({ ...signV2('k', []), policy: Buffer.from('{"conditions":[]}').toString('base64') }),
      400,
      'InvalidPolicyDocument',
      'missing expiration',
    ],
    [
      'has a condition that is none',
      () => signV2('k', [['ends-with', '$key', 'k']]),
      400,
      'InvalidPolicyDocument',
      'Invalid Condition',
    ],
    [
      'has a size range that is none',
      () => signV2('k', [['content-length-range', 0]]),
      400,
      'InvalidPolicyDocument',
      'Invalid Condition',
    ],
    ...[nested(7_000), `["content-length-range",0,${nested(7_000)}]`].map(
      (condition): [string, () => Record<string, string>, number, string, string] => [
        `has a condition nested without end: ${condition.slice(0, 30)}`,
        () => ({
          ...signV2('k', []),
          policy: Buffer.from(`{"expiration":"2999-01-01T00:00:00Z","conditions":[${condition}]}`).toString(
            'base64',
          ),
        }),
        400,
        'InvalidPolicyDocument',
        'Invalid Condition',
      ],
    ),
    ['is not signed', () => ({ key: 'k' }), 403, 'AccessDenied', 'the form is not signed'],
    [
      'is half signed',
      () => ({ key: 'k', AWSAccessKeyId: 'local' }),
      400,
      'InvalidArgument',
      '<ArgumentName>signature</ArgumentName>',
    ],
    [
      'has no policy',
      () => ({ key: 'k', AWSAccessKeyId: 'local', signature: 's' }),
      400,
      'InvalidArgument',
      '<ArgumentName>policy</ArgumentName>',
    ],
    [
      'has a credential that is none',
      async () => ({ ...(await sign()), 'X-Amz-Credential': 'local' }),
      400,
      'InvalidArgument',
      'mal-formed',
    ],
    [
      'has no key',
      () => ({ AWSAccessKeyId: 'local' }),
      400,
      'InvalidArgument',
      '<ArgumentName>key</ArgumentName>',
    ],
    [
      'has a key that climbs',
      () => signV2('../k', [{ bucket: Bucket }, { key: '../k' }]),
      400,
      'InvalidURI',
      'climb',
    ],
    [
      'has a header with a line break',
      async () => await sign({ Fields: { 'Content-Type': 'text/csv\r\nx: y' } }),
      400,
      'InvalidArgument',
      'is no header',
    ],
    [
      'opens the object to everyone',
      async () => await sign({ Fields: { acl: 'public-read' } }),
      400,
      'AccessControlListNotSupported',
      'ACL',
    ],
    [
      'wants another storage class',
      async () => await sign({ Fields: { 'x-amz-storage-class': 'GLACIER' } }),
      501,
      'NotImplemented',
      'x-amz-storage-class',
    ],
    [
      'claims another checksum',
      async () => await sign({ Fields: { 'x-amz-checksum-crc32': 'AAAAAA==' } }),
      400,
      'BadDigest',
      'CRC32',
    ],
    [
      'is signed by a role that may not',
      async () => await sign({}, 'blind'),
      403,
      'AccessDenied',
      'BlindRole',
    ],
  ])('is refused, and nothing stored, when it %s', async (_, fields, status, code, said) => {
    const answer = await post(await fields());

    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.text).toContain(said);
    expect(world.events).toEqual([]);
  });

  test('is refused without a file', async () => {
    const fields = await sign();
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const response = await fetch(`http://127.0.0.1:${world.port}/${Bucket}`, { method: 'POST', body: form });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain('POST requires exactly one file upload per request.');
  });

  test('leaves nothing behind when its connection breaks off', async () => {
    const boundary = 'b';
    const fields = await sign({ Key: 'csv/broken.csv' });
    const head = Object.entries(fields)
      .map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      )
      .join('');
    const socket = await beginRequest(
      world.port,
      'POST',
      `/${Bucket}`,
      {
        authorization: '',
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': 1_000_000,
      },
      `${head}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n${'x'.repeat(700_000)}`,
    );
    const unfinished = () => readdirSync(join(world.dataDir, 'objects', 'unfinished')).length;
    await waitFor(() => unfinished() === 1, 'the first bytes on the disk');
    socket.destroy();
    await waitFor(() => unfinished() === 0, 'the first bytes to go');
    const { status } = await post(await sign({ Key: 'csv/after.csv' }));

    expect(status).toBe(204);
    expect(world.events.map(({ detail }) => detail.object.key)).toEqual(['csv/after.csv']);
    await expect(
      world.client().send(new HeadObjectCommand({ Bucket, Key: 'csv/broken.csv' })),
    ).rejects.toMatchObject({ name: 'NotFound' });
  });
});
