import { Token, type Stack } from 'aws-cdk-lib';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ObjectPipelineProps } from './object-pipeline.ts';

/**
 * What the CDK context says of buckets that are there already, each of which may be left out:
 *
 *     -c bucket=photos -c bucketVersioned=true -c bucketKeyArn=arn:aws:kms:eu-west-1:111122223333:key/…
 *     -c outputKeyArn=arn:aws:kms:… -c accessLogsBucket=logs
 *
 * @throws Error naming what the context holds and what it may
 */
export function bucketsFromContext(
  stack: Stack,
): Pick<ObjectPipelineProps, 'bucket' | 'bucketVersioned' | 'output'> {
  return { ...ingest(stack), ...output(stack) };
}

function ingest(stack: Stack): Pick<ObjectPipelineProps, 'bucket' | 'bucketVersioned'> | undefined {
  const bucketName = bucketNamed(stack, 'bucket');
  const versioned: unknown = stack.node.tryGetContext('bucketVersioned');
  const encryptionKey = keyNamed(stack, 'bucketKeyArn');
  if (bucketName === undefined) {
    for (const name of ['bucketVersioned', 'bucketKeyArn']) {
      const said: unknown = stack.node.tryGetContext(name);
      if (said === undefined) continue;
      throw refusal(name, said, 'it says something of a bucket, and none is named; add -c bucket=NAME');
    }
    return undefined;
  }
  // text from the command line
  if (![true, false, 'true', 'false'].includes(versioned as boolean)) {
    throw refusal(
      'bucketVersioned',
      versioned,
      `say true or false of ${bucketName}: its name does not tell, and aws s3api get-bucket-versioning --bucket ${bucketName} does`,
    );
  }
  return {
    bucket: Bucket.fromBucketAttributes(stack, 'ExistingBucket', {
      bucketName,
      ...(encryptionKey !== undefined && { encryptionKey }),
    }),
    bucketVersioned: String(versioned) === 'true',
  };
}

function output(stack: Stack): Pick<ObjectPipelineProps, 'output'> | undefined {
  const encryptionKey = keyNamed(stack, 'outputKeyArn');
  const logs = bucketNamed(stack, 'accessLogsBucket');
  if (encryptionKey === undefined && logs === undefined) return undefined;
  return {
    output: {
      ...(encryptionKey !== undefined && { encryptionKey }),
      ...(logs !== undefined && {
        accessLogsBucket: Bucket.fromBucketName(stack, 'AccessLogsBucket', logs),
      }),
    },
  };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function bucketNamed(stack: Stack, name: string): string | undefined {
  const said: unknown = stack.node.tryGetContext(name);
  if (said === undefined) return undefined;
  if (typeof said !== 'string' || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(said)) {
    throw refusal(name, said, 'it must be the name of a bucket, without s3:// and arn:, such as photos');
  }
  return said;
}

function keyNamed(stack: Stack, name: string): IKey | undefined {
  const said: unknown = stack.node.tryGetContext(name);
  if (said === undefined) return undefined;
  const [, region] =
    /^arn:[\w-]+:kms:([\w-]+):\d{12}:key\/[\w-]+$/.exec(typeof said === 'string' ? said : '') ?? [];
  if (typeof said !== 'string' || region === undefined) {
    throw refusal(
      name,
      said,
      'it must be the ARN of a key, and not of an alias, as aws kms describe-key tells it: arn:aws:kms:eu-west-1:111122223333:key/…',
    );
  }
  if (!Token.isUnresolved(stack.region) && region !== stack.region) {
    throw refusal(name, said, `the stack is in ${stack.region}, and S3 uses keys of its own Region alone`);
  }
  return Key.fromKeyArn(
    stack,
    name.replace(/^./, (first) => first.toUpperCase()),
    said,
  );
}

function refusal(name: string, value: unknown, what: string): Error {
  return new Error(`context ${name} is ${JSON.stringify(value)}: ${what}`);
}
