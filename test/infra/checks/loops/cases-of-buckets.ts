import { granted } from './pipeline-of.ts';
import { CfnParameter } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { allow } from '../../../../infra/allow.ts';
import { objects } from './pipeline-of.ts';
import { loop, none, puts, writer, functionWith, type KnownCase } from './known-case.ts';

/** What buckets do by themselves, and which bucket it hears. */
export const buckets: readonly KnownCase[] = [
  loop('writes to the output, which is replicated to the ingest bucket', 'a → (any key) → replication to', {
    ...granted(({ outputBucket }) => [allow(['s3:PutObject'], objects(outputBucket, '*'))]),
    more: ({ stack, pipeline: { ingestBucket, outputBucket } }) => {
      const role = new Role(stack, 'Replica', { assumedBy: new ServicePrincipal('s3.amazonaws.com') });
      (outputBucket.node.defaultChild as CfnBucket).replicationConfiguration = {
        role: role.roleArn,
        rules: [{ status: 'Enabled', destination: { bucket: ingestBucket.bucketArn } }],
      };
    },
  }),
  loop('reads a bucket whose access log goes to the ingest bucket', 'any request', {
    ...granted(({ outputBucket }) => [allow(['s3:GetObject'], objects(outputBucket, '*'))]),
    more: ({ pipeline: { ingestBucket, outputBucket } }) => {
      (outputBucket.node.defaultChild as CfnBucket).loggingConfiguration = {
        destinationBucketName: ingestBucket.bucketName,
        logFilePrefix: 'in/',
      };
    },
  }),
  loop('writes to a bucket whose notification calls a function that writes', 'Other', {
    ...granted(({ outputBucket }) => [allow(['s3:PutObject'], objects(outputBucket, '*'))]),
    more: (built) => {
      const other = functionWith(built.stack, 'Other', writer(built, 'lambda.amazonaws.com'));
      (built.pipeline.outputBucket.node.defaultChild as CfnBucket).notificationConfiguration = {
        lambdaConfigurations: [{ event: 's3:ObjectCreated:*', function: other.functionArn }],
      };
    },
  }),
  loop('hears a bucket that is only named, and writes to it', 'a → in/ → a', {
    ...granted(() => [allow(['s3:PutObject'], 'arn:aws:s3:::photos/in/*')]),
    props: (stack) => ({ bucket: Bucket.fromBucketName(stack, 'Photos', 'photos'), bucketVersioned: true }),
  }),
  loop('hears a bucket that a parameter names, and writes to it', 'a → in/ → a', {
    ...granted((to) => puts(to)),
    props: (stack) => ({
      bucket: Bucket.fromBucketName(stack, 'Photos', new CfnParameter(stack, 'Name').valueAsString),
      bucketVersioned: true,
    }),
  }),
  none('hears a bucket that is only named, and writes to another', {
    ...granted(() => [allow(['s3:PutObject'], 'arn:aws:s3:::paintings/in/*')]),
    props: (stack) => ({ bucket: Bucket.fromBucketName(stack, 'Photos', 'photos'), bucketVersioned: true }),
  }),
  none('hears a bucket that a parameter names, and writes to the output', {
    ...granted(({ outputBucket }) => [allow(['s3:PutObject'], objects(outputBucket, 'in/*'))]),
    props: (stack) => ({
      bucket: Bucket.fromBucketName(stack, 'Photos', new CfnParameter(stack, 'Name').valueAsString),
      bucketVersioned: true,
    }),
  }),
  none('writes to the output, which is replicated elsewhere', {
    ...granted(({ outputBucket }) => [allow(['s3:PutObject'], objects(outputBucket, '*'))]),
    more: ({ stack, pipeline: { outputBucket } }) => {
      const role = new Role(stack, 'Replica', { assumedBy: new ServicePrincipal('s3.amazonaws.com') });
      (outputBucket.node.defaultChild as CfnBucket).replicationConfiguration = {
        role: role.roleArn,
        rules: [{ status: 'Enabled', destination: { bucket: 'arn:aws:s3:::elsewhere' } }],
      };
    },
  }),
];
