import type { Home, Resource } from './synthesized.ts';
import type { TemplateTexts } from './template-text.ts';
import { QUESTION, STAR, unknown, type Text } from './text.ts';

/** What is told of changes in a bucket: a rule, a function or queue of its notifications, or another bucket that is written by S3 itself. */
export interface Listener {
  /** Undefined for one that hears of every bucket. */
  readonly bucket: Text | undefined;
  /** Patterns of the keys: `in/*` */
  readonly keys: readonly Text[];
  /** Undefined for changes of any type. */
  readonly types: readonly string[] | undefined;
  /** Also of reads: an access log has a line of each. */
  readonly hearsReads: boolean;
  readonly onTo: OnTo;
}

type OnTo =
  | { readonly kind: 'resource'; readonly resource: Resource }
  | { readonly kind: 'arn'; readonly arn: Text }
  /** S3 writes there by itself: replicas, or lines of an access log. */
  | { readonly kind: 'written'; readonly bucket: Text; readonly keys: Text; readonly by: string };

/** Who hears of what becomes of the objects in the buckets of an app. */
export function listeners(texts: TemplateTexts, resources: readonly Resource[]): readonly Listener[] {
  return resources.flatMap((resource) => {
    const { type } = resource;
    if (type === 'AWS::Events::Rule') return ruleListeners(texts, resource);
    if (type === 'AWS::S3::Bucket') return bucketListeners(texts, resource);
    return type === 'Custom::S3BucketNotifications' ? customNotifications(texts, resource) : [];
  });
}

type Json = Readonly<Record<string, unknown>>;

function ruleListeners(texts: TemplateTexts, rule: Resource): readonly Listener[] {
  const pattern = rule.properties['EventPattern'] as Json | undefined;
  if (pattern === undefined || !mayHear(texts, rule, pattern['source'], 'aws.s3')) return [];
  const detail = (pattern['detail'] ?? {}) as Json;
  const { name: names } = (detail['bucket'] ?? {}) as { name?: readonly unknown[] };
  const { key: keys } = (detail['object'] ?? {}) as { key?: readonly unknown[] };
  const types = pattern['detail-type'] as readonly unknown[] | undefined;
  const heard = {
    keys: (keys ?? [{ prefix: '' }]).map((matcher) => keysOf(texts, matcher, rule.home)),
    types: types?.every((type) => typeof type === 'string') === true ? types : undefined,
    hearsReads: false,
    onTo: { kind: 'resource' as const, resource: rule },
  };
  if (names === undefined) return [{ ...heard, bucket: undefined }];
  return names.map((name) => ({
    ...heard,
    bucket: isIntrinsic(name) || typeof name === 'string' ? texts.of(name, rule.home) : undefined,
  }));
}

/** Whether a rule's `source` may be this one. */
function mayHear(texts: TemplateTexts, { home }: Resource, source: unknown, one: string): boolean {
  if (!Array.isArray(source)) return true;
  return source.some((matcher: unknown) => {
    if (typeof matcher === 'string') return matcher === one;
    if (isIntrinsic(matcher)) return texts.of(matcher, home) === one;
    const { prefix } = matcher as { prefix?: unknown };
    return typeof prefix !== 'string' || one.startsWith(prefix);
  });
}

const isIntrinsic = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).some((name) => name === 'Ref' || name.startsWith('Fn::'));

/** What a matcher of keys lets through, or more. */
function keysOf(texts: TemplateTexts, matcher: unknown, home: Home): Text {
  const literal = (text: unknown) => texts.of(text, home).replaceAll('*', STAR).replaceAll('?', QUESTION);
  if (typeof matcher === 'string' || isIntrinsic(matcher)) return literal(matcher);
  const { prefix, suffix, wildcard } = (matcher ?? {}) as Json;
  if (typeof prefix === 'string') return `${literal(prefix)}*`;
  if (typeof suffix === 'string') return `*${literal(suffix)}`;
  if (typeof wildcard === 'string') {
    return wildcard.replaceAll(/\\(.)|\?/g, (found, escaped?: string) =>
      escaped === '*' ? STAR : found === '?' ? QUESTION : (escaped ?? found),
    );
  }
  // in any case, anything but, and what is not known here
  return '*';
}

function bucketListeners(texts: TemplateTexts, bucket: Resource): readonly Listener[] {
  const { properties, home } = bucket;
  const name = nameOf(texts, bucket);
  return [
    ...notified(texts, name, properties['NotificationConfiguration'] as Json | undefined, home),
    ...replicated(texts, name, properties['ReplicationConfiguration'] as Json | undefined, home),
    ...logged(texts, name, properties['LoggingConfiguration'] as Json | undefined, home),
  ];
}

const everyChange = { keys: ['*'], types: undefined, hearsReads: false };

/** Notifications of the bucket itself, of whose filters only the prefix is looked at. */
function notified(
  texts: TemplateTexts,
  bucket: Text,
  configuration: Json | undefined,
  home: Home,
): readonly Listener[] {
  return Object.values(configuration ?? {})
    .filter((list): list is readonly Json[] => Array.isArray(list))
    .flat()
    .flatMap((one) => {
      // the property's names, and those of S3's own request
      const where = ['Function', 'Queue', 'Topic', 'LambdaFunctionArn', 'QueueArn', 'TopicArn']
        .map((name) => one[name])
        .find((value) => value !== undefined);
      const prefix =
        /"Name":"prefix","Value":"([^"]*)"/i.exec(JSON.stringify(one['Filter'] ?? {}))?.[1] ?? '';
      if (where === undefined) return [];
      const onTo = { kind: 'arn' as const, arn: texts.pattern(where, home) };
      return [{ ...everyChange, keys: [`${prefix}*`], bucket, onTo }];
    });
}

function customNotifications(texts: TemplateTexts, { properties, home }: Resource): readonly Listener[] {
  const bucket = texts.of(properties['BucketName'], home);
  return notified(texts, bucket, properties['NotificationConfiguration'] as Json | undefined, home);
}

function replicated(
  texts: TemplateTexts,
  bucket: Text,
  configuration: Json | undefined,
  home: Home,
): readonly Listener[] {
  return ((configuration?.['Rules'] ?? []) as readonly Json[])
    .filter(({ Status: status }) => status !== 'Disabled')
    .map((rule) => {
      const { Prefix: old, Filter: filter, Destination: to } = rule;
      const { Prefix: prefix, And: and } = (filter ?? {}) as { Prefix?: unknown; And?: Json };
      const keys = `${texts.of(prefix ?? and?.['Prefix'] ?? old ?? '', home)}*`;
      const arn = texts.pattern((to as Json)['Bucket'], home);
      const onTo = { kind: 'written' as const, bucket: bucketOf(arn), keys, by: `replication to ${keys}` };
      return { ...everyChange, keys: [keys], bucket, onTo };
    });
}

function logged(
  texts: TemplateTexts,
  bucket: Text,
  configuration: Json | undefined,
  home: Home,
): readonly Listener[] {
  if (configuration === undefined) return [];
  const to = configuration['DestinationBucketName'];
  const keys = `${texts.of(configuration['LogFilePrefix'] ?? '', home)}*`;
  return [
    {
      ...everyChange,
      hearsReads: true,
      bucket,
      onTo: {
        kind: 'written',
        bucket: to === undefined ? bucket : texts.of(to, home),
        keys,
        by: `access log to ${keys}`,
      },
    },
  ];
}

const nameOf = (texts: TemplateTexts, bucket: Resource): Text => bucketOf(texts.arnOf(bucket)!);
const bucketOf = (arn: Text): Text => (arn.startsWith('arn:aws:s3:::') ? arn.slice(13) : unknown(arn));
