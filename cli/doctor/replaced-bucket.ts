import { join } from 'node:path';
import { CdkJsonError, readCdkJson } from '../cdk-json.ts';
import { CliError } from '../cli-error.ts';
import { hasObjectLock } from '../objects/locked-versions.ts';
import { chosenPipeline } from '../pipeline/chosen-pipeline.ts';
import { isAccessDenied } from '../pipeline/aws-error.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { readStack } from '../routes/assembly-template.ts';
import { warning, type Check } from '../status/check.ts';

/**
 * Whether the next deployment would make another output bucket: CloudFormation does for Object Lock in a stack that was deployed without
 * (context `ledgerLock` alone).
 *
 * @param projectDir where the app's cdk.json is, which says where the template is
 * @returns undefined where it would not, or nobody can tell
 */
export async function replacedBucketIn(pipeline: Pipeline, projectDir: string): Promise<Check | undefined> {
  const { deployment, outputBucket } = pipeline;
  // the local runtime switches the lock on in the bucket that is there
  if (deployment.kind !== 'aws' || !(await isPlannedWithLock(pipeline, projectDir))) return undefined;
  try {
    if (await hasObjectLock(pipeline, outputBucket)) return undefined;
  } catch (error) {
    // none of the stack's policies lets anybody ask but a destroyer
    if (isAccessDenied(error)) return undefined;
    throw error;
  }
  return warning(
    'the output bucket is replaced',
    `the synthesized template makes it with Object Lock, and ${outputBucket} has none: a deployment makes another, empty one, and the ledger of before stays in this one`,
    'before it, add -c ledgerLockInPlace=true: the lock is switched on in the bucket that is there',
  );
}

async function isPlannedWithLock({ deployment }: Pipeline, projectDir: string): Promise<boolean> {
  const { stack, pipeline: id } = deployment;
  try {
    const { output } = readCdkJson(projectDir);
    const { template } = await readStack(join(projectDir, output), stack);
    const { outputs } = chosenPipeline(template.Outputs ?? {}, stack, id);
    const { Ref: bucket = '' } = (outputs['OutputBucketName']?.Value ?? {}) as { Ref?: string };
    return template.Resources?.[bucket]?.Properties?.['ObjectLockEnabled'] === true;
  } catch (error) {
    // which consumers a deployment removes cannot be told then either, and that says why
    if (error instanceof CdkJsonError || error instanceof CliError) return false;
    throw error;
  }
}
