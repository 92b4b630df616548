import { isDeepStrictEqual } from 'node:util';
import { hasPipeline } from './cloud-assembly.ts';
import { referencesIn } from './references.ts';
import type { Template, TemplateResource } from './template.ts';

/**
 * By type, the property that says what a resource belongs to: it is needed when that is, though nothing refers to it. A rule and
 * an archive belong to the bucket whose events they hear.
 */
const BELONGS_BY: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::SQS::QueuePolicy': 'Queues',
  'AWS::Lambda::EventSourceMapping': 'EventSourceArn',
  'AWS::Lambda::EventInvokeConfig': 'FunctionName',
  'AWS::Lambda::Permission': 'FunctionName',
  'AWS::IAM::Policy': 'Roles',
  'AWS::IAM::ManagedPolicy': 'Roles',
  'AWS::Events::Rule': 'EventPattern',
  'AWS::Events::Archive': 'EventPattern',
  'AWS::KMS::Alias': 'TargetKeyId',
  'AWS::SNS::TopicPolicy': 'Topics',
};

/** Properties without meaning on one machine: what they refer to is not needed for them. */
const UNREAD = new Set([
  'Tags',
  'CodeSigningConfigArn',
  'KmsKeyArn',
  'KmsKeyId',
  'KmsMasterKeyId',
  'LoggingConfiguration',
  'ReplicationConfiguration',
  'SSESpecification',
  'VpcConfig',
]);

/** Properties that may name a key of the template, which is needed: who uses it is asked. */
const KEYS = ['KmsMasterKeyId', 'SSESpecification'];

/** What a pipeline says of its own parts; all others are found from these. */
const SEED_OUTPUTS =
  /(IngestBucketName|OutputBucketName|AccessLogBucketName|EventArchiveName|AlarmTopicArn)$/;

/** What runs here and stands for itself, in a stack without a pipeline. */
const RUNNING =
  /^AWS::(S3::Bucket|SQS::Queue|DynamoDB::(Global)?Table|Events::(Rule|Archive)|Lambda::(?!CodeSigningConfig)|IAM::)/;

/**
 * Logical ids of what the pipelines of a stack need: their buckets, what hears these, what that sends to or reads from,
 * and so on; every resource that can run where the stack has no pipeline. That a resource waits for another one
 * (`DependsOn`) is no need: order means nothing here.
 */
export function neededResources(
  { Resources, Outputs = {} }: Template,
  holds: (condition: string) => boolean,
): ReadonlySet<string> {
  const needed = new Set<string>();
  const waiting: string[] = [];
  const need = (id: string): void => {
    if (needed.has(id) || !Object.hasOwn(Resources, id)) return;
    needed.add(id);
    waiting.push(id);
  };
  if (!hasPipeline({ Resources, Outputs })) {
    for (const [id, { Type }] of Object.entries(Resources)) if (RUNNING.test(Type)) need(id);
  }
  const seeds = Object.entries(Outputs).filter(([name]) => SEED_OUTPUTS.test(name));
  for (const [, { Value }] of seeds) for (const id of referencesIn(Value, holds)) need(id);
  const belonging = belongings(Resources, holds);
  // an existing bucket is no resource: its rules name it as the output does
  const names = seeds.filter(([name]) => name.endsWith('IngestBucketName')).map(([, { Value }]) => Value);
  for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
    if (
      /^AWS::Events::(Rule|Archive)$/.test(Type) &&
      names.some((name) => holdsValue(Properties['EventPattern'], name))
    ) {
      need(id);
    }
  }
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const other of referencesIn(readProperties(Resources[id]!), holds)) need(other);
    for (const other of keysOf(Resources, id, holds)) need(other);
    for (const other of belonging.get(id) ?? []) need(other);
  }
  return needed;
}

/** What belongs to each resource. */
function belongings(
  resources: Template['Resources'],
  holds: (condition: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const belonging = new Map<string, string[]>();
  for (const [id, { Type, Properties = {} }] of Object.entries(resources)) {
    const property = Object.hasOwn(BELONGS_BY, Type) ? BELONGS_BY[Type]! : undefined;
    if (property === undefined) continue;
    for (const owner of referencesIn(Properties[property], holds)) {
      const others = belonging.get(owner);
      if (others === undefined) belonging.set(owner, [id]);
      else others.push(id);
    }
  }
  return belonging;
}

function keysOf(
  resources: Template['Resources'],
  id: string,
  holds: (condition: string) => boolean,
): readonly string[] {
  const { Properties = {} } = resources[id]!;
  return referencesIn(
    KEYS.map((name) => Properties[name]),
    holds,
  ).filter((other) => resources[other]?.Type === 'AWS::KMS::Key');
}

/** Without what it belongs to: a policy of two roles does not make both needed. Nor does a permission its source, or a key or a topic whom its policy names. */
function readProperties({ Type, Properties = {} }: TemplateResource): unknown {
  if (['AWS::Lambda::Permission', 'AWS::KMS::Key', 'AWS::SNS::TopicPolicy'].includes(Type)) return {};
  const skipped = Object.hasOwn(BELONGS_BY, Type) ? BELONGS_BY[Type] : undefined;
  return Object.entries(Properties)
    .filter(([name]) => name !== skipped && !UNREAD.has(name))
    .map(([, value]) => value);
}

function holdsValue(value: unknown, sought: unknown): boolean {
  if (isDeepStrictEqual(value, sought)) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((item) => holdsValue(item, sought));
}
