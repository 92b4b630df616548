import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, test } from 'vitest';
import { replacedBucketIn } from '../../../cli/doctor/replaced-bucket.ts';
import { cloudFormation, errorNamed, OUTPUTS, resetMocks } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

beforeEach(resetMocks);

/** A project whose template has an output bucket with these properties. */
function projectWith(Properties: object): string {
  const dir = temporaryFolder('project');
  mkdirSync(join(dir, 'cdk.out'));
  writeFileSync(join(dir, 'cdk.json'), JSON.stringify({ app: 'node app.ts' }));
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'stack.template.json' } };
  writeFileSync(
    join(dir, 'cdk.out/manifest.json'),
    JSON.stringify({ artifacts: { 'Sluice-prod': artifact } }),
  );
  writeFileSync(join(dir, 'cdk.out/stack.template.json'), templateWith(Properties));
  return dir;
}

const templateWith = (Properties: object) =>
  JSON.stringify({
    Resources: { Output1234: { Type: 'AWS::S3::Bucket', Properties } },
    Outputs: { IngestBucketName: { Value: 'x' }, OutputBucketName: { Value: { Ref: 'Output1234' } } },
  });

const isDeployed = (Properties: object) =>
  cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: templateWith(Properties) });

const CONFIGURED = { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } };
const MADE_WITH_LOCK = { ObjectLockEnabled: true, ...CONFIGURED };

const LEDGER_STAYS = `a deployment makes another, empty bucket, and the ledger of before stays in ${OUTPUTS['OutputBucketName']}`;

describe('before a deployment that would make another output bucket, doctor warns', () => {
  test.each([
    ['that was deployed without a lock', {}],
    ['whose lock was switched on in place', CONFIGURED],
  ])('of a stack %s, and says how the bucket stays', async (_, deployed) => {
    isDeployed(deployed);

    expect(await replacedBucketIn(mockedPipeline(), projectWith(MADE_WITH_LOCK))).toEqual({
      check: {
        name: 'the output bucket is replaced',
        state: 'warning',
        detail: `the synthesized template makes it with Object Lock, and the deployed one does not: ${LEDGER_STAYS}`,
        nextStep:
          'before it, add -c ledgerLockInPlace=true: the lock is switched on in the bucket that is there',
      },
    });
  });

  test.each([
    ['the option was taken away', {}],
    ['the lock is to be switched on in place, of a bucket made with it', CONFIGURED],
  ])('where %s, and says how the bucket stays', async (_, planned) => {
    isDeployed(MADE_WITH_LOCK);

    expect(await replacedBucketIn(mockedPipeline(), projectWith(planned))).toEqual({
      check: {
        name: 'the output bucket is replaced',
        state: 'warning',
        detail: `the synthesized template makes it without Object Lock, and the deployed one with it: ${LEDGER_STAYS}`,
        nextStep:
          'before it, give -c ledgerLock=DAYS again, without ledgerLockInPlace; 1 locks for the shortest time',
      },
    });
  });
});

describe('doctor says nothing of the output bucket', () => {
  test.each([
    ['the bucket was made with the lock', MADE_WITH_LOCK, MADE_WITH_LOCK],
    ['the lock is switched on in place', CONFIGURED, {}],
    ['the lock was switched on in place, and the option is gone', {}, CONFIGURED],
    ['nothing is locked', {}, {}],
  ])('where %s', async (_, planned, deployed) => {
    isDeployed(deployed);

    expect(await replacedBucketIn(mockedPipeline(), projectWith(planned))).toEqual({});
  });

  test('of a pipeline on this machine', async () => {
    expect(await replacedBucketIn(mockedPipeline({ runtime: {} }), projectWith(MADE_WITH_LOCK))).toEqual({});
  });
});

test('whoever may not read the deployed template hears that nobody looked', async () => {
  cloudFormation.on(GetTemplateCommand).rejects(errorNamed('AccessDenied', 'no cloudformation:GetTemplate'));

  const { check, note } = await replacedBucketIn(mockedPipeline(), projectWith(MADE_WITH_LOCK));

  expect(check).toBeUndefined();
  expect(note).toMatch(
    /^nobody looked whether a deployment would make another output bucket, as one with another ledgerLock may: .*GetTemplate/,
  );
});
