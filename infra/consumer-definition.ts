import type { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { EventPattern } from '../shared/event-pattern/event-pattern.ts';
import type { Keeps } from '../shared/keeps.ts';
import type { AnyBucket } from './any-bucket.ts';
import type { AnyTable } from './any-table.ts';
import type { Stage } from './stage.ts';

/** What a file of consumers/ exports: the consumer, as this stage has it. */
export type ConsumerEntry = (stage: Stage) => ConsumerDefinition;

/** One consumer: what its entry, `consumers/<name>.ts`, says of it. */
export interface ConsumerDefinition extends Partial<WorkNumbers> {
  /** In kebab-case. Names the queue and, in PascalCase, the stack's outputs: changing it replaces the consumer's queues. */
  readonly name: string;
  /** Which changes of which keys it wants. Source, account and bucket are pinned for every consumer alike. */
  readonly pattern: ConsumerPattern;
  /** What it stores of those, and of which names: function, command line, dashboards and costs go by it. */
  readonly keeps: Keeps;
  /** Where its rule sends the events. @default a function, which the pipeline makes and which drains a queue of its own */
  readonly target?: OtherTarget;
  /** What gives the six numbers `timeout` to `maximumConcurrency`; each may still be said. @default quick */
  readonly kind?: ConsumerKind;
  /**
   * Path of its source, which exports `handler`: absolute, or from the app's working directory. The ending may be left out.
   * @default functions/<name>/handler.ts
   */
  readonly handler?: string;
  /**
   * npm packages that are not bundled but put beside the bundle, with what they need: those that load a binary or a file beside
   * them, such as `sharp`. For Lambda's platform and for this machine's. @default none
   */
  readonly modules?: readonly string[];
  /** A table of its own. @default none */
  readonly ownTable?: OwnTable;
  /** What its function counts that somebody may want to look at, each a graph on the dashboard. @default nothing but failures */
  readonly watches?: readonly WatchedMetric[];
  /** What else its function counts that need be no metric: its log alone has it where the stage is not observed in full. @default each is a metric */
  readonly counts?: readonly string[];
  /** @default 6 × timeout + batchingWindow, the least that AWS advises */
  readonly visibilityTimeout?: Duration;
  /** @default 4 days */
  readonly queueRetention?: Duration;
  /** How long both dead-letter queues keep a letter. @default 14 days, the most that SQS keeps */
  readonly deadLetterRetention?: Duration;
  /** What it reads beside the names that every consumer gets (see constructs/consumer.ts): names of its own too, in upper case. @default nothing */
  readonly environment?: (stores: Stores) => Readonly<Record<string, string>>;
  /** What it may do beside draining its own queue, writing its log and its traces: exact actions on exact resources. @default nothing */
  readonly grants?: (stores: Stores) => readonly PolicyStatement[];
  /**
   * Where something ends that it sets going and that no check can follow, and why nothing comes back from there to the ingest bucket:
   * `'arn:aws:states:…:stateMachine:thumbnails, it writes to a bucket of its own'`. Without it such a way is refused as a loop. A
   * queue that somebody else drains is called `'queue, …'`. @default nothing leaves what the app shows
   */
  readonly endsAt?: string | readonly string[];
}

/**
 * What a consumer does with a record:
 * `quick` looks at the event and writes something small · `slow` reads the object, one at a time, for up to a quarter of an hour ·
 * `batch` makes one thing of many events.
 */
export type ConsumerKind = 'quick' | 'slow' | 'batch';

/** The six numbers that a consumer's kind gives, each of which its entry may say otherwise. */
export interface WorkNumbers {
  /** Longest that one batch may take. */
  readonly timeout: Duration;
  readonly memoryMb: number;
  /** Records per invocation, 1-10,000. 1 for slow records, so that nothing untried burns a receive. */
  readonly batchSize: number;
  /** How long to wait for a batch to fill; above 10 records Lambda wants at least a second. */
  readonly batchingWindow: Duration;
  /** Receives after which a record becomes a dead letter. */
  readonly maxReceiveCount: number;
  /** Invocations at a time, 2-1,000. */
  readonly maximumConcurrency: number;
}

/** A target that is no function of the pipeline: what happens to the events there, it cannot tell. */
export type OtherTarget =
  /** The consumer's queue, which somebody else drains. */
  | 'queue'
  /** Another event bus, of this account or another, of this Region or another: by its ARN, or as the app has it. */
  | { readonly bus: string | { readonly eventBusArn: string } }
  /** A Step Functions state machine of this account and Region, which is started once for each event. */
  | { readonly stateMachine: string | { readonly stateMachineArn: string } };

export interface ConsumerPattern {
  readonly 'detail-type': NonNullable<EventPattern['detail-type']>;
  readonly detail: NonNullable<EventPattern['detail']>;
}

/** A number that the function counts by itself (`metrics.addMetric`), in the stack's namespace. */
export interface WatchedMetric {
  /** `NotCounted` */
  readonly metric: string;
  /** The graph's title: `not counted` */
  readonly title: string;
  /** What its alarm says, where the stage asks for one (context `alarmOn`): it must say what to do. */
  readonly meaning: string;
}

/** A table that the pipeline makes for one consumer. The attributes of its primary key hold text. */
export interface OwnTable {
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Its construct id, behind which its output has `TableName`: `Thumbnails`, `ThumbnailsTableName`. @default the consumer's: `OneConsumerTable`, `OneConsumerTableName` */
  readonly id?: string;
}

/** What a consumer reads from and writes to. */
export interface Stores {
  readonly ingestBucket: AnyBucket;
  readonly outputBucket: AnyBucket;
  /** The table that its `keeps` names. @throws Error for a consumer that keeps no rows */
  readonly table: AnyTable;
}
