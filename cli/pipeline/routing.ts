import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { whySkipped } from '../../shared/keeps.ts';
import { parseEvent } from '../../shared/event-pattern/pattern-event.ts';
import { compilePattern, type EventMatcher } from '../../shared/event-pattern/pattern-matcher.ts';
import { CliError } from '../cli-error.ts';
import { hasFunction, type Consumer } from './consumer.ts';
import type { Pipeline } from './pipeline.ts';

/** A consumer and its rule as it is deployed now. */
export interface Route<SomeConsumer extends Consumer = Consumer> {
  readonly consumer: SomeConsumer;
  readonly ruleArn: string;
  /** A disabled rule lets events pass by, live ones and replayed ones. */
  readonly isEnabled: boolean;
  readonly pattern: string;
  readonly matcher: EventMatcher;
}

/** What an object's event says of it, as far as a pattern can look. */
export interface RoutedObject {
  readonly key: string;
  readonly size?: number;
  readonly etag?: string;
  readonly versionId?: string;
  /** Why the object was created, in S3's words. @default PutObject */
  readonly reason?: string;
  /** The object is deleted, not created. */
  readonly isDeleted?: boolean;
}

/** The rules of these consumers, asked for once. */
export async function routesOf<SomeConsumer extends Consumer>(
  { events }: Pipeline,
  consumers: readonly SomeConsumer[],
): Promise<readonly Route<SomeConsumer>[]> {
  return await Promise.all(
    consumers.map(async (consumer) => {
      const { Arn, State, EventPattern } = await events.send(
        new DescribeRuleCommand({ Name: consumer.ruleName }),
      );
      if (Arn === undefined || EventPattern === undefined) {
        throw new CliError(`the rule ${consumer.ruleName} of ${consumer.name} has no event pattern`);
      }
      return {
        consumer,
        ruleArn: Arn,
        isEnabled: State !== 'DISABLED',
        pattern: EventPattern,
        matcher: compilePattern(EventPattern),
      };
    }),
  );
}

/**
 * The routes whose consumers make something of the object, whether the rule is enabled or not: the pattern matches its
 * event, and the consumer keeps something of such a name.
 */
export function routesFor<SomeRoute extends Route>(
  routes: readonly SomeRoute[],
  pipeline: Pipeline,
  object: RoutedObject,
): readonly SomeRoute[] {
  const event = parseEvent(busEvent(pipeline, object));
  return routes.filter(
    ({ consumer, matcher }) => !isSkipped(pipeline, consumer, object.key) && matcher.matches(event),
  );
}

/**
 * Whether the consumer keeps nothing of such a name. A stack that does not say has rules that choose the names, and where no
 * function of ours is at work, whatever the rule sends is taken.
 */
function isSkipped(pipeline: Pipeline, consumer: Consumer, key: string): boolean {
  if (!hasFunction(consumer)) return false;
  const keeps = pipeline.keepsIfSaid(consumer);
  return keeps !== undefined && whySkipped(keeps, key) !== undefined;
}

/** What consumers make of an event of the object: `skipped` when they keep nothing of such a name. */
export type Reach = 'wanted' | 'skipped' | 'not-matched';

/** What at least one of these routes' consumers makes of the object. */
export function reachOf(routes: readonly Route[], pipeline: Pipeline, object: RoutedObject): Reach {
  const event = busEvent(pipeline, object);
  const matching = routes.filter(({ matcher }) => matcher.matches(event));
  if (matching.length === 0) return 'not-matched';
  return matching.some(({ consumer }) => !isSkipped(pipeline, consumer, object.key)) ? 'wanted' : 'skipped';
}

/** The event that S3 sends for the object, without what no pattern of ours looks at. */
export function busEvent({ deployment, ingestBucket }: Pipeline, object: RoutedObject): string {
  const { key, size, etag, versionId, reason = 'PutObject', isDeleted = false } = object;
  const change = isDeleted
    ? { reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' }
    : { reason };
  return JSON.stringify({
    version: '0',
    'detail-type': isDeleted ? 'Object Deleted' : 'Object Created',
    source: 'aws.s3',
    account: deployment.account,
    region: deployment.region,
    resources: [`arn:aws:s3:::${ingestBucket}`],
    detail: {
      version: '0',
      bucket: { name: ingestBucket },
      object: { key, size, etag, 'version-id': versionId },
      ...change,
    },
  });
}

/** `one-consumer, another`; a consumer whose rule is disabled says so. */
export function reachedText(routes: readonly Route[]): string {
  if (routes.length === 0) return 'nobody';
  return routes
    .map(({ consumer, isEnabled }) => (isEnabled ? consumer.name : `${consumer.name} (rule disabled)`))
    .join(', ');
}
