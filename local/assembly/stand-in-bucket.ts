import { parseExistingBucket, type ExistingBucket } from '../../shared/existing-bucket.ts';
import type { BucketPlan } from '../plan.ts';
import { ResourceProperties } from './resource-properties.ts';
import { planBucket } from './storage.ts';

const OUTPUT = /^(.*)ExistingBucket$/;

/**
 * A bucket of this machine for each one that is in AWS already. Whoever made that did not think of this pipeline: its
 * events go to EventBridge once a client says so, and not before.
 *
 * @param outputs the stack's: `IngestBucketName` and, beside it, `ExistingBucket`
 * @param made those that the template makes itself
 * @throws Error for an output that cannot be read
 */
export function standInBuckets(
  outputs: Readonly<Record<string, string>>,
  made: readonly BucketPlan[],
): readonly BucketPlan[] {
  const plans = Object.entries(outputs).flatMap(([output, text]) => {
    const id = OUTPUT.exec(output)?.[1];
    const name = outputs[`${id}IngestBucketName`];
    if (id === undefined || name === undefined || made.some((bucket) => bucket.name === name)) return [];
    return [[name, standIn(name, parseExistingBucket(output, text))] as const];
  });
  // two pipelines may hear one bucket
  return [...new Map(plans).values()];
}

function standIn(name: string, { versioned, keyArn }: ExistingBucket): BucketPlan {
  const where = `the existing bucket ${JSON.stringify(name)}`;
  const properties = new ResourceProperties(where, {
    ...(versioned && { VersioningConfiguration: { Status: 'Enabled' } }),
    ...(keyArn !== undefined && {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } },
        ],
      },
    }),
  });
  const identity = { ref: name, attributes: {} };
  return planBucket({ logicalId: name, type: 'AWS::S3::Bucket', where, identity, properties }, []);
}
