import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { replacedBucketIn } from '../../../cli/doctor/replaced-bucket.ts';
import { errorNamed, OUTPUTS, resetMocks, s3 } from '../../support/mocked-aws.ts';
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
  const template = {
    Resources: { Output1234: { Type: 'AWS::S3::Bucket', Properties } },
    Outputs: { IngestBucketName: { Value: 'x' }, OutputBucketName: { Value: { Ref: 'Output1234' } } },
  };
  writeFileSync(join(dir, 'cdk.out/stack.template.json'), JSON.stringify(template));
  return dir;
}

const CONFIGURED = { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } };
const MADE_WITH_LOCK = { ObjectLockEnabled: true, ...CONFIGURED };

describe('before a deployment with a locked ledger, doctor', () => {
  test('warns that a bucket without Object Lock is made anew, with what to do', async () => {
    s3.on(GetObjectLockConfigurationCommand).rejects(
      errorNamed('ObjectLockConfigurationNotFoundError', 'none'),
    );

    expect(await replacedBucketIn(mockedPipeline(), projectWith(MADE_WITH_LOCK))).toEqual({
      name: 'the output bucket is replaced',
      state: 'warning',
      detail: `the synthesized template makes it with Object Lock, and ${OUTPUTS['OutputBucketName']} has none: a deployment makes another, empty one, and the ledger of before stays in this one`,
      nextStep:
        'before it, add -c ledgerLockInPlace=true: the lock is switched on in the bucket that is there',
    });
  });

  test.each([
    ['the bucket has the lock already', MADE_WITH_LOCK, 'Enabled'],
    ['the lock is switched on in place', CONFIGURED, undefined],
    ['nothing is locked', {}, undefined],
  ] as const)('says nothing where %s', async (_, properties, deployed) => {
    if (deployed === undefined) {
      s3.on(GetObjectLockConfigurationCommand).rejects(
        errorNamed('ObjectLockConfigurationNotFoundError', 'none'),
      );
    } else {
      s3.on(GetObjectLockConfigurationCommand).resolves(CONFIGURED as object);
    }

    expect(await replacedBucketIn(mockedPipeline(), projectWith(properties))).toBeUndefined();
  });

  test.each([['who asks may not', errorNamed('AccessDenied', 'no')]])(
    'does not guess where %s',
    async (_, error) => {
      s3.on(GetObjectLockConfigurationCommand).rejects(error);

      expect(await replacedBucketIn(mockedPipeline(), projectWith(MADE_WITH_LOCK))).toBeUndefined();
    },
  );
});
