import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly, resourcesOf } from '../support/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { start, startOn } from '../support/npm-start.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { processesOf } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

describe(
  'npm start refuses, says why and what to do, and leaves nothing running',
  { timeout: 120_000 },
  () => {
    test('a taken port', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await waitFor(() => taken.listening, 'the port to be taken');
      const { port } = taken.address() as AddressInfo;
      const dataDir = temporaryFolder('start');

      const { exitCode, stderr } = await startOn(dataDir, '--port', String(port));
      taken.close();

      expect(exitCode).toBe(1);
      expect(stderr).toMatch(new RegExp(`port ${port} is taken by another program; .*--port`));
      expect(processesOf(dataDir)).toEqual([]);
    });

    test('a folder without an assembly', async () => {
      const { exitCode, stderr } = await start(
        '--assembly',
        temporaryFolder('empty'),
        '--data-dir',
        temporaryFolder('start'),
      );

      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/there is no cloud assembly: .*; run: npm run synth/);
    });

    test('a template with a resource that cannot be honoured', async () => {
      const dataDir = temporaryFolder('start');
      const assembly = alteredAssembly((template) => {
        template.Resources['Users'] = { Type: 'AWS::Cognito::UserPool', Properties: {} };
        const [[, lambda] = []] = resourcesOf(template, 'AWS::Lambda::Function');
        lambda!.Properties['Environment'] = { Variables: { USERS: { Ref: 'Users' } } };
      });

      const { exitCode, stderr } = await startOn(dataDir, '--assembly', assembly);

      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        'the local runtime does not support AWS::Cognito::UserPool "Users", which the pipeline refers to',
      );
      expect(processesOf(dataDir)).toEqual([]);
    });

    test('--fresh on a folder that holds something else', async () => {
      const folder = temporaryFolder('thesis');
      writeFileSync(join(folder, 'thesis.txt'), 'years of work');

      const { exitCode, stderr } = await startOn(folder, '--fresh');

      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/holds "thesis\.txt" but no sluice\.db/);
      expect(existsSync(join(folder, 'thesis.txt'))).toBe(true);
    });

    test.each([
      ['--prot', '4566'],
      ['--port', 'high'],
      ['--stage', 'Test'],
      ['--region', 'here'],
    ])('the wrong argument %s %s, with exit code 2', async (flag, value) => {
      const { exitCode, stderr } = await start(flag, value);

      expect(exitCode).toBe(2);
      expect(stderr).toContain(flag);
      expect(stderr).toContain('--help');
    });
  },
);

test('--help explains every flag', async () => {
  const { exitCode, stdout } = await start('--help');

  expect(exitCode).toBe(0);
  for (const flag of ['--port', '--data-dir', '--fresh', '--json', '--stage', '--context', '--assembly']) {
    expect(stdout).toContain(flag);
  }
});

const rowsOf = async (pipeline: PipelineUnderTest) => [
  await pipeline.metadataRows(),
  await pipeline.counterRows(),
];

describe('a pipeline of one data folder', () => {
  let pipeline: PipelineUnderTest;
  let rows: unknown;
  const dataDir = temporaryFolder('start');

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start({ dataDir });
    await pipeline.s3.send(
      new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/kept.csv', Body: 'a\nb\n' }),
    );
    await pipeline.drain();
    rows = await rowsOf(pipeline);
  });
  afterAll(async () => {
    await pipeline?.[Symbol.asyncDispose]();
  });

  test('tells how much room its disk has, so that status can warn', async () => {
    const { bavail, bsize } = statfsSync(dataDir);

    const { disk } = await pipeline.status();

    // others write to the disk too
    expect(disk.freeBytes / (bavail * bsize)).toBeCloseTo(1, 0);
  });

  test('refuses another start on it, and is unharmed', async () => {
    for (const more of [[], ['--fresh']]) {
      const { exitCode, stderr } = await startOn(dataDir, ...more);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/is in use by another running pipeline; .*--data-dir/);
    }
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'still.txt', Body: 'here' }));
    await pipeline.drain();
    expect(await pipeline.metadataRows()).toHaveLength(2);
    rows = await rowsOf(pipeline);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it cleanly, and the next start has everything',
    async (signal) => {
      expect(await pipeline.stop(signal)).toBe(0);
      await waitFor(() => processesOf(dataDir).length === 0, 'every process to be gone');

      await pipeline[Symbol.asyncDispose]();
      pipeline = await PipelineUnderTest.start({ dataDir });
      const { Body } = await pipeline.s3.send(
        new GetObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/kept.csv' }),
      );
      expect(await Body?.transformToString()).toBe('a\nb\n');
      expect(await rowsOf(pipeline)).toEqual(rows);
    },
  );

  test('--fresh empties it', async () => {
    await pipeline[Symbol.asyncDispose]();

    pipeline = await PipelineUnderTest.start({ dataDir, more: ['--fresh'] });

    expect(await pipeline.metadataRows()).toEqual([]);
  });
});

const OLDER_NODE = '/usr/bin/node';
const hasOlderNode =
  existsSync(OLDER_NODE) &&
  !/^v(2[4-9]|[3-9]\d)/.test(execFileSync(OLDER_NODE, ['--version'], { encoding: 'utf8' }));

test.skipIf(!hasOlderNode)('an older Node says which one is needed, and how to get it', () => {
  const older = spawnSync(
    OLDER_NODE,
    ['--import', './shared/require-node-24.mjs', 'cli/start/start.ts', '--help'],
    {
      cwd: PROJECT_DIR,
      encoding: 'utf8',
    },
  );

  expect(older.status).toBe(1);
  expect(older.stderr).toMatch(/runs on Node 24.*npm ci/s);
});
