import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type GetObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sluice } from '../../../cli/command-line.ts';
import { fakeStreams } from '../../support/fake-streams.ts';
import { errorNamed, REGION, resetMocks, runAgainstAws, s3 } from '../../support/mocked-aws.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BYTES = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 31) % 256));

/** The object is said to have ten bytes, and these come. */
const comes = (bytes: Readable) =>
  s3.on(GetObjectCommand).callsFake(async () => ({
    Body: bytes as unknown as GetObjectCommandOutput['Body'],
    ContentLength: 10,
    ETag: '"e"',
  }));

describe('get', () => {
  let pipeline: PipelineUnderTest;
  let folder: string;
  let first: string | undefined;
  beforeAll(async () => {
    s3.restore();
    pipeline = await PipelineUnderTest.start();
    folder = temporaryFolder('get');
    mkdirSync(join(folder, 'a folder'));
    writeFileSync(join(folder, 'there.csv'), 'mine');
    await put('csv/bytes.bin', BYTES);
    ({ VersionId: first } = await put('csv/two.csv', 'first'));
    await put('csv/two.csv', 'second');
    await put('csv/gone.csv', 'gone');
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/gone.csv' }));
  });
  afterAll(async () => {
    await pipeline?.[Symbol.asyncDispose]();
  });

  const put = (Key: string, Body: string | Buffer) =>
    pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
  const run = (...args: string[]) => sluiceInside(pipeline, 'get', ...args);
  const inFolder = (name: string) => join(folder, name);

  test('writes the exact bytes into a file, and says so', async () => {
    const ran = await run('csv/bytes.bin', inFolder('bytes.bin'), '--json');

    expect(readFileSync(inFolder('bytes.bin')).equals(BYTES)).toBe(true);
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({
      verb: 'get',
      object: { key: 'csv/bytes.bin', size: BYTES.length },
      file: inFolder('bytes.bin'),
    });
  });

  test('writes to standard output where there is no terminal, and where - is said', async () => {
    const [piped, said] = [await run('csv/two.csv'), await run(`s3://${pipeline.bucket}/csv/two.csv`, '-')];

    expect([piped.stdout, said.stdout]).toEqual(['second', 'second']);
  });

  test('gets an older version', async () => {
    expect((await run('csv/two.csv', '--version-id', first!)).stdout).toBe('first');
  });

  test.each<[what: string, args: () => string[], exitCode: number, said: string]>([
    ['an object that is not there', () => ['csv/none.csv'], 3, 'holds no "csv/none.csv"'],
    ['one that was deleted', () => ['csv/gone.csv'], 3, 'sluice get csv/gone.csv --version-id '],
    [
      'a version that is not there',
      () => ['csv/two.csv', '--version-id', 'null'],
      3,
      'holds no version null',
    ],
    [
      'what is no version',
      () => ['csv/two.csv', '--version-id', 'x'],
      3,
      '"x" is no version of "csv/two.csv"',
    ],
    ['a file that is there', () => ['csv/two.csv', inFolder('there.csv')], 2, 'there.csv is there already'],
    ['a folder', () => ['csv/two.csv', inFolder('a folder')], 2, 'a folder is a folder'],
    ['a folder that is not there', () => ['csv/two.csv', inFolder('no/x.csv')], 1, 'there is no folder'],
    ['a document beside the bytes', () => ['csv/two.csv', '-', '--json'], 2, 'leave --json out'],
    ['no name for a file', () => ['csv/', '--json'], 2, '"csv/" gives a file no name'],
  ])('refuses %s, and leaves the folder as it was', async (_, args, exitCode, said) => {
    const before = readdirSync(folder);

    const ran = await run(...args());

    expect([ran.exitCode, ran.stderr]).toEqual([exitCode, expect.stringContaining(said)]);
    expect(ran.stdout).toBe('');
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(inFolder('there.csv'), 'utf8')).toBe('mine');
  });

  test('says what a deleted object was, so that it can be had', async () => {
    const { stderr } = await run('csv/gone.csv');

    const [, versionId] = /--version-id (\S+)/.exec(stderr) ?? [];
    expect((await run('csv/gone.csv', '--version-id', versionId!)).stdout).toBe('gone');
  });

  test('writes over a file with --force', async () => {
    const ran = await run('csv/two.csv', inFolder('there.csv'), '--force');

    expect([ran.exitCode, readFileSync(inFolder('there.csv'), 'utf8')]).toEqual([0, 'second']);
    expect(ran.stderr).toContain('there.csv: 6 B');
  });
});

describe('get from AWS', () => {
  let folder: string;
  beforeEach(() => {
    resetMocks();
    vi.useRealTimers();
    folder = temporaryFolder('get-aws');
  });
  afterAll(() => s3.restore());

  test.each<[what: string, said: string, bytes: () => AsyncGenerator<Buffer>]>([
    [
      'breaks off',
      'aborted',
      async function* () {
        yield Buffer.from('half!');
        throw errorNamed('TimeoutError', 'aborted');
      },
    ],
    [
      'ends too early',
      '5 of 10 bytes of "a.csv" have come',
      async function* () {
        yield Buffer.from('half!');
      },
    ],
  ])('leaves nothing where it %s', async (_, said, bytes) => {
    comes(Readable.from(bytes()));

    const { exitCode, err } = await runAgainstAws('get', 'a.csv', join(folder, 'a.csv'));

    expect(exitCode).not.toBe(0);
    expect(err).toContain(said);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves nothing after Ctrl-C, and ends with 130', async () => {
    const interruption = new AbortController();
    let isGiven = false;
    const bytes = new Readable({
      read() {
        if (isGiven) interruption.abort();
        else this.push('half!');
        isGiven = true;
      },
    });
    comes(bytes);
    const args = ['get', 'a.csv', join(folder, 'a.csv'), '--target', 'aws', '--region', REGION];

    const streams = fakeStreams();
    const exitCode = await sluice([...args, '--stack', 'Sluice-prod'], streams, interruption.signal);

    expect([exitCode, readdirSync(folder)]).toEqual([130, []]);
    expect(streams.err()).toContain('interrupted');
  });

  test('says of an archived object how to restore it', async () => {
    s3.on(GetObjectCommand).rejects(errorNamed('InvalidObjectState', 'no'));

    const { exitCode, err } = await runAgainstAws('get', 'a b.csv', join(folder, 'a.csv'));

    expect(exitCode).toBe(1);
    expect(err).toContain('"a b.csv" is archived');
    expect(err).toContain("aws s3api restore-object --bucket ingest --key 'a b.csv'");
  });

  test('says of a delete marker that it has no bytes', async () => {
    s3.on(GetObjectCommand).rejects(errorNamed('MethodNotAllowed', 'no'));
    s3.on(ListObjectVersionsCommand).resolves({});

    const { exitCode, err } = await runAgainstAws('get', 'a.csv', '-', '--version-id', 'm1');

    expect([exitCode, err]).toEqual([3, expect.stringContaining('version m1 of "a.csv" is a delete marker')]);
  });
});
