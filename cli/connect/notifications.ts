import type { NotificationConfiguration } from '@aws-sdk/client-s3';

/** Where a bucket's events go besides EventBridge: one of a bucket's destinations, whole. */
export interface Destination {
  readonly kind: 'function' | 'queue' | 'topic';
  readonly arn: string;
  readonly id: string;
  readonly events: readonly string[];
  /** `prefix csv/`, one for each rule of its filter. */
  readonly filter: readonly string[];
}

export const isOn = ({ EventBridgeConfiguration }: NotificationConfiguration): boolean =>
  EventBridgeConfiguration !== undefined;

/** The same configuration, every field of it, with EventBridge on or off. */
export function withEventBridge(
  configuration: NotificationConfiguration,
  on: boolean,
): NotificationConfiguration {
  const { EventBridgeConfiguration, ...others } = configuration;
  return on ? { ...others, EventBridgeConfiguration: EventBridgeConfiguration ?? {} } : others;
}

/** In an order of their own: S3 gives them, their events and their filters in any. */
export function destinationsIn({
  LambdaFunctionConfigurations = [],
  QueueConfigurations = [],
  TopicConfigurations = [],
}: NotificationConfiguration): readonly Destination[] {
  return [
    ...LambdaFunctionConfigurations.map((one) => destination('function', one.LambdaFunctionArn, one)),
    ...QueueConfigurations.map((one) => destination('queue', one.QueueArn, one)),
    ...TopicConfigurations.map((one) => destination('topic', one.TopicArn, one)),
  ].toSorted((left, right) => (destinationText(left) < destinationText(right) ? -1 : 1));
}

type AnyConfiguration = Pick<
  NonNullable<NotificationConfiguration['QueueConfigurations']>[number],
  'Id' | 'Events' | 'Filter'
>;

function destination(
  kind: Destination['kind'],
  arn: string | undefined,
  { Id = '', Events = [], Filter }: AnyConfiguration,
): Destination {
  return {
    kind,
    arn: arn ?? '',
    id: Id,
    events: Events.toSorted(),
    filter: (Filter?.Key?.FilterRules ?? [])
      .map(({ Name = '', Value = '' }) => `${Name.toLowerCase()} ${Value}`)
      .toSorted(),
  };
}

/** `function arn:… (s3:ObjectCreated:*; prefix csv/; id thumbnails)` */
export function destinationText({ kind, arn, id, events, filter }: Destination): string {
  const facts = [events.join(' '), ...filter, ...(id === '' ? [] : [`id ${id}`])].join('; ');
  return `${kind} ${arn} (${facts})`;
}

/** The destinations of the one that the other has not, each in words. */
export function lacking(one: NotificationConfiguration, other: NotificationConfiguration): readonly string[] {
  const there = new Set(destinationsIn(other).map(destinationText));
  return destinationsIn(one)
    .map(destinationText)
    .filter((text) => !there.has(text));
}

/** Whether both send the same events to the same places. */
export const isSame = (one: NotificationConfiguration, other: NotificationConfiguration): boolean =>
  isOn(one) === isOn(other) && lacking(one, other).length === 0 && lacking(other, one).length === 0;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html */
const KNOWN = new Set(
  'NotificationConfiguration EventBridgeConfiguration TopicConfiguration QueueConfiguration CloudFunctionConfiguration Id Topic Queue CloudFunction Event Filter S3Key FilterRule Name Value'.split(
    ' ',
  ),
);

/** Elements of S3's answer that the SDK would leave out, and a write of what it gives would delete. */
export function unknownElements(xml: string): readonly string[] {
  const names = [...xml.matchAll(/<([A-Za-z_][\w.:-]*)/g)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !KNOWN.has(name));
}
