import { join } from 'node:path';
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { CdkJsonError, readCdkJson } from '../cdk-json.ts';
import { CliError } from '../cli-error.ts';
import { toCliError } from '../pipeline/asked.ts';
import { chosenPipeline } from '../pipeline/chosen-pipeline.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { readStack } from '../routes/assembly-template.ts';
import { warning, type Check } from '../status/check.ts';

/** What a deployment would do to the output bucket. */
export interface Replacement {
  readonly check?: Check;
  /** Why nobody could look. */
  readonly note?: string;
}

/** The parts of a template that say how the output bucket is made. */
interface Template {
  readonly Outputs?: Readonly<Record<string, { readonly Value?: unknown }>>;
  readonly Resources?: Readonly<Record<string, { readonly Properties?: Readonly<Record<string, unknown>> }>>;
}

/**
 * Whether the next deployment would make another, empty output bucket: CloudFormation does where `ObjectLockEnabled` comes, or goes. It is
 * compared with the template that is deployed, since S3 does not tell how a bucket's lock was switched on.
 *
 * @param projectDir where the app's cdk.json is, which says where the template is
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
 */
export async function replacedBucketIn(pipeline: Pipeline, projectDir: string): Promise<Replacement> {
  const { deployment, outputBucket } = pipeline;
  // the local runtime switches the lock on, and off, in the bucket that is there
  if (deployment.kind !== 'aws') return {};
  const { stack, pipeline: id } = deployment;
  const isMadeWithLock = (template: Template): boolean => {
    const { outputs } = chosenPipeline(template.Outputs ?? {}, stack, id);
    const { Ref: bucket = '' } = (outputs['OutputBucketName']?.Value ?? {}) as { Ref?: string };
    return template.Resources?.[bucket]?.Properties?.['ObjectLockEnabled'] === true;
  };
  let isPlanned: boolean;
  try {
    const { output } = readCdkJson(projectDir);
    isPlanned = isMadeWithLock((await readStack(join(projectDir, output), stack)).template);
  } catch (error) {
    // which consumers a deployment removes cannot be told then either, and that says why
    if (error instanceof CdkJsonError || error instanceof CliError) return {};
    throw error;
  }
  let isDeployed: boolean;
  try {
    const { TemplateBody = '{}' } = await pipeline.stacks.send(new GetTemplateCommand({ StackName: stack }));
    isDeployed = isMadeWithLock(JSON.parse(TemplateBody) as Template);
  } catch (error) {
    const { message } = toCliError(error, deployment);
    return {
      note: `nobody looked whether a deployment would make another output bucket, as one with another ledgerLock may: ${message}`,
    };
  }
  if (isPlanned === isDeployed) return {};
  const [what, nextStep] = isPlanned
    ? [
        'makes it with Object Lock, and the deployed one does not',
        'before it, add -c ledgerLockInPlace=true: the lock is switched on in the bucket that is there',
      ]
    : [
        'makes it without Object Lock, and the deployed one with it',
        'before it, give -c ledgerLock=DAYS again, without ledgerLockInPlace; 1 locks for the shortest time',
      ];
  return {
    check: warning(
      'the output bucket is replaced',
      `the synthesized template ${what}: a deployment makes another, empty bucket, and the ledger of before stays in ${outputBucket}`,
      nextStep,
    ),
  };
}
