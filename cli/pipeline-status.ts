import { DescribeArchiveCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { observe } from './observations.ts';
import type { Consumer, Pipeline } from './pipeline.ts';
import { routesOf } from './routing.ts';
import { durationText, plural } from './units.ts';

export interface ConsumerStatus {
  readonly name: string;
  readonly rule: 'enabled' | 'disabled';
  /** Messages, about. */
  readonly waiting: number;
  /** In a function's hand, or backed off after a failure. */
  readonly inFlight: number;
  /** Of the oldest message in the queue; null when there is none, or nobody knows. */
  readonly oldestAgeSeconds: number | null;
  readonly deadLetters: number;
  readonly ruleDeadLetters: number;
  /** Invocations that failed as a whole since then; null when nobody knows. */
  readonly functionErrors: number | null;
}

interface ArchiveStatus {
  readonly name: string;
  readonly state: string;
  /** In AWS up to a day behind. */
  readonly events: number;
  readonly bytes: number;
  /** 0 = for ever. */
  readonly retentionDays: number;
}

export interface PipelineStatus {
  /** ISO 8601. */
  readonly at: string;
  readonly consumers: readonly ConsumerStatus[];
  readonly archive: ArchiveStatus;
  /** What an operator must look at, in words; none when all is well. */
  readonly problems: readonly string[];
}

export interface StatusOptions {
  readonly consumers: readonly Consumer[];
  /** From when on function errors are counted. */
  readonly since: Date;
  /** A message that waits longer is a problem. */
  readonly mostAgeMs: number;
}

/** How the pipeline is: what waits where, what is broken. */
export async function pipelineStatus(pipeline: Pipeline, options: StatusOptions): Promise<PipelineStatus> {
  const { consumers, since, mostAgeMs } = options;
  const [now, routes, archive, observed, queues] = await Promise.all([
    pipeline.now(),
    routesOf(pipeline, consumers),
    archiveStatus(pipeline),
    observe(pipeline, consumers, since),
    Promise.all(consumers.map((consumer) => queuesOf(pipeline, consumer))),
  ]);
  const statuses = consumers.map((consumer, index): ConsumerStatus => {
    const { oldestAgeMs, functionErrors } = observed.get(consumer) ?? {};
    return {
      name: consumer.name,
      rule: routes[index]?.isEnabled === false ? 'disabled' : 'enabled',
      ...queues[index]!,
      oldestAgeSeconds: oldestAgeMs === undefined ? null : Math.round(oldestAgeMs / 1_000),
      functionErrors: functionErrors ?? null,
    };
  });
  return {
    at: now.toISOString(),
    consumers: statuses,
    archive,
    problems: [
      ...statuses.flatMap((status) => problemsOf(status, mostAgeMs)),
      ...(archive.state === 'ENABLED' ? [] : [`the archive is ${archive.state}: it keeps no events`]),
    ],
  };
}

/** Function errors are shown, and no problem by themselves: what failed is tried again, and found as a letter if that does not help. */
function problemsOf(status: ConsumerStatus, mostAgeMs: number): string[] {
  const { name, rule, deadLetters, ruleDeadLetters, oldestAgeSeconds } = status;
  const ageMs = (oldestAgeSeconds ?? 0) * 1_000;
  return [
    ...(rule === 'disabled' ? [`${name}: its rule is disabled, so that events pass it by`] : []),
    ...(deadLetters > 0
      ? [`${name}: ${plural(deadLetters, 'letter')} that its function could not process (sluice dead list)`]
      : []),
    ...(ruleDeadLetters > 0
      ? [`${name}: ${plural(ruleDeadLetters, 'letter')} that could not be delivered to its queue`]
      : []),
    ...(ageMs > mostAgeMs
      ? [`${name}: a message has waited for ${durationText(ageMs)} (sluice logs --consumer ${name})`]
      : []),
  ];
}

async function queuesOf(
  { sqs }: Pipeline,
  { queueUrl, deadLetterQueueUrl, ruleDeadLetterQueueUrl }: Consumer,
): Promise<Pick<ConsumerStatus, 'waiting' | 'inFlight' | 'deadLetters' | 'ruleDeadLetters'>> {
  const [queue, deadLetters, ruleDeadLetters] = await Promise.all(
    [queueUrl, deadLetterQueueUrl, ruleDeadLetterQueueUrl].map(async (QueueUrl) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateNumberOfMessagesDelayed',
          ],
        }),
      );
      const waiting =
        Number(Attributes.ApproximateNumberOfMessages) +
        Number(Attributes.ApproximateNumberOfMessagesDelayed);
      return { waiting, inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible) };
    }),
  );
  return {
    waiting: queue!.waiting,
    inFlight: queue!.inFlight,
    // those in another command's hand are letters still
    deadLetters: deadLetters!.waiting + deadLetters!.inFlight,
    ruleDeadLetters: ruleDeadLetters!.waiting + ruleDeadLetters!.inFlight,
  };
}

async function archiveStatus({ events, archiveName }: Pipeline): Promise<ArchiveStatus> {
  const {
    State = '',
    EventCount = 0,
    SizeBytes = 0,
    RetentionDays = 0,
  } = await events.send(new DescribeArchiveCommand({ ArchiveName: archiveName }));
  return {
    name: archiveName,
    state: State,
    events: EventCount,
    bytes: SizeBytes,
    retentionDays: RetentionDays,
  };
}
