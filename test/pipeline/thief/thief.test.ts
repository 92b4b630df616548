import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ACCOUNT_ID } from '../../../local/account-id.ts';
import { assemblyWith } from '../../support/assembly.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import type { Ran } from '../../support/sluice.ts';
import { runInside, sluiceInside } from '../../support/sluice-inside.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { isLetIn } from './is-let-in.ts';
import { MAY, ROLES } from './may.ts';
import { keysOf, sceneOf } from './set-scene.ts';
import { Thief, type Scene, type Tries } from './scene.ts';
import { shellOf } from './shell-of.ts';
import { triesOfConsumer } from './tries-of-consumers.ts';
import { TRIES_OF_OBJECTS } from './tries-of-objects.ts';
import { TRIES_OF_SERVICES } from './tries-of-services.ts';

const TRIES: Tries = {
  ...TRIES_OF_OBJECTS,
  ...TRIES_OF_SERVICES,
  ...triesOfConsumer('MetadataWriter'),
  ...triesOfConsumer('CsvRowCounter'),
  ...triesOfConsumer('LedgerExporter'),
};

let pipeline: PipelineUnderTest;
let scene: Scene;
beforeAll(async () => {
  // its uploader is bound to a prefix
  const assemblyDir = await assemblyWith({ uploadPrefixes: 'csv/' });
  pipeline = await PipelineUnderTest.start({ assemblyDir, more: ['--private'] });
  scene = await sceneOf(pipeline);
}, 600_000);
afterAll(() => pipeline?.[Symbol.asyncDispose]());

const SLOW = { timeout: 300_000 };

describe('whoever has stolen the keys of', () => {
  // the last one deletes for good
  test.each(ROLES)('%s may do just this', SLOW, async (role) => {
    const thief = new Thief(scene, keysOf(pipeline, role));

    const may: string[] = [];
    for (const [what, attempt] of Object.entries(TRIES)) {
      if (await isLetIn(what, attempt(thief))) may.push(what);
    }

    expect(may.toSorted()).toEqual(MAY[role].toSorted());
  });

  test.each(ROLES)('%s takes on no other role', async (role) => {
    const { sts } = new Thief(scene, keysOf(pipeline, role));
    const { Arn = '' } = await sts.send(new GetCallerIdentityCommand());

    expect(Arn).toContain(':assumed-role/');
    await expect(
      sts.send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${ACCOUNT_ID}:role/Sluice-dev-operator`,
          RoleSessionName: 'thief',
        }),
      ),
    ).rejects.toThrow('AssumeRole');
  });
});

describe('by the command line', () => {
  const file = join(temporaryFolder('upload'), 'mine.csv');
  writeFileSync(file, 'a,b\n1,2\n');
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test(
    'an uploader puts under the prefix and hears what became of it, and does nothing else',
    SLOW,
    async () => {
      const uploader = await shellOf(pipeline, 'uploader');

      const put = await uploader(['put', file, 'csv/', '--wait', '--json']);
      expect(put).toMatchObject({ exitCode: 0 });
      expect(put.json()).toMatchObject({
        outcomes: [
          {
            key: 'csv/mine.csv',
            consumers: [
              { consumer: 'metadata-writer', outcome: 'recorded' },
              { consumer: 'csv-row-counter', outcome: 'recorded' },
              { consumer: 'ledger-exporter', outcome: 'unknown' },
            ],
          },
        ],
      });
      const status = await uploader(['status', 'csv/mine.csv']);
      expect(status.exitCode).toBe(0);
      expect(status.stdout).toContain('you may not look at what it keeps');
      expect((await uploader(['ls', 'csv/'])).stdout).toContain('csv/mine.csv');
      await refused(uploader(['put', file, 'private/']), 's3:PutObject');
      await refused(uploader(['get', 'csv/mine.csv', '-']), 's3:GetObject');
      expect(await uploader(['rm', 'csv/mine.csv', '--yes'])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('removed 0 objects') as string,
      });
      await refused(uploader(['dead', 'list']), 'sqs:GetQueueAttributes');
    },
  );

  test('an operator does the day’s work, reads no upload, and empties nothing', SLOW, async () => {
    const operator = await shellOf(pipeline, 'operator');

    expect(await operator(['put', file, 'private/daily.txt'])).toMatchObject({ exitCode: 0 });
    await pipeline.drain();
    const status = await operator(['status', 'private/daily.txt', '--json']);
    expect(
      status.json<{ consumers: { outcome: string }[] }>().consumers.map(({ outcome }) => outcome),
    ).toEqual(['recorded', 'not-matched', 'recorded']);
    for (const verb of [
      ['rm', 'private/daily.txt', '--yes'],
      ['dead', 'list'],
      ['logs', '--consumer', 'metadata-writer', '--last', '1'],
      ['pause', 'csv-row-counter', '--yes'],
      ['resume', 'csv-row-counter', '--yes'],
    ]) {
      const { exitCode, stderr } = await operator(verb);
      expect({ verb, exitCode, stderr }).toMatchObject({ exitCode: 0 });
    }
    await refused(operator(['get', 'csv/mine.csv', '-']), 's3:GetObject');
    const before = await contents();
    const emptied = await operator(['empty', '--bucket', 'ingest', '--count', before]);
    expect(emptied.exitCode).toBe(1);
    expect(emptied.stderr).toMatch(/may not be asked with these keys: nothing was deleted/);
    expect(await contents()).toBe(before);
  });

  test('a destroyer empties a bucket with a second factor, and without it sees nothing', SLOW, async () => {
    const without = await shellOf(pipeline, 'destroyer');
    const destroyer = await shellOf(pipeline, 'destroyer', '--mfa');

    await refused(without(['empty', '--dry-run']), 'cloudformation:DescribeStacks');
    const emptied = await destroyer(['empty', '--bucket', 'ingest', '--json', '--count', await contents()]);

    expect(emptied).toMatchObject({ exitCode: 0 });
    expect(emptied.json()).toMatchObject({ failures: [] });
    expect(await contents()).toBe('0');
  });

  test('keys of a role are given of a pipeline on this machine alone, and a second factor to a role', async () => {
    const inAws = await runInside('env', '--as', 'reader', '--target', 'aws');
    const nobody = await sluiceInside(pipeline, 'env', '--mfa');

    expect(inAws).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('on this machine') as string,
    });
    expect(nobody).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--as') as string });
  });
});

/** It says which right is missing. */
async function refused(ran: Promise<Ran>, action: string): Promise<void> {
  const { exitCode, stderr } = await ran;
  expect(stderr).toContain('access denied');
  expect(stderr).toContain(`is not authorized to perform: ${action}`);
  expect(exitCode).toBe(1);
}

/** How much there is in the ingest bucket, as `empty` wants it typed. */
async function contents(): Promise<string> {
  const { Versions = [], DeleteMarkers = [] } = await pipeline.s3.send(
    new ListObjectVersionsCommand({ Bucket: scene.ingest }),
  );
  return String(Versions.length + DeleteMarkers.length);
}
