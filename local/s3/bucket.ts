import type { Clock } from '../clock.ts';
import type { BucketDescription, BucketPlan, CorsRule, LifecycleRule, NotificationPlan } from '../plan.ts';
import type { ObjectLockPlan } from '../object-lock-plan.ts';
import type { PolicyStatement } from '../iam/decision.ts';
import type { Store } from '../store.ts';
import type { NotificationConfiguration } from './notification-xml.ts';
import type { Destinations } from './destinations.ts';
import { S3Error } from './s3-error.ts';

export interface Bucket {
  readonly name: string;
  /** A bucket that once had versions can only suspend them. */
  readonly versioning: 'Never' | 'Enabled' | 'Suspended';
  /** Absent where no version can be locked. Once there it stays, as in S3. */
  readonly objectLock: ObjectLockPlan | undefined;
  readonly eventBridge: boolean;
  /** What it sends its events to itself. */
  readonly notifications: readonly NotificationPlan[];
  readonly lifecycleRules: readonly LifecycleRule[];
  readonly described: BucketDescription;
  readonly corsRules: readonly CorsRule[];
  readonly policy: readonly PolicyStatement[];
  readonly createdAtMs: number;
}

/** The buckets that the template owns. A bucket that it names no more is out of reach; its objects stay on the disk. */
export class Buckets {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #destinations: Pick<Destinations, 'test'>;
  readonly #known = new Map<string, Bucket>();

  constructor(store: Store, clock: Clock, destinations: Pick<Destinations, 'test'>) {
    this.#store = store;
    this.#clock = clock;
    this.#destinations = destinations;
  }

  /** Makes the bucket what the plan says; its objects stay. May be repeated. */
  provision(plan: BucketPlan): void {
    const before = this.#store
      .prepare('SELECT versioning, object_lock, created_at FROM s3_bucket WHERE name = ?')
      .get(plan.name) as
      | { versioning: Bucket['versioning']; object_lock: number; created_at: number }
      | undefined;
    const unversioned = before === undefined || before.versioning === 'Never' ? 'Never' : 'Suspended';
    const objectLock = plan.objectLock ?? (before?.object_lock === 1 ? {} : undefined);
    const bucket: Bucket = {
      name: plan.name,
      // a bucket with a lock cannot suspend them
      versioning: plan.versioned || objectLock !== undefined ? 'Enabled' : unversioned,
      objectLock,
      ...this.#notification(plan),
      lifecycleRules: plan.lifecycleRules,
      described: plan.described,
      corsRules: plan.corsRules ?? [],
      policy: plan.policy ?? [],
      createdAtMs: before?.created_at ?? this.#clock.now(),
    };
    this.#store
      .prepare(
        'INSERT OR REPLACE INTO s3_bucket (name, versioning, object_lock, created_at) VALUES (?, ?, ?, ?)',
      )
      .run(bucket.name, bucket.versioning, Number(objectLock !== undefined), bucket.createdAtMs);
    this.#known.set(bucket.name, bucket);
  }

  /** Durable, as what an operator switches in AWS is, until the template says something new. */
  switchNotification(bucket: Bucket, { eventBridge, notifications }: NotificationConfiguration): void {
    this.#store
      .prepare('UPDATE s3_bucket_notification SET event_bridge = ?, destinations = ? WHERE bucket = ?')
      .run(Number(eventBridge), JSON.stringify(notifications), bucket.name);
    this.#store.afterCommit(() => this.#known.set(bucket.name, { ...bucket, eventBridge, notifications }));
  }

  /** What the template says, or a client has said since it says that. */
  #notification({ name, eventBridge, notifications = [] }: BucketPlan): NotificationConfiguration {
    const said = JSON.stringify(notifications);
    const before = this.#store.prepare('SELECT * FROM s3_bucket_notification WHERE bucket = ?').get(name) as
      | NotificationRow
      | undefined;
    if (before?.template_event_bridge === Number(eventBridge) && before.template_destinations === said) {
      return {
        eventBridge: before.event_bridge === 1,
        notifications: JSON.parse(before.destinations) as NotificationPlan[],
      };
    }
    this.#store.transaction(() => {
      this.#store
        .prepare('INSERT OR REPLACE INTO s3_bucket_notification VALUES (?, ?, ?, ?, ?)')
        .run(name, Number(eventBridge), Number(eventBridge), said, said);
      if (before?.template_destinations === said) return;
      this.#destinations.test(notifications, name, this.#clock.now());
    });
    return { eventBridge, notifications };
  }

  /** @throws S3Error `NoSuchBucket` */
  get(name: string): Bucket {
    const bucket = this.#known.get(name);
    if (bucket === undefined) {
      throw new S3Error(
        'NoSuchBucket',
        `The specified bucket does not exist: ${JSON.stringify(name)}. Buckets come from the template.`,
        { details: { BucketName: name } },
      );
    }
    return bucket;
  }

  /** What the bucket's policy says of requests; nothing of a bucket that is not there. */
  policyOf(name: string): readonly PolicyStatement[] {
    return this.#known.get(name)?.policy ?? [];
  }

  has(name: string): boolean {
    return this.#known.has(name);
  }

  /** By name. */
  all(): Bucket[] {
    return [...this.#known.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}

interface NotificationRow {
  readonly event_bridge: number;
  readonly template_event_bridge: number;
  /** JSON texts. */
  readonly destinations: string;
  readonly template_destinations: string;
}
