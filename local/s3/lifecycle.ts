import { randomUUID } from 'node:crypto';
import type { Cancel } from '../clock.ts';
import { log } from '../log.ts';
import type { LifecycleRule } from '../plan.ts';
import { Tally } from '../storage/tally.ts';
import type { Bucket } from './bucket.ts';
import type { Cause } from './event.ts';
import { afterPrefix, keyBytes } from './keys.ts';
import { isHeld } from './object-lock.ts';
import type { S3Context } from './s3-context.ts';
import { toUpload, type UploadRow } from './uploads.ts';
import { type ObjectVersion, toVersion, type VersionRow } from './version-rows.ts';

const DAY_MS = 86_400_000;

/** Changes made in one transaction: enough to be quick, few enough that none grows without bound. */
const BATCH = 200;

/**
 * The buckets' lifecycle rules. As in S3, days count from the midnight (UTC) that follows, and the rules are applied
 * once a day: here at midnight on the runtime's clock, and at start for the days on which nothing ran.
 */
export class Lifecycle {
  readonly #context: S3Context;
  #cancel: Cancel = () => {};

  constructor(context: S3Context) {
    this.#context = context;
  }

  /** Applies the rules now, and from now on every midnight until `stop`. */
  start(): void {
    this.stop();
    this.apply();
    this.#scheduleMidnight();
  }

  stop(): void {
    this.#cancel();
  }

  apply(): void {
    for (const bucket of this.#context.buckets.all()) {
      for (const rule of bucket.lifecycleRules) this.#applyRule(bucket, rule);
    }
  }

  #scheduleMidnight(): void {
    const { clock } = this.#context;
    const now = clock.now();
    this.#cancel = clock.after(midnightAfter(now) - now, () => {
      this.apply();
      this.#scheduleMidnight();
    });
  }

  #applyRule(bucket: Bucket, rule: LifecycleRule): void {
    if (rule.abortMultipartDays !== undefined) this.#abortUploads(bucket, rule, rule.abortMultipartDays);
    if (rule.noncurrentExpirationDays !== undefined) {
      this.#expireNoncurrent(bucket, rule, rule.noncurrentExpirationDays);
    }
    if (rule.expirationDays !== undefined) this.#expireCurrent(bucket, rule, rule.expirationDays);
    if (rule.expiredObjectDeleteMarker === true || rule.expirationDays !== undefined) {
      this.#removeLoneMarkers(bucket, rule);
    }
  }

  /** Noncurrent versions and markers, but for the newest few that the rule keeps. */
  #expireNoncurrent(bucket: Bucket, rule: LifecycleRule, days: number): void {
    const kept = rule.newerNoncurrentVersions ?? 0;
    const due = this.#versions(
      bucket,
      rule,
      `latest = 0 AND noncurrent_running <= ? AND (SELECT count(*) FROM s3_version newer WHERE newer.bucket = s3_version.bucket
       AND newer.key = s3_version.key AND newer.latest = 0 AND newer.sequencer > s3_version.sequencer) >= ?`,
      [this.#startOf(days), kept],
    );
    this.#deleteVersions(bucket, due, 'noncurrent versions');
  }

  #expireCurrent(bucket: Bucket, rule: LifecycleRule, days: number): void {
    const { store, objects } = this.#context;
    const due = this.#versions(bucket, rule, 'latest = 1 AND marker = 0 AND modified_running <= ?', [
      this.#startOf(days),
    ]);
    for (const batch of batches(due)) {
      store.transaction(() => {
        for (const { key } of batch) objects.delete(bucket, key, 'Lifecycle Expiration', cause());
        this.#tell(bucket, 'objects', batch.length);
      });
    }
  }

  /** Markers with nothing left under them. */
  #removeLoneMarkers(bucket: Bucket, rule: LifecycleRule): void {
    const aged =
      rule.expiredObjectDeleteMarker === true
        ? this.#context.clock.runningMs()
        : this.#startOf(rule.expirationDays ?? 0);
    const due = this.#versions(
      bucket,
      rule,
      `latest = 1 AND marker = 1 AND modified_running <= ? AND NOT EXISTS (SELECT 1 FROM s3_version older
       WHERE older.bucket = s3_version.bucket AND older.key = s3_version.key AND older.sequencer < s3_version.sequencer)`,
      [aged],
    );
    this.#deleteVersions(bucket, due, 'delete markers of nothing');
  }

  #abortUploads(bucket: Bucket, rule: LifecycleRule, days: number): void {
    const { store, uploads } = this.#context;
    const [where, parameters] = under(rule.prefix);
    const due = store
      .prepare(`SELECT * FROM s3_upload WHERE bucket = ? ${where} AND initiated_running <= ?`)
      .all(bucket.name, ...parameters, this.#startOf(days)) as unknown as UploadRow[];
    for (const batch of batches(due)) {
      store.transaction(() => {
        for (const row of batch) uploads.end(toUpload(row), []);
        this.#tell(bucket, 'unfinished uploads', batch.length);
      });
    }
  }

  #deleteVersions(bucket: Bucket, due: readonly ObjectVersion[], what: string): void {
    const { store, objects, clock } = this.#context;
    // what is locked is looked at again the next day
    const free = due.filter(({ lock }) => !isHeld(lock, clock.now()));
    for (const batch of batches(free)) {
      store.transaction(() => {
        for (const { key, versionId } of batch) {
          objects.deleteVersion(bucket, key, versionId, 'Lifecycle Expiration', cause());
        }
        this.#tell(bucket, what, batch.length);
      });
    }
  }

  #tell({ name }: Bucket, what: string, count: number): void {
    const { store } = this.#context;
    new Tally(store).add('expired-objects', count);
    store.afterCommit(() => log(`a lifecycle rule has ended ${what}`, { bucket: name, count }));
  }

  #versions(
    bucket: Bucket,
    rule: LifecycleRule,
    condition: string,
    values: readonly number[],
  ): ObjectVersion[] {
    const [where, parameters] = under(rule.prefix);
    const rows = this.#context.store
      .prepare(`SELECT * FROM s3_version WHERE bucket = ? ${where} AND ${condition} ORDER BY key, sequencer`)
      .all(bucket.name, ...parameters, ...values) as unknown as VersionRow[];
    return rows.map(toVersion);
  }

  /** What came before this moment of running time was `days` days old at the last midnight, or is so at the next one after a pause. */
  #startOf(days: number): number {
    const { clock } = this.#context;
    const sinceMidnightMs = clock.now() % DAY_MS;
    return clock.runningMs() - sinceMidnightMs - days * DAY_MS;
  }
}

function under(prefix: string | undefined): [string, Buffer[]] {
  if (prefix === undefined || prefix === '') return ['', []];
  const start = keyBytes(prefix);
  const end = afterPrefix(start);
  return end === undefined ? ['AND key >= ?', [start]] : ['AND key >= ? AND key < ?', [start, end]];
}

function midnightAfter(timeMs: number): number {
  return (Math.floor(timeMs / DAY_MS) + 1) * DAY_MS;
}

/** No request causes an expiry: the event has an id all the same, and no address. */
function cause(): Cause {
  return { requestId: randomUUID(), requester: 's3.amazonaws.com' };
}

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH);
}
