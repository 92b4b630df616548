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
      eventBridge: plan.eventBridge,
      lifecycleRules: plan.lifecycleRules,
      createdAtMs: before?.created_at ?? this.#clock.now(),
    };
    this.#store
      .prepare('INSERT OR REPLACE INTO s3_bucket (name, versioning, created_at) VALUES (?, ?, ?)')
      .run(bucket.name, bucket.versioning, bucket.createdAtMs);
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
