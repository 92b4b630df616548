import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  type ObjectLockRetention,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { assemblyWith } from '../../support/assembly.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { isLetIn } from './is-let-in.ts';
import { ROLES, type Role } from './may.ts';
import { keysOf, sceneOf } from './set-scene.ts';
import { Thief, type Scene, type Tries } from './scene.ts';
import { shellOf } from './shell-of.ts';

const DAYS = 30;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

const lineOf = ({ output, line, lineVersion }: Scene) => ({
  Bucket: output,
  Key: line,
  VersionId: lineVersion,
});

const retain = async ({ s3, scene }: Thief, Retention: ObjectLockRetention, bypass?: boolean) =>
  await s3.send(
    new PutObjectRetentionCommand({
      ...lineOf(scene),
      Retention,
      ...(bypass === true && { BypassGovernanceRetention: true }),
    }),
  );

const governance = (days: number): ObjectLockRetention => ({
  Mode: 'GOVERNANCE',
  RetainUntilDate: inDays(days),
});

let lines = 0;
const add = async ({ s3, scene }: Thief, ObjectLockMode: 'GOVERNANCE' | 'COMPLIANCE', days: number) => {
  const put: PutObjectCommandInput = {
    Bucket: scene.output,
    Key: `ledger/dt=2020-01-01/hour=00/${lines++}.ndjson`,
    Body: '{}',
    IfNoneMatch: '*',
    ObjectLockMode,
    ObjectLockRetainUntilDate: inDays(days),
  };
  return await s3.send(new PutObjectCommand(put));
};

/** What can be tried with a locked line of the ledger. */
const TRIES: Tries = {
  'write over it': ({ s3, scene: { output: Bucket, line: Key } }) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: '{}' })),
  'copy over it': ({ s3, scene: { output: Bucket, line: Key } }) =>
    s3.send(
      new CopyObjectCommand({
        Bucket,
        Key,
        CopySource: encodeURI(`${Bucket}/${Key}`),
        MetadataDirective: 'REPLACE',
      }),
    ),
  'hide it behind a marker': ({ s3, scene: { output: Bucket, line: Key } }) =>
    s3.send(new DeleteObjectCommand({ Bucket, Key })),
  'delete it for good': ({ s3, scene }) => s3.send(new DeleteObjectCommand(lineOf(scene))),
  'shorten its lock': (thief) => retain(thief, governance(1)),
  'shorten its lock, bypassing it': (thief) => retain(thief, governance(1), true),
  'take its lock away, bypassing it': (thief) => retain(thief, {}, true),
  'lock it for a hundred years': (thief) => retain(thief, governance(36_500)),
  'lock it under compliance': (thief) => retain(thief, { ...governance(DAYS), Mode: 'COMPLIANCE' }),
  'lock it anew for its days': (thief) => retain(thief, governance(DAYS + 0.5)),
  'hold it for ever': ({ s3, scene }) =>
    s3.send(new PutObjectLegalHoldCommand({ ...lineOf(scene), LegalHold: { Status: 'ON' } })),
  'add a line that is locked for its days': (thief) => add(thief, 'GOVERNANCE', DAYS),
  'add a line that is locked for a hundred years': (thief) => add(thief, 'GOVERNANCE', 36_500),
  'add a line that is locked under compliance': (thief) => add(thief, 'COMPLIANCE', DAYS),
  // the last: it is gone then
  'delete it for good, bypassing its lock': ({ s3, scene }) =>
    s3.send(new DeleteObjectCommand({ ...lineOf(scene), BypassGovernanceRetention: true })),
};

/** All that any of the roles may do of it. */
const MAY: Partial<Record<Role, readonly string[]>> = {
  'ledger-exporter': ['add a line that is locked for its days', 'lock it anew for its days'],
  'destroyer with a second factor': ['delete it for good, bypassing its lock'],
};

let pipeline: PipelineUnderTest;
let scene: Scene;
beforeAll(async () => {
  const assemblyDir = await assemblyWith({ ledgerLock: String(DAYS) });
  pipeline = await PipelineUnderTest.start({ assemblyDir, more: ['--private'] });
  scene = await sceneOf(pipeline);
}, 600_000);
afterAll(() => pipeline?.[Symbol.asyncDispose]());
afterEach(() => {
  vi.unstubAllEnvs();
});

const SLOW = { timeout: 300_000 };

/** What the output bucket holds, as \`empty\` wants it typed. */
const contents = async (): Promise<number> => {
  const { Versions = [], DeleteMarkers = [] } = await pipeline.s3.send(
    new ListObjectVersionsCommand({ Bucket: scene.output }),
  );
  return Versions.length + DeleteMarkers.length;
};

describe('a line of the locked ledger', () => {
  test('is locked by its writer, for the days that the context says', async () => {
    const { Retention } = await pipeline.s3.send(new GetObjectRetentionCommand(lineOf(scene)));
    const days = (Retention!.RetainUntilDate!.getTime() - Date.now()) / 86_400_000;

    expect(Retention).toMatchObject({ Mode: 'GOVERNANCE' });
    expect(days).toBeGreaterThan(DAYS - 1);
    expect(days).toBeLessThanOrEqual(DAYS);
  });

  test('is emptied away by a destroyer who says so, and nothing is deleted before that', SLOW, async () => {
    const destroyer = await shellOf(pipeline, 'destroyer', '--mfa');
    const before = await contents();
    const count = String(before);

    const dry = await destroyer(['empty', '--bucket', 'output', '--dry-run', '--json']);
    expect(dry.json()).toMatchObject({
      buckets: [
        {
          bucket: scene.output,
          locked: before,
          lockedUntil: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
        },
      ],
    });
    const refused = await destroyer(['empty', '--bucket', 'output', '--count', count]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(
      `${scene.output} holds ${count} locked versions, the last of them until `,
    );
    expect(refused.stderr).toContain('nothing was deleted');
    expect(refused.stderr).toContain('--bypass-lock');
    expect(await contents()).toBe(before);

    // of the ingest bucket nothing is locked, and emptying that alone asks for nothing more
    const ingest = await destroyer(['empty', '--bucket', 'ingest', '--dry-run', '--json']);
    expect(ingest.json<{ buckets: object[] }>().buckets[0]).not.toHaveProperty('locked');
  });

  test(
    'with a legal hold is not emptied away, bypassed neither, and nothing else is before it',
    SLOW,
    async () => {
      const destroyer = await shellOf(pipeline, 'destroyer', '--mfa');
      const count = String(await contents());
      const hold = async (Status: 'OFF' | 'ON') =>
        await pipeline.s3.send(new PutObjectLegalHoldCommand({ ...lineOf(scene), LegalHold: { Status } }));
      await hold('ON');

      const refused = await destroyer(['empty', '--bucket', 'output', '--bypass-lock', '--count', count]);
      const dry = await destroyer(['empty', '--bucket', 'output', '--bypass-lock', '--dry-run']);

      await hold('OFF');
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain(`${scene.output} holds 1 version with a legal hold`);
      expect(refused.stderr).toContain(`--version-id=${scene.lineVersion} --legal-hold Status=OFF`);
      expect(dry.stderr).toContain(`would delete nothing: ${scene.output} holds 1 version with a legal hold`);
      expect(dry.stdout).toMatch(/\t\d{4}-\d\d-\d\dT\S+\n$/);
      expect(String(await contents())).toBe(count);
    },
  );

  // the last one deletes it
  test.each(ROLES)('in the hands of who has stolen the keys of %s is kept', SLOW, async (role) => {
    const thief = new Thief(scene, keysOf(pipeline, role));

    const may: string[] = [];
    for (const [what, attempt] of Object.entries(TRIES)) {
      if (await isLetIn(what, attempt(thief))) may.push(what);
    }

    expect(may.toSorted()).toEqual((MAY[role] ?? []).toSorted());
    if (role === 'destroyer with a second factor') return;
    const { Retention } = await pipeline.s3.send(new GetObjectRetentionCommand(lineOf(scene)));
    expect(Retention!.RetainUntilDate!.getTime()).toBeGreaterThan(inDays(DAYS - 1).getTime());
    expect(await pipeline.s3.send(new HeadObjectCommand(lineOf(scene)))).toMatchObject({
      VersionId: scene.lineVersion,
    });
  });

  test('and all others go with --bypass-lock', SLOW, async () => {
    const destroyer = await shellOf(pipeline, 'destroyer', '--mfa');
    const count = String(await contents());
    expect(Number(count)).toBeGreaterThan(0);

    const emptied = await destroyer([
      'empty',
      '--bucket',
      'output',
      '--bypass-lock',
      '--count',
      count,
      '--json',
    ]);

    expect(emptied).toMatchObject({ exitCode: 0 });
    expect(emptied.json()).toMatchObject({ removed: Number(count), failures: [] });
    expect(await contents()).toBe(0);
  });

  test(
    'is written of what is deleted from the other bucket, which is refused before, and told of that alone',
    SLOW,
    async () => {
      const destroyer = await shellOf(pipeline, 'destroyer', '--mfa');
      const rule = pipeline.output('LedgerExporterRuleName');
      await pipeline.events.send(new DisableRuleCommand({ Name: rule }));
      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'last.txt', Body: '1' }));
      await pipeline.drain();
      await pipeline.events.send(new EnableRuleCommand({ Name: rule }));
      const dry = await destroyer(['empty', '--dry-run', '--json']);
      const { buckets, refusal } = dry.json<{
        buckets: { bucket: string; versions: number; deleteMarkers: number }[];
        refusal: object;
      }>();
      const count = buckets.reduce((sum, { versions, deleteMarkers }) => sum + versions + deleteMarkers, 0);
      const why = `of each of the ${count} deleted from ${pipeline.bucket} ledger-exporter writes a line to ${scene.output}, locked for ${DAYS} days`;

      const alone = await destroyer(['empty', '--bucket', 'ingest', '--dry-run']);
      const refused = await destroyer(['empty', '--count', String(count)]);

      expect(refusal).toEqual({
        why,
        nextStep: expect.stringContaining(`disable-rule --name ${rule}`) as string,
      });
      expect([alone.exitCode, alone.stderr.includes(why)]).toEqual([0, true]);
      expect([refused.exitCode, refused.stderr.includes(`${why}: nothing was deleted`)]).toEqual([1, true]);

      await pipeline.events.send(new DisableRuleCommand({ Name: rule }));
      const emptied = await destroyer(['empty', '--count', String(count)]);

      expect(emptied).toMatchObject({ exitCode: 0 });
      expect(await contents()).toBe(0);
    },
  );
});
