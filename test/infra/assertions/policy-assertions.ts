import type { Assertion } from './assertion.ts';
import {
  conditionOn,
  functionStatements,
  isAllow,
  identityStatements,
  ofTypes,
  resourceStatements,
  text,
  told,
  trustStatements,
} from './policy-view.ts';

/** A value that names one thing: no star stands where the account or the resource would. */
const isExact = (values: readonly string[] | undefined): boolean =>
  values !== undefined &&
  values.length > 0 &&
  values.every((one) => one.replace(/:alarm:\*$/, '').search(/[*?]/) === -1);

/** Actions that have no resource to name, and what Lambda needs of a function in a network. */
const ON_ANYTHING =
  /^(xray:Put(TraceSegments|TelemetryRecords)|cloudwatch:(GetMetricData|ListMetrics)|logs:(DescribeQueryDefinitions|GetQueryResults)|events:ListReplays|lambda:ListEventSourceMappings|ec2:(Assign|Unassign)PrivateIpAddresses|ec2:(Create|Delete|Describe)NetworkInterfaces?|ec2:DescribeSubnets)$/;

/** The services that take roles on. */
const SERVICES = ['lambda', 'events', 'backup', 'vpc-flow-logs'].map((one) => `${one}.amazonaws.com`);

/** What the policies of the template say. */
export const POLICY_ASSERTIONS: readonly Assertion[] = [
  {
    name: 'a service is let in on behalf of one resource or account',
    violations: (template) =>
      resourceStatements(template)
        .filter(isAllow)
        .filter(({ principals }) => principals.some(({ kind }) => kind === 'Service'))
        .filter(
          (one) =>
            !isExact(conditionOn(one, 'aws:SourceArn')) && !isExact(conditionOn(one, 'aws:SourceAccount')),
        )
        .map(told),
  },
  {
    name: 'nobody but services is let in by the policy of a resource',
    violations: (template) =>
      resourceStatements(template)
        .filter(isAllow)
        .filter(({ principals }) =>
          principals.some(
            ({ kind, name }) =>
              kind !== 'Service' && !/^arn:AWS::Partition:iam::AWS::AccountId:root$/.test(name),
          ),
        )
        .map(
          (one) => `${told(one)} to ${one.principals.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`,
        ),
  },
  {
    name: 'no statement says all but what it names',
    violations: (template) =>
      [...resourceStatements(template), ...identityStatements(template), ...trustStatements(template)]
        .filter(({ negations }) => negations.length > 0)
        .map((one) => `${told(one)}: ${one.negations.join(', ')}`),
  },
  {
    name: 'a role is taken on by Lambda, or by another service for this account, and by nobody else',
    violations: (template) =>
      trustStatements(template)
        .filter(
          (one) =>
            !isAllow(one) ||
            one.actions.join() !== 'sts:AssumeRole' ||
            one.principals.length !== 1 ||
            one.principals.some(
              ({ kind, name }) =>
                kind !== 'Service' ||
                !SERVICES.includes(name) ||
                (name !== 'lambda.amazonaws.com' && !isExact(conditionOn(one, 'aws:SourceAccount'))),
            ),
        )
        .map(
          (one) => `${told(one)} by ${one.principals.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`,
        ),
  },
  {
    name: 'every action of a role is written out',
    violations: (template) =>
      identityStatements(template)
        .filter(isAllow)
        .filter(({ actions }) => actions.some((action) => /[*?]/.test(action)))
        .map(told),
  },
  {
    name: 'every action that has a resource names it',
    violations: (template) =>
      identityStatements(template)
        .filter(isAllow)
        .filter(({ resources }) =>
          resources.some((one) => /^[*]|^arn:(?!.*:alarm:[^*]+-[*]$)[^/]*[*]/.test(one)),
        )
        .filter(({ actions }) => actions.some((action) => !ON_ANYTHING.test(action)))
        .map(told),
  },
  {
    name: 'no function may delete, change a policy, take a role on or call another function',
    violations: (template) =>
      functionStatements(template)
        .filter(isAllow)
        .filter(({ actions }) =>
          actions.some((action) =>
            /^(s3:(Delete|.*Policy|.*Acl|Bypass|PutBucket|PutObjectRetention)|dynamodb:(Delete|Scan|.*Table)|iam:|sts:|lambda:|kms:(Put|Schedule|CreateGrant|Disable)|events:|secretsmanager:|ssm:)/i.test(
              action,
            ),
          ),
        )
        .map(told),
  },
  {
    name: 'no function writes to the ingest bucket',
    violations: (template) =>
      functionStatements(template)
        .filter(isAllow)
        .filter(
          ({ actions, resources }) =>
            actions.some((action) => /^s3:(?!Get|List)/i.test(action)) &&
            resources.some((one) => !one.startsWith('OutputBucket/')),
        )
        .map(told),
  },
  {
    name: 'no function reads all of the ingest bucket',
    violations: (template) =>
      functionStatements(template)
        .filter(isAllow)
        .filter(
          ({ actions, resources }) =>
            actions.some((action) => /^s3:GetObject/i.test(action)) &&
            resources.some((one) => !/^(Ingest|Output)Bucket\/[^*?]+\/\*$/.test(one)),
        )
        .map(told),
  },
  {
    name: 'what a handler does with tables, buckets and its backoff is bound to its function',
    violations: (template) =>
      functionStatements(template)
        .filter(isAllow)
        .filter(({ actions }) =>
          actions.some((one) => /^(s3|dynamodb):|^sqs:ChangeMessageVisibility$/i.test(one)),
        )
        .filter((one) => {
          const consumer = one.of.replace(/(HandlerCalls|RolePolicy|Role)$/, '');
          const bound = conditionOn(one, 'lambda:SourceFunctionArn', /^Arn(Equals|Like)$/) ?? [];
          return bound.join() !== `${consumer}Function`;
        })
        .map(told),
  },
  {
    name: 'rows whose partition is a bucket are written for the ingest bucket alone',
    violations: (template) => {
      const tables = ofTypes(template, 'AWS::DynamoDB::Table')
        .filter(([, { Properties }]) => Properties['KeySchema'][0].AttributeName === 'bucket')
        .map(([id]) => id);
      return functionStatements(template)
        .filter(isAllow)
        .filter(
          ({ actions, resources }) =>
            actions.some((one) => /^dynamodb:/i.test(one)) &&
            resources.some((one) => tables.includes(one.split('/')[0]!)),
        )
        .filter(
          (one) =>
            conditionOn(one, 'dynamodb:LeadingKeys', /^ForAllValues:StringEquals$/)?.join() !==
              'IngestBucket' || conditionOn(one, 'dynamodb:LeadingKeys', /^Null$/)?.join() !== 'false',
        )
        .map(told);
    },
  },
  {
    name: 'nobody writes over the ledger',
    violations: (template) => {
      const kept = resourceStatements(template).some(
        (one) =>
          one.of === 'OutputBucketPolicy' &&
          one.effect === 'Deny' &&
          one.principals.some(({ name }) => name === '*') &&
          one.actions.some((action) => action === 's3:PutObject' || action === 's3:*') &&
          one.resources.includes('OutputBucket/ledger/*') &&
          one.conditions.every(({ key }) => /^s3:(if-none-match|ObjectCreationOperation)$/.test(key)) &&
          conditionOn(one, 's3:if-none-match', /^Null$/)?.join() === 'true',
      );
      return kept ? [] : ['the output bucket takes a put under ledger/ without If-None-Match'];
    },
  },
  {
    name: 'plain HTTP is denied everybody',
    violations: (template) =>
      ofTypes(template, 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::SNS::Topic')
        .filter(
          ([id]) =>
            !resourceStatements(template).some(
              (one) =>
                one.effect === 'Deny' &&
                one.principals.some(({ name }) => name === '*') &&
                one.actions.some((action) => /^(s3:\*|sqs:\*|sns:(\*|Publish))$/.test(action)) &&
                one.resources.includes(id) &&
                one.conditions.length === 1 &&
                conditionOn(one, 'aws:SecureTransport', /^Bool$/)?.join() === 'false',
            ),
        )
        .map(([id]) => `${id} has no policy that denies it`),
  },
  {
    name: 'a role has no policy from elsewhere',
    violations: (template) =>
      ofTypes(template, 'AWS::IAM::Role').flatMap(([id, { Properties }]) =>
        ((Properties['ManagedPolicyArns'] ?? []) as unknown[])
          .map(text)
          .filter(
            (arn) =>
              !/^\w+Policy$|:policy\/service-role\/AWSBackupServiceRolePolicyFor(Backup|Restores)$/.test(arn),
          )
          .map((arn) => `${id}: ${arn}`),
      ),
  },
];
