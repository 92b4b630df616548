import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sluice } from '../../../cli/command-line.ts';
import { SAMPLE_KINDS } from '../../../shared/object-event/sample-kinds.ts';
import { parseObjectEvents } from '../../../shared/object-event/object-event-parser.ts';
import { fakeStreams } from '../../support/fake-streams.ts';
import { resetMocks, s3 } from '../../support/mocked-aws.ts';

async function samples(...args: string[]) {
  const streams = fakeStreams();
  const exitCode = await sluice(['samples', ...args], streams);
  return { exitCode, stdout: streams.out(), stderr: streams.err() };
}

describe('sluice samples', () => {
  test('prints one kind to be read', async () => {
    const { exitCode, stdout } = await samples('csv/a.csv', '--kind', 'copy', '--bucket', 'uploads');

    expect(exitCode).toBe(0);
    expect(stdout.split('\n').length).toBeGreaterThan(20);
    expect(parseObjectEvents(JSON.parse(stdout))).toMatchObject([
      { bucket: 'uploads', key: 'csv/a.csv', reason: 'CopyObject' },
    ]);
  });

  test('prints every kind, a line each in a pipe', async () => {
    const { stdout } = await samples('--bucket', 'uploads');

    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(Object.keys(SAMPLE_KINDS).length);
    expect(lines.map((line) => typeof JSON.parse(line))).toEqual(lines.map(() => 'object'));
  });

  test('puts several into one batch', async () => {
    const { stdout } = await samples(
      '--kind',
      'put',
      '--kind',
      'backfill',
      '--sqs',
      '--bucket',
      'uploads',
      '--json',
    );

    expect(JSON.parse(stdout)).toMatchObject({
      verb: 'samples',
      samples: [
        { kind: 'sqs', event: { Records: [{ eventSource: 'aws:sqs' }, { eventSource: 'aws:sqs' }] } },
      ],
    });
  });

  test.each([
    [['--kind', 'markr'], 'did you mean marker?'],
    [['--kind', 'unheard-of'], 'one of put, post, copy'],
    [['--kind', 'sqs', '--sqs'], 'is a batch already'],
  ])('refuses %j, and says what to write', async (args, words) => {
    const { exitCode, stdout, stderr } = await samples(...args, '--bucket', 'uploads');

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  test('of an object in AWS have its size, etag and version, and the stack’s bucket', async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [
        {
          Key: 'csv/a.csv',
          VersionId: 'v2',
          IsLatest: true,
          Size: 9,
          ETag: '"abc"',
          LastModified: new Date(0),
        },
      ],
    });

    const { stdout } = await samples(
      'csv/a.csv',
      '--kind',
      'put',
      '--target',
      'aws',
      '--stack',
      'Sluice-prod',
    );

    expect(parseObjectEvents(JSON.parse(stdout))).toMatchObject([
      { bucket: 'ingest', key: 'csv/a.csv', size: 9, etag: 'abc', versionId: 'v2', region: 'eu-west-1' },
    ]);
  });
});

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  resetMocks();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});
