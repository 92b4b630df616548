import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { NOW, resetMocks, runAgainstAws, s3 } from '../../support/mocked-aws.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';

const refusal = (name: string, message: string, httpStatusCode: number) =>
  new S3ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });

/** Keys that can be put, and that XML 1.0 has no form for. */
const FORMLESS = ['csv/bell\u0007.csv', 'csv/escape\u001b[31m.csv', 'csv/last\uffff.csv'];
const ORDINARY = [
  'csv/a.csv',
  'csv/line\nfeed.csv',
  'csv/tab\tand\rreturn.csv',
  'csv/é 🚰.csv',
  'csv/\u0085.csv',
];
const KEYS = [...ORDINARY, ...FORMLESS].toSorted();

const isFormless = (key = ''): boolean => FORMLESS.includes(key);

interface DeletedObjects {
  readonly Delete: { readonly Objects: readonly { Key?: string; VersionId?: string }[] };
}

/** Keys that were deleted by a request each. */
const aloneKeys = () => s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => input.Key ?? '');

describe('deleting in AWS', () => {
  beforeEach(() => {
    resetMocks();
    s3.on(ListObjectsV2Command).callsFake(({ Prefix = '' }: { Prefix?: string }) => ({
      Contents: [{ Key: encodeURIComponent(Prefix) }],
    }));
    // as AWS was seen to answer: the whole list is refused
    s3.on(DeleteObjectsCommand).callsFake(({ Delete: { Objects } }: DeletedObjects) => {
      if (Objects.some(({ Key }) => isFormless(Key))) {
        throw refusal('MalformedXML', 'The XML you provided was not well-formed', 400);
      }
      return { Deleted: Objects.map((object) => ({ ...object })) };
    });
    s3.on(DeleteObjectCommand).resolves({ DeleteMarker: true, VersionId: 'marker' });
    s3.on(ListObjectVersionsCommand).callsFake(({ Bucket }: { Bucket: string }) => ({
      Versions:
        Bucket === 'ingest'
          ? KEYS.map((key) => ({ Key: encodeURIComponent(key), VersionId: 'v', LastModified: NOW, Size: 1 }))
          : [],
    }));
  });
  afterAll(() => {
    vi.useRealTimers();
    s3.restore();
  });

  test('rm deletes what a list cannot name by itself, and the rest in one request', async () => {
    const { exitCode, out } = await runAgainstAws('rm', '--yes', '--json', ...KEYS);

    expect(exitCode).toBe(0);
    const { objects } = JSON.parse(out) as { objects: { key: string; error?: string }[] };
    expect(objects.map(({ key }) => key).toSorted()).toEqual(KEYS);
    expect(objects.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(aloneKeys().toSorted()).toEqual(FORMLESS.toSorted());
    expect(s3.commandCalls(DeleteObjectsCommand)).toHaveLength(1);
  });

  test('rm says of each object why S3 has not deleted it, and makes it partly done', async () => {
    s3.on(DeleteObjectsCommand).resolves({
      Deleted: [{ Key: 'csv/a.csv' }],
      Errors: [{ Key: 'csv/b.csv', Code: 'AccessDenied', Message: 'Access Denied' }],
    });

    const { exitCode, out } = await runAgainstAws('rm', '--yes', '--json', 'csv/a.csv', 'csv/b.csv');

    expect(exitCode).toBe(4);
    const { objects } = JSON.parse(out) as { objects: { key: string; error?: string }[] };
    expect(objects.map(({ key, error }) => [key, error])).toEqual([
      ['csv/a.csv', undefined],
      ['csv/b.csv', 'AccessDenied: Access Denied'],
    ]);
  });

  test('empty removes them, each with its version', async () => {
    const { exitCode, out } = await runAgainstAws(
      'empty',
      '--bucket=ingest',
      `--count=${KEYS.length}`,
      '--json',
    );

    expect({ exitCode, ...(JSON.parse(out) as object) }).toMatchObject({
      exitCode: 0,
      removed: KEYS.length,
      failures: [],
    });
    expect(s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => input.VersionId)).toEqual(
      FORMLESS.map(() => 'v'),
    );
  });

  test('one refusal stops nothing, is said at the end, and makes it partly done', async () => {
    s3.on(DeleteObjectCommand).callsFake(({ Key }: { Key: string }) => {
      if (Key === FORMLESS[0]) throw refusal('AccessDenied', 'Access Denied', 403);
      return {};
    });

    const { exitCode, out, err } = await runAgainstAws(
      'empty',
      '--bucket=ingest',
      `--count=${KEYS.length}`,
      '--json',
    );

    expect(exitCode).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      removed: KEYS.length - 1,
      failures: [{ key: FORMLESS[0], versionId: 'v', error: 'AccessDenied: Access Denied' }],
    });
    expect(err).toContain('1 version could not be deleted');
  });

  test('a list that S3 finds malformed for another reason is deleted one by one', async () => {
    s3.on(DeleteObjectsCommand).rejects(
      refusal('MalformedXML', 'The XML you provided was not well-formed', 400),
    );

    const { exitCode } = await runAgainstAws('rm', '--yes', ...KEYS);

    expect(exitCode).toBe(0);
    expect(aloneKeys().toSorted()).toEqual(KEYS);
  });
});

test('the local pipeline is emptied of keys that XML has no form for', async () => {
  await using pipeline = await PipelineUnderTest.start();
  for (const Key of KEYS) {
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a\n' }));
  }
  await pipeline.drain();

  const removed = await sluiceInside(pipeline, 'rm', '--yes', '--recursive', 'csv/');
  await pipeline.drain();
  const count = KEYS.length * 2;
  const emptied = await sluiceInside(
    pipeline,
    'empty',
    '--bucket',
    'ingest',
    '--count',
    String(count),
    '--json',
  );

  expect({ exitCode: removed.exitCode, stderr: removed.stderr }).toMatchObject({ exitCode: 0 });
  expect({ exitCode: emptied.exitCode, ...emptied.json() }).toMatchObject({
    exitCode: 0,
    removed: count,
    failures: [],
  });
}, 120_000);
