import type { Clock } from '../clock.ts';
import type { BucketDescription, BucketPlan, CorsRule, LifecycleRule } from '../plan.ts';
import type { Store } from '../store.ts';
import { S3Error } from './s3-error.ts';

export interface Bucket {
  readonly name: string;
  /** A bucket that once had versions can only suspend them. */
  readonly versioning: 'Never' | 'Enabled' | 'Suspended';
  readonly eventBridge: boolean;
  readonly lifecycleRules: readonly LifecycleRule[];
  readonly described: BucketDescription;
  readonly corsRules: readonly CorsRule[];
  readonly createdAtMs: number;
}

/** The buckets that the template owns. A bucket that it names no more is out of reach; its objects stay on the disk. */
export class Buckets {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #known = new Map<string, Bucket>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Makes the bucket what the plan says; its objects stay. May be repeated. */
  provision(plan: BucketPlan): void {
    const before = this.#store
      .prepare('SELECT versioning, created_at FROM s3_bucket WHERE name = ?')
      .get(plan.name) as { versioning: Bucket['versioning']; created_at: number } | undefined;
    const unversioned = before === undefined || before.versioning === 'Never' ? 'Never' : 'Suspended';
    const bucket: Bucket = {
      name: plan.name,
      versioning: plan.versioned ? 'Enabled' : unversioned,
      eventBridge: this.#sendsEvents(plan),
      lifecycleRules: plan.lifecycleRules,
      described: plan.described,
      corsRules: plan.corsRules ?? [],
      createdAtMs: before?.created_at ?? this.#clock.now(),
    };
    this.#store
      .prepare('INSERT OR REPLACE INTO s3_bucket (name, versioning, created_at) VALUES (?, ?, ?)')
      .run(bucket.name, bucket.versioning, bucket.createdAtMs);
    this.#known.set(bucket.name, bucket);
  }

  /** Durable, as what an operator switches in AWS is, until the template says something new. */
  switchEventBridge(bucket: Bucket, eventBridge: boolean): void {
    this.#store
      .prepare('UPDATE s3_bucket_notification SET event_bridge = ? WHERE bucket = ?')
      .run(Number(eventBridge), bucket.name);
    this.#known.set(bucket.name, { ...bucket, eventBridge });
  }

  #sendsEvents({ name, eventBridge }: BucketPlan): boolean {
    const before = this.#store
      .prepare('SELECT event_bridge, template_event_bridge FROM s3_bucket_notification WHERE bucket = ?')
      .get(name) as { event_bridge: number; template_event_bridge: number } | undefined;
    const isAsBefore = before !== undefined && (before.template_event_bridge === 1) === eventBridge;
    const sendsEvents = isAsBefore ? before.event_bridge === 1 : eventBridge;
    this.#store
      .prepare('INSERT OR REPLACE INTO s3_bucket_notification VALUES (?, ?, ?)')
      .run(name, Number(sendsEvents), Number(eventBridge));
    return sendsEvents;
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

  has(name: string): boolean {
    return this.#known.has(name);
  }

  /** By name. */
  all(): Bucket[] {
    return [...this.#known.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}
