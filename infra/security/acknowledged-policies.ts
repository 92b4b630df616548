import { Stack } from 'aws-cdk-lib';
import type { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ObjectPipeline } from '../object-pipeline.ts';
import type { Acknowledgement } from './acknowledgement.ts';

interface KnownWildcard {
  readonly resource: RegExp;
  readonly reason: string;
}

/**
 * What is acknowledged of a managed policy: the wildcards among its resources that are of a known kind, one by one, as the statements
 * have them. Another wildcard stays a finding.
 */
export function policyAcknowledgements(
  pipeline: ObjectPipeline,
  policy: ManagedPolicy,
): readonly Acknowledgement[] {
  const known = knownWildcards(pipeline);
  return wildcardsIn(policy).flatMap((resource) =>
    known
      .filter((one) => one.resource.test(resource))
      .map(({ reason }) => ({
        on: policy.node.defaultChild!,
        rules: [`AwsSolutions-IAM5[Resource::${resource}]`],
        reason,
      })),
  );
}

function knownWildcards(pipeline: ObjectPipeline): readonly KnownWildcard[] {
  const { ingestBucket, outputBucket, accessLogs, tables } = pipeline;
  const arns = (constructs: Iterable<{ readonly bucketArn: string } | { readonly tableArn: string }>) =>
    [...constructs]
      .map((one) => RegExp.escape(written(pipeline, 'bucketArn' in one ? one.bucketArn : one.tableArn)))
      .join('|');
  return [
    {
      resource: /^\*$/,
      reason:
        'These actions have no resources that a policy could name: traces, the addresses of a function in a network, lists of replays, mappings, metrics and saved queries, and the results of a query.',
    },
    {
      resource: new RegExp(`^(${arns([ingestBucket, outputBucket, accessLogs])})/(.+/)?\\*$`),
      reason:
        'Objects are named by whoever uploads them, or by the hour of their events: a policy can name the bucket and a prefix, and no more.',
    },
    {
      resource: /:events:.*:replay\/\*$/,
      reason: 'A replay has its name from whoever starts it, and says nothing of its archive in its ARN.',
    },
    {
      resource: /:cloudwatch:.*:alarm:.+-\*$/,
      reason:
        'CloudFormation names an alarm after the stack, with a part that it draws: a policy can name the stack, and no more.',
    },
    {
      resource: new RegExp(`^(${arns(tables.values())})/backup/\\*$`),
      reason:
        'AWS Backup gives each backup its name: a policy can name the table whose backups they are, and no more.',
    },
  ];
}

/** The resources with a star, as the rule writes them: `<IngestBucket2B3522FA.Arn>/csv/*` */
function wildcardsIn(policy: ManagedPolicy): readonly string[] {
  const { Statement } = Stack.of(policy).resolve(policy.document) as {
    Statement: readonly { readonly Effect: string; readonly Resource: unknown }[];
  };
  const resources = Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Resource }) => Resource);
  return [...new Set(resources.map(flat))].filter((resource) => resource.includes('*'));
}

const written = (pipeline: ObjectPipeline, token: string): string => flat(Stack.of(pipeline).resolve(token));

/** A reference of CloudFormation in one line: `<Topic.Arn>`, `<AWS::Region>` */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref: name,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = value as {
    readonly Ref?: string;
    readonly 'Fn::GetAtt'?: readonly string[];
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  };
  if (name !== undefined) return `<${name}>`;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  return join === undefined ? '' : join[1].map(flat).join(join[0]);
}
