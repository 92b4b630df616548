import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListObjectsV2Command, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { keepsText, type Keeps } from '../../../shared/keeps.ts';
import { NOW, OUTPUTS, cloudFormation, resetMocks, runAgainstAws, s3 } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HOUR_MS = 3_600_000;

/** The stack with these outputs instead of its own of the same names; undefined takes one away. */
function stackWith(changes: Readonly<Record<string, string | undefined>>): void {
  const outputs = Object.entries({ ...OUTPUTS, ...changes }).flatMap(([OutputKey, OutputValue]) =>
    OutputValue === undefined ? [] : [{ OutputKey, OutputValue }],
  );
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        StackName: 'Sluice-prod',
        CreationTime: NOW,
        StackStatus: 'CREATE_COMPLETE',
        Outputs: outputs,
      },
    ],
  });
}

const OF_0_1 = {
  MetadataWriterKeeps: undefined,
  CsvRowCounterKeeps: undefined,
  LedgerExporterKeeps: undefined,
};

/** The output bucket lists one object under the prefix. */
function kept(Prefix: string, Key: string, ageMs: number): void {
  s3.on(ListObjectsV2Command, { Bucket: 'output', Prefix }).resolves({
    Contents: [{ Key, LastModified: new Date(NOW.getTime() - ageMs) }],
  });
}

beforeEach(() => {
  resetMocks();
  s3.on(ListObjectVersionsCommand).resolves({
    Versions: [
      {
        Key: 'notes.txt',
        VersionId: 'v1',
        IsLatest: true,
        LastModified: new Date(NOW.getTime() - HOUR_MS),
        Size: 1,
        ETag: '"e"',
      },
    ],
  });
});

describe('a stack of version 0.1, which does not say what its consumers keep', () => {
  beforeEach(() => stackWith(OF_0_1));

  test.each([
    ['verify', ['verify']],
    ['status of an object', ['status', 'notes.txt']],
    ['status of a prefix', ['status', 'notes/']],
  ])('is told so by %s, with what to do', async (_, args) => {
    const { exitCode, err, out } = await runAgainstAws(...args);

    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(
      /stack Sluice-prod does not say what [\w-]+ keeps \(it has no output \w+Keeps\): it was deployed by version 0\.1\n/,
    );
    expect(err).toContain(
      'deploy it again with `npx aws-cdk deploy`: that adds outputs, and replaces nothing',
    );
  });

  test('is to be synthesized again, not deployed, where it runs on this machine', () => {
    const pipeline = mockedPipeline({ runtime: {}, outputs: OF_0_1 as unknown as Record<string, string> });
    const [consumer] = pipeline.consumersNamed(['metadata-writer']);

    expect(() => pipeline.keepsOf(consumer!)).toThrow(
      expect.objectContaining({ nextStep: 'start it again from a template of this version: `npm start`' }),
    );
  });

  test('is told so by an upload that waits: the file is there, what became of it could not be asked', async () => {
    const file = join(temporaryFolder('keeps'), 'a.txt');
    writeFileSync(file, 'a');
    s3.on(PutObjectCommand).resolves({ ETag: '"e"', VersionId: 'v1' });
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [{ Key: 'notes/a.txt', VersionId: 'v1', IsLatest: true, LastModified: NOW, Size: 1 }],
    });

    const { exitCode, err } = await runAgainstAws('put', file, 'notes/', '--wait');

    expect(exitCode).toBe(4);
    expect(err).toContain('uploaded 1 object of 1');
    expect(err).toContain('(it has no output MetadataWriterKeeps): it was deployed by version 0.1');
    expect(err).toContain('→ deploy it again with `npx aws-cdk deploy`');
  });

  test.each([['status'], ['ls'], ['dead list'], ['env'], ['backfill --dry-run']])(
    'does not keep %s from its work',
    async (verb) => {
      const { exitCode, err } = await runAgainstAws(...verb.split(' '));

      expect(err).not.toContain('keeps');
      expect([0, 3]).toContain(exitCode);
    },
  );

  test('is what doctor finds, and goes on after', async () => {
    const { exitCode, out } = await runAgainstAws('doctor', '--json');

    const { checks } = JSON.parse(out) as { checks: { name: string; state: string }[] };
    expect(exitCode).toBe(5);
    expect(checks.filter(({ state }) => state === 'failed').map(({ name }) => name)).toEqual([
      'metadata-writer keeps',
      'csv-row-counter keeps',
      'ledger-exporter keeps',
    ]);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'dynamodb:Scan uploads', state: 'ok' }));
  });
});

test('an output of a newer version is refused by name', async () => {
  stackWith({ LedgerExporterKeeps: '{"lines":"ledger/","compressed":"zstd"}' });

  const { exitCode, err } = await runAgainstAws('status', 'notes.txt');

  expect(exitCode).toBe(1);
  expect(err).toContain(
    'the output LedgerExporterKeeps of stack Sluice-prod cannot be read: keeps.compressed is "zstd": nobody knows this field',
  );
  expect(err).toContain('use the version of this project that has deployed it');
});

/** What an upload came to at a consumer that keeps this. */
async function fateOf(keeps: Keeps) {
  stackWith({ LedgerExporterKeeps: keepsText(keeps) });
  const { exitCode, out } = await runAgainstAws(
    'status',
    'notes.txt',
    '--consumer',
    'ledger-exporter',
    '--json',
    '--check',
  );
  const { consumers } = JSON.parse(out) as { consumers: { outcome: string; note?: string }[] };
  return { exitCode, ...consumers[0] };
}

describe('in AWS, where nothing was found and no attempt is known', () => {
  test('lines are missing', async () => {
    expect(await fateOf({ lines: 'ledger/' })).toMatchObject({ exitCode: 5, outcome: 'missing' });
  });

  test('objects may not have been kept, which is no failure', async () => {
    expect(await fateOf({ objects: 'rejects/' })).toMatchObject({
      exitCode: 0,
      outcome: 'unknown',
      note: 'nothing was found, but not every upload leaves an object under rejects/',
    });
  });

  test('nothing could have been found of nothing', async () => {
    expect(await fateOf('nothing')).toMatchObject({
      exitCode: 0,
      outcome: 'unknown',
      note: 'nothing was found, but it keeps nothing that could be found',
    });
  });

  test('objects of another key, and of an older version, are not taken for this one’s', async () => {
    kept('rejects/notes.txt', 'rejects/notes.txt2', 0);
    expect(await fateOf({ objects: 'rejects/' })).toMatchObject({ outcome: 'unknown' });
    kept('rejects/notes.txt.', 'rejects/notes.txt.json', 2 * HOUR_MS);
    expect(await fateOf({ objects: 'rejects/' })).toMatchObject({
      outcome: 'unknown',
      note: 'nothing was found, but what is under rejects/ may be of another version',
      stored: { objects: [{ key: 'rejects/notes.txt.json' }] },
    });
    kept('rejects/notes.txt.', 'rejects/notes.txt.json', 0);
    expect(await fateOf({ objects: 'rejects/' })).toMatchObject({ outcome: 'recorded' });
  });
});
