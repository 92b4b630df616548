import type { Clock } from '../clock.ts';
import type { Store } from '../store.ts';
import type { BodyFile } from './body-file.ts';
import type { BodyRemovals } from './body-removals.ts';
import type { Bucket } from './bucket.ts';
import type { Checksum } from './checksum.ts';
import {
  type BesideType,
  type Cause,
  type CreateReason,
  type DeleteReason,
  eventText,
  type ObjectChange,
} from './event.ts';
import { notificationsFor } from './notification.ts';
import { eventNameOfChange, notificationText } from './notification-record.ts';
import type { Destinations } from './destinations.ts';
import { lockOfNew, type ObjectLock } from './object-lock.ts';
import { newVersionId, type Sequence } from './sequence.ts';
import type { Tag } from './tags.ts';
import { filesOf } from './version-files.ts';
import type { ObjectVersion, VersionRows } from './version-rows.ts';

/** What an object is to hold. Its body lies in the folder already. */
export interface NewObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum | undefined;
  readonly tags: readonly Tag[];
  /** What its maker asks that it be locked by. @default what the bucket says */
  readonly lock?: ObjectLock | undefined;
  readonly file?: string;
  readonly uploadId?: string;
}

/** What a delete has done. */
export interface Deletion {
  /** The version of the marker that was made, or of what was permanently deleted. */
  readonly versionId?: string;
  /** Whether that is a marker. */
  readonly marker: boolean;
}

/** Throws when the change must not happen, given what is current now (which may be a marker). */
export type Condition = (current: ObjectVersion | undefined) => void;

export interface ObjectsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly removals: BodyRemovals;
  readonly rows: VersionRows;
  readonly sequence: Sequence;
  readonly accountId: string;
  readonly region: string;
  /** Puts an event on its way to the default bus; called inside the transaction that changes the object. */
  readonly publish: (eventText: string) => void;
  /** Where buckets send the event themselves; asked inside that transaction too. */
  readonly destinations: Pick<Destinations, 'deliver'>;
}

/**
 * S3's versioning rules. Each change is one transaction of rows and event: an acknowledged upload is never without
 * its event, and there is no event of an upload that failed.
 */
export class Objects {
  readonly #options: ObjectsOptions;

  constructor(options: ObjectsOptions) {
    this.#options = options;
  }

  /** Makes `object` the current version of its key. */
  create(
    bucket: Bucket,
    object: NewObject,
    reason: CreateReason,
    cause: Cause,
    condition?: Condition,
  ): ObjectVersion {
    const { store, clock, rows, sequence } = this.#options;
    return store.transaction(() => {
      const current = rows.current(bucket.name, object.key);
      condition?.(current);
      const sequencer = sequence.next();
      const version = {
        ...object,
        bucket: bucket.name,
        sequencer,
        versionId: bucket.versioning === 'Enabled' ? newVersionId(sequencer) : 'null',
        marker: false,
        modifiedAtMs: clock.now(),
        lock: lockOfNew(bucket, object.lock, clock.now()),
        checksum: object.checksum,
        file: object.file,
        uploadId: object.uploadId,
      };
      this.#insert(bucket, version);
      this.#publish(bucket, {
        ...changeOf(bucket, version, sequencer, version.modifiedAtMs, cause),
        type: 'Object Created',
        reason,
        sizeBytes: object.sizeBytes,
        etag: object.etag,
      });
      return { ...version, latest: true, noncurrentSinceMs: undefined };
    });
  }

  /**
   * Deletes without naming a version: makes a delete marker, or, in a bucket that never had versions, removes the
   * object. Deleting what is not there is no error; without versions it is no event either.
   */
  delete(bucket: Bucket, key: string, reason: DeleteReason, cause: Cause, condition?: Condition): Deletion {
    const { store, clock, rows, sequence } = this.#options;
    return store.transaction(() => {
      const current = rows.current(bucket.name, key);
      condition?.(current);
      if (bucket.versioning === 'Never') {
        if (current !== undefined) this.#removePermanently(bucket, current, reason, cause);
        return { marker: false };
      }
      const sequencer = sequence.next();
      const marker = {
        bucket: bucket.name,
        key,
        sequencer,
        versionId: bucket.versioning === 'Enabled' ? newVersionId(sequencer) : 'null',
        marker: true,
        sizeBytes: 0,
        etag: '',
        modifiedAtMs: clock.now(),
        headers: {},
        checksum: undefined,
        tags: [],
        lock: undefined,
        file: undefined,
        uploadId: undefined,
      };
      this.#insert(bucket, marker);
      this.#publish(bucket, {
        ...changeOf(bucket, marker, sequencer, marker.modifiedAtMs, cause),
        type: 'Object Deleted',
        reason,
        deletionType: 'Delete Marker Created',
      });
      return { versionId: marker.versionId, marker: true };
    });
  }

  /** Permanently deletes one version or marker. A version that is not there is no error, and no event. */
  deleteVersion(
    bucket: Bucket,
    key: string,
    versionId: string,
    reason: DeleteReason,
    cause: Cause,
    condition?: Condition,
  ): Deletion {
    const { store, rows } = this.#options;
    return store.transaction(() => {
      const version = rows.version(bucket.name, key, versionId);
      condition?.(version);
      if (version !== undefined) this.#removePermanently(bucket, version, reason, cause);
      return { versionId, marker: version?.marker ?? false };
    });
  }

  /** Changes what is kept beside a version. Its event has no place among the changes of the object: no sequencer. */
  changeBeside(
    bucket: Bucket,
    version: ObjectVersion,
    type: BesideType,
    cause: Cause,
    write: (rows: VersionRows) => void,
  ): void {
    const { store, rows, clock } = this.#options;
    store.transaction(() => {
      write(rows);
      const { sequencer: _, ...change } = changeOf(bucket, version, '', clock.now(), cause);
      this.#publish(bucket, { ...change, type, etag: version.etag });
    });
  }

  /** The files of a version's body, in order. */
  files(version: ObjectVersion): BodyFile[] {
    return filesOf(this.#options.store, version);
  }

  #insert(bucket: Bucket, version: Omit<ObjectVersion, 'latest' | 'noncurrentSinceMs'>): void {
    const { clock, rows } = this.#options;
    if (bucket.versioning !== 'Enabled') {
      const replaced = rows.version(bucket.name, version.key, 'null');
      if (replaced !== undefined) this.#removeRow(replaced);
    }
    rows.insert(version, clock.runningMs());
  }

  #removePermanently(bucket: Bucket, version: ObjectVersion, reason: DeleteReason, cause: Cause): void {
    const { clock, sequence } = this.#options;
    this.#removeRow(version);
    this.#publish(bucket, {
      ...changeOf(bucket, version, sequence.next(), clock.now(), cause),
      type: 'Object Deleted',
      reason,
      deletionType: 'Permanently Deleted',
    });
  }

  #removeRow(version: ObjectVersion): void {
    const { store, rows, removals } = this.#options;
    const files = this.files(version).map(({ name }) => name);
    rows.remove(version);
    if (version.uploadId !== undefined) {
      store.prepare('DELETE FROM s3_part WHERE upload_id = ?').run(version.uploadId);
    }
    removals.remove(files);
  }

  #publish(bucket: Bucket, change: ObjectChange): void {
    const { accountId, region, publish, destinations } = this.#options;
    if (bucket.eventBridge) publish(eventText(change, accountId, region));
    if (bucket.notifications.length === 0) return;
    const destined = notificationsFor(bucket.notifications, eventNameOfChange(change), change.key);
    for (const destination of destined) {
      const about = { configurationId: destination.id, accountId, region };
      destinations.deliver(destination, bucket.name, notificationText(change, about));
    }
  }
}

function changeOf(
  bucket: Bucket,
  { key, versionId }: { readonly key: string; readonly versionId: string },
  sequencer: string,
  timeMs: number,
  cause: Cause,
) {
  return {
    bucket: bucket.name,
    key,
    sequencer,
    timeMs,
    ...(bucket.versioning === 'Enabled' && { versionId }),
    cause,
  };
}
