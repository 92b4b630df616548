import type { Clock } from '../clock.ts';
import type { BucketPlan, LifecycleRule } from '../plan.ts';
import type { Store } from '../store.ts';
import { S3Error } from './s3-error.ts';

export interface Bucket {
  readonly name: string;
  /** A bucket that once had versions can only suspend them. */
  readonly versioning: 'Never' | 'Enabled' | 'Suspended';
  readonly eventBridge: boolean;
  readonly lifecycleRules: readonly LifecycleRule[];
  readonly createdAtMs: number;
}

interface BucketRow {
  name: string;
  versioning: Bucket['versioning'];
  event_bridge: number;
  lifecycle_rules: string;
  created_at: number;
}

/** The buckets that the template owns. */
export class Buckets {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #known = new Map<string, Bucket>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    for (const row of store.prepare('SELECT * FROM s3_bucket').all() as unknown as BucketRow[]) {
      this.#known.set(row.name, {
        name: row.name,
        versioning: row.versioning,
        eventBridge: row.event_bridge === 1,
        lifecycleRules: JSON.parse(row.lifecycle_rules) as LifecycleRule[],
        createdAtMs: row.created_at,
      });
    }
  }

  /** Makes the bucket what the plan says; its objects stay. May be repeated. */
  provision(plan: BucketPlan): void {
    const before = this.#known.get(plan.name);
    const bucket: Bucket = {
      name: plan.name,
      versioning: plan.versioned
        ? 'Enabled'
        : (before?.versioning ?? 'Never') === 'Never'
          ? 'Never'
          : 'Suspended',
      eventBridge: plan.eventBridge,
      lifecycleRules: plan.lifecycleRules,
      createdAtMs: before?.createdAtMs ?? this.#clock.now(),
    };
    this.#store
      .prepare(
        'INSERT OR REPLACE INTO s3_bucket (name, versioning, event_bridge, lifecycle_rules, created_at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(
        bucket.name,
        bucket.versioning,
        Number(bucket.eventBridge),
        JSON.stringify(bucket.lifecycleRules),
        bucket.createdAtMs,
      );
    this.#known.set(bucket.name, bucket);
  }

  /** @throws S3Error `NoSuchBucket` */
  get(name: string): Bucket {
    const bucket = this.#known.get(name);
    if (bucket === undefined) {
      throw new S3Error(
        'NoSuchBucket',
        `The specified bucket does not exist: ${JSON.stringify(name)}. Buckets come from the template.`,
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
