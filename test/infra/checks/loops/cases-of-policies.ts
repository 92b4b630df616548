import {
  AccountRootPrincipal,
  AnyPrincipal,
  ManagedPolicy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { CfnAccessPoint } from 'aws-cdk-lib/aws-s3';
import { allow } from '../../../../infra/allow.ts';
import { granted, objects } from './pipeline-of.ts';
import { loop, none, roleOf, lets, plain, overridden, type KnownCase } from './known-case.ts';

/** Who lets it, and by which policy. */
export const policies: readonly KnownCase[] = [
  loop(
    'is let by a bucket policy that its own grants add',
    'a → in/ → a',
    granted(({ ingestBucket }) => {
      ingestBucket.addToResourcePolicy(
        new PolicyStatement({
          principals: [new AnyPrincipal()],
          actions: ['s3:PutObject'],
          resources: [objects(ingestBucket, 'in/*')],
        }),
      );
      return [];
    }),
  ),
  loop(
    'is let by a bucket policy for its account',
    'a → in/ → a',
    plain(({ pipeline: { ingestBucket } }) => {
      ingestBucket.addToResourcePolicy(
        new PolicyStatement({
          principals: [new AccountRootPrincipal()],
          actions: ['s3:PutObject'],
          resources: [objects(ingestBucket, 'in/*')],
        }),
      );
    }),
  ),
  loop(
    'is let by a bucket policy that names its role',
    'a → in/ → a',
    plain((built) => {
      const { ingestBucket } = built.pipeline;
      ingestBucket.addToResourcePolicy(
        new PolicyStatement({
          principals: [roleOf(built).grantPrincipal],
          actions: ['s3:PutObject'],
          resources: [objects(ingestBucket, 'in/*')],
        }),
      );
    }),
  ),
  loop(
    'is let by a policy beside its role',
    'a → in/ → a',
    plain((built) => {
      lets(built, [allow(['s3:PutObject'], objects(built.pipeline.ingestBucket, 'in/*'))]);
    }),
  ),
  loop(
    'is let by a managed policy of the app',
    'a → in/ → a',
    plain((built) => {
      new ManagedPolicy(built.stack, 'Managed', {
        roles: [Role.fromRoleName(built.stack, 'Named', roleOf(built).roleName)],
        statements: [allow(['s3:PutObject'], objects(built.pipeline.ingestBucket, 'in/*'))],
      });
    }),
  ),
  loop(
    'has a policy of AWS’s',
    'arn:aws:iam::aws:policy/AmazonS3FullAccess',
    plain((built) => {
      overridden(built, 'ManagedPolicyArns', ['arn:aws:iam::aws:policy/AmazonS3FullAccess']);
    }),
  ),
  loop(
    'puts through an access point',
    'a → in/ → a',
    granted(({ ingestBucket }, stack) => {
      const point = new CfnAccessPoint(stack, 'Point', { bucket: ingestBucket.bucketName });
      return [allow(['s3:PutObject'], `${point.attrArn}/object/in/*`)];
    }),
  ),
  loop(
    'puts through somebody’s access point',
    'accesspoint/theirs',
    granted(() => [
      allow(['s3:PutObject'], 'arn:aws:s3:eu-west-1:111122223333:accesspoint/theirs/object/in/x'),
    ]),
  ),
  loop(
    'may open the bucket to whom it likes',
    'a → s3:PutBucketPolicy → a',
    granted(({ ingestBucket }) => [allow(['s3:PutBucketPolicy'], ingestBucket.bucketArn)]),
  ),
  none(
    'is let nothing by a bucket policy for a service',
    plain(({ pipeline: { ingestBucket } }) => {
      ingestBucket.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
          actions: ['s3:PutObject'],
          resources: [objects(ingestBucket, 'logs/*')],
        }),
      );
    }),
  ),
  none(
    'has AWS’s policy for a function’s log',
    plain((built) => {
      overridden(built, 'ManagedPolicyArns', [
        { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
      ]);
    }),
  ),
  {
    ...none(
      'may put any key, within a permissions boundary that leaves the bucket out',
      plain((built) => {
        const boundary = new ManagedPolicy(built.stack, 'Boundary', {
          statements: [allow(['s3:PutObject'], objects(built.pipeline.outputBucket, '*'))],
        });
        overridden(built, 'PermissionsBoundary', built.stack.resolve(boundary.managedPolicyArn));
        lets(built, [allow(['s3:PutObject'], objects(built.pipeline.ingestBucket, '*'))]);
      }),
    ),
    isFalseAlarm: true,
  },
];
