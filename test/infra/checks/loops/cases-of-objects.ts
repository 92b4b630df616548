import { CfnParameter, Fn } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { allow } from '../../../../infra/allow.ts';
import { consumer, granted, IN, objects } from './pipeline-of.ts';
import { loop, none, puts, anywhere, deny, type KnownCase } from './known-case.ts';

/** What it may do to objects. */
export const writes: readonly KnownCase[] = [
  loop(
    'puts under the prefix it hears',
    'a → in/ → a',
    granted((to) => puts(to)),
  ),
  loop(
    'puts below the prefix it hears',
    'a → in/out/ → a',
    granted((to) => puts(to, 'in/out/*')),
  ),
  loop(
    'puts above the prefix it hears',
    'a → in → a',
    granted((to) => puts(to, 'in*')),
  ),
  loop(
    'puts any key',
    'a → (any key) → a',
    granted((to) => puts(to, '*')),
  ),
  loop(
    'puts a prefix that a tag of its session names',
    'a → (any key) → a',
    granted((to) => puts(to, '${aws:PrincipalTag/prefix}/*')),
  ),
  loop(
    'puts below a prefix that a tag names',
    'a → in/ → a',
    granted((to) => puts(to, 'in/${aws:PrincipalTag/prefix}/*')),
  ),
  loop(
    'puts a prefix that is a parameter',
    'a → (any key) → a',
    granted((to, stack) => puts(to, `${new CfnParameter(stack, 'Prefix').valueAsString}/*`)),
  ),
  loop(
    'puts into a bucket that a parameter names',
    'a → (any key) → a',
    granted((_, stack) => [
      allow(['s3:PutObject'], `arn:aws:s3:::${new CfnParameter(stack, 'Bucket').valueAsString}/in/*`),
    ]),
  ),
  loop(
    'puts into any bucket of a name',
    'a → (any key) → a',
    granted(() => [allow(['s3:PutObject'], 'arn:aws:s3:::files-*/in/*')]),
  ),
  loop(
    'may do anything',
    'a → (any key) → a',
    granted(() => anywhere('*')),
  ),
  loop(
    'may do anything but one thing',
    'a → (any key) → a',
    granted(() => [new PolicyStatement({ notActions: ['iam:PassRole'], resources: ['*'] })]),
  ),
  loop(
    'may put everywhere but somewhere',
    'a → (any key) → a',
    granted(() => [
      new PolicyStatement({ actions: ['s3:PutObject'], notResources: ['arn:aws:s3:::other/*'] }),
    ]),
  ),
  loop(
    'puts by a wildcard in the action',
    'a → in/ → a',
    granted(({ ingestBucket }) => [allow(['s3:P*t*'], objects(ingestBucket, 'in/*'))]),
  ),
  loop(
    'does what nobody knows yet',
    'a → in/ → a',
    granted(({ ingestBucket }) => [allow(['s3:RenameObject'], objects(ingestBucket, 'in/*'))]),
  ),
  loop(
    'is denied it under a condition only',
    'a → in/ → a',
    granted((to) => [
      ...puts(to),
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['s3:PutObject'],
        resources: ['*'],
        conditions: { Null: { 's3:if-none-match': 'true' } },
      }),
    ]),
  ),
  loop(
    'is denied another prefix',
    'a → (any key) → a',
    granted((to) => [...puts(to, '*'), deny(['s3:PutObject'], [objects(to.ingestBucket, 'in/old/*')])]),
  ),
  loop('tags what it hears tags of', 'a → in/ → a', {
    consumers: [
      {
        ...consumer('a', IN),
        pattern: { 'detail-type': ['Object Tags Added'], detail: { object: { key: IN } } },
        grants: ({ ingestBucket }) => [allow(['s3:PutObjectTagging'], objects(ingestBucket, 'in/*'))],
      },
    ],
  }),
  loop('deletes what it hears deletes of', 'a → in/ → a', {
    consumers: [
      {
        ...consumer('a', IN),
        pattern: { 'detail-type': ['Object Created', 'Object Deleted'], detail: { object: { key: IN } } },
        grants: ({ ingestBucket }) => [allow(['s3:DeleteObject'], objects(ingestBucket, 'in/*'))],
      },
    ],
  }),
  loop('hears a suffix', 'a → out/ → a', {
    consumers: [consumer('a', [{ suffix: '.csv' }], { grants: (to) => puts(to, 'out/*') })],
  }),
  loop('sets another going, which sets it going', 'a → raw/ → b → in/ → a', {
    consumers: [
      consumer('bystander', [{ 'anything-but': { suffix: '/' } }]),
      consumer('a', IN, { grants: (to) => puts(to, 'raw/*') }),
      consumer('b', [{ prefix: 'raw/' }], { grants: (to) => puts(to, 'in/*') }),
    ],
  }),
  none(
    'puts under another prefix',
    granted((to) => puts(to, 'out/*')),
  ),
  none('puts under another prefix, by a name with another ending', {
    consumers: [consumer('a', [{ wildcard: 'in/*.csv' }], { grants: (to) => puts(to, 'in/*.json') })],
  }),
  none(
    'puts into the output bucket',
    granted(({ outputBucket }) => [allow(['s3:PutObject'], objects(outputBucket, '*'))]),
  ),
  none(
    'puts into the output bucket, whose ARN is joined by hand',
    granted(({ outputBucket }) => [
      allow(
        ['s3:PutObject'],
        Fn.join('', ['arn:', Fn.ref('AWS::Partition'), ':s3:::', outputBucket.bucketName, '/*']),
      ),
    ]),
  ),
  none(
    'puts into the output bucket, whose ARN is put together by Fn::Sub',
    granted(({ outputBucket }) => [
      allow(
        ['s3:PutObject'],
        Fn.sub('arn:${AWS::Partition}:s3:::${Name}/in/*', { Name: outputBucket.bucketName }),
      ),
    ]),
  ),
  none(
    'puts into another bucket by its name',
    granted(() => [allow(['s3:PutObject'], 'arn:aws:s3:::other/in/*')]),
  ),
  none(
    'reads',
    granted(({ ingestBucket }) => [
      allow(['s3:GetObject', 's3:ListBucket'], '*'),
      allow(['s3:GetObject*'], objects(ingestBucket, '*')),
    ]),
  ),
  none(
    'tags what it hears, and hears of what is created alone',
    granted(({ ingestBucket }) => [allow(['s3:PutObjectTagging'], objects(ingestBucket, 'in/*'))]),
  ),
  none(
    'deletes what it hears, and hears of what is created alone',
    granted(({ ingestBucket }) => [allow(['s3:DeleteObject'], objects(ingestBucket, 'in/*'))]),
  ),
  none(
    'may put anywhere, and is denied the ingest bucket',
    granted(({ ingestBucket }) => [
      ...anywhere('s3:PutObject'),
      deny(['s3:*'], [objects(ingestBucket, '*')]),
    ]),
  ),
  none(
    'may do anything in S3, and is denied the ingest bucket',
    granted(({ ingestBucket }) => [
      ...anywhere('s3:*'),
      deny(['s3:*'], [ingestBucket.bucketArn, objects(ingestBucket, '*')]),
    ]),
  ),
  none(
    'may put any key, and is denied what it hears',
    granted((to) => [...puts(to, '*'), deny(['s3:Put*'], [objects(to.ingestBucket, 'in/*')])]),
  ),
  none(
    'writes rows, logs, numbers and traces, and uses keys',
    granted(() => [
      ...anywhere(
        'dynamodb:PutItem',
        'logs:PutLogEvents',
        'cloudwatch:PutMetricData',
        'xray:*',
        'kms:Decrypt',
        'kms:GenerateDataKey',
      ),
    ]),
  ),
  loop('puts one key that it hears', 'a → in/index.json → a', {
    consumers: [consumer('a', ['in/index.json'], { grants: (to) => puts(to, 'in/index.json') })],
  }),
  loop('hears by a wildcard', 'a → in/ → a', {
    consumers: [consumer('a', [{ wildcard: 'in/*.csv' }], { grants: (to) => puts(to) })],
  }),
  loop('hears an escaped star', 'a → in → a', {
    consumers: [consumer('a', [{ wildcard: String.raw`in\*/*` }], { grants: (to) => puts(to, 'in*') })],
  }),
  loop('hears all but something', 'a → out/ → a', {
    consumers: [
      consumer('a', [{ 'anything-but': { prefix: 'out/' } }], { grants: (to) => puts(to, 'out/*') }),
    ],
  }),
  loop('hears one prefix of several', 'a → out/ → a', {
    consumers: [consumer('a', [{ prefix: 'x/' }, { prefix: 'out/' }], { grants: (to) => puts(to, 'out/*') })],
  }),
  loop('hears a prefix in any case', 'a → in/ → a', {
    consumers: [consumer('a', [{ prefix: { 'equals-ignore-case': 'IN/' } }], { grants: (to) => puts(to) })],
  }),
  loop(
    'may do anything in S3 under the prefix',
    'a → in/ → a',
    granted(({ ingestBucket }) => [allow(['s3:*'], objects(ingestBucket, 'in/*'))]),
  ),
  loop(
    'may do anything, and is denied the ingest bucket: it could still fill its own queue',
    'what it sets going comes back to it without end: a → sqs:SendMessage → a; take one of these steps out',
    granted(({ ingestBucket }) => [
      ...anywhere('*'),
      deny(['*'], [ingestBucket.bucketArn, objects(ingestBucket, '*')]),
    ]),
  ),
  none('goes on to another, which goes on to nobody', {
    consumers: [
      consumer('a', IN, { grants: (to) => puts(to, 'raw/*') }),
      consumer('b', [{ prefix: 'raw/' }]),
    ],
  }),
];
