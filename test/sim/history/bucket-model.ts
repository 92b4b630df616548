import { bodyFor, type ObjectBody } from './bodies.ts';

/** A change that the bucket has made, and tells of: one per event that S3 emits. */
export interface BucketChange {
  readonly key: string;
  readonly detailType: 'Object Created' | 'Object Deleted' | 'Object Tags Added';
  readonly versionId: string | undefined;
  /** As S3 writes it; changes of tags have none. */
  readonly sequencer: string | undefined;
  readonly reason: string | undefined;
  readonly deletionType?: 'Permanently Deleted' | 'Delete Marker Created';
  readonly body?: ObjectBody;
}

interface Version {
  readonly id: string | undefined;
  /** Absent for a delete marker. */
  readonly body: ObjectBody | undefined;
}

/** What a read finds; the words are those of S3's errors. */
export type Found = ObjectBody | 'NoSuchKey' | 'NoSuchVersion' | 'MethodNotAllowed' | 'PreconditionFailed';

/**
 * A bucket as S3's documents describe it, with versions or without: what each request changes, which event tells of it, and what
 * a read finds afterwards.
 *
 * With versions: a put adds a version; a plain delete adds a marker and keeps all; a delete that names a version or a
 * marker takes it away for good, and the one before it is the current one again, of which no event tells. Without: a put
 * replaces, a delete takes away, and neither names a version.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export class BucketModel {
  readonly #isVersioned: boolean;
  /** Oldest first. */
  readonly #versions = new Map<string, Version[]>();
  #made = 0;

  constructor(isVersioned: boolean) {
    this.#isVersioned = isVersioned;
  }

  put(key: string, number: number): BucketChange {
    const body = bodyFor(key, number);
    const id = this.#isVersioned ? this.#newId() : undefined;
    if (this.#isVersioned) this.#of(key).push({ id, body });
    else this.#versions.set(key, [{ id, body }]);
    return this.#change({ key, detailType: 'Object Created', versionId: id, reason: 'PutObject', body });
  }

  /** Without a version. @returns undefined where a bucket without versions has no such object: nothing has changed */
  delete(key: string, reason = 'DeleteObject'): BucketChange | undefined {
    const detailType = 'Object Deleted';
    if (this.#isVersioned) {
      const id = this.#newId();
      this.#of(key).push({ id, body: undefined });
      return this.#change({ key, detailType, versionId: id, reason, deletionType: 'Delete Marker Created' });
    }
    if (!this.#versions.delete(key)) return undefined;
    return this.#change({
      key,
      detailType,
      versionId: undefined,
      reason,
      deletionType: 'Permanently Deleted',
    });
  }

  /** Of a current object; one that is gone already does not expire. */
  expire(key: string): BucketChange | undefined {
    return this.#of(key).at(-1)?.body === undefined ? undefined : this.delete(key, 'Lifecycle Expiration');
  }

  deleteVersion(key: string, nth: number): BucketChange | undefined {
    const versions = this.#of(key);
    return this.#remove(key, versions.length === 0 ? -1 : nth % versions.length, 'DeleteObject');
  }

  /** The newest marker of the key, be it the current one (the object is back) or under a live object. */
  removeMarker(key: string): BucketChange | undefined {
    return this.#remove(
      key,
      this.#of(key).findLastIndex(({ body }) => body === undefined),
      'DeleteObject',
    );
  }

  /** The oldest version that is not the current one, by a lifecycle rule. */
  expireVersion(key: string): BucketChange | undefined {
    return this.#remove(key, this.#of(key).length > 1 ? 0 : -1, 'Lifecycle Expiration');
  }

  /** S3 sends no sequencer with it. */
  tag(key: string): BucketChange | undefined {
    const current = this.#of(key).at(-1);
    if (current?.body === undefined) return undefined;
    return {
      key,
      detailType: 'Object Tags Added',
      versionId: current.id,
      reason: undefined,
      sequencer: undefined,
      body: current.body,
    };
  }

  /** By version, or else the current one, if its ETag is the one that is asked for. */
  read(key: string, versionId: string | undefined, etag: string | undefined): Found {
    const versions = this.#of(key);
    if (versionId !== undefined) {
      const version = versions.find(({ id }) => id === versionId);
      return version === undefined ? 'NoSuchVersion' : (version.body ?? 'MethodNotAllowed');
    }
    const body = versions.at(-1)?.body;
    if (body === undefined) return 'NoSuchKey';
    return etag === undefined || etag === body.etag ? body : 'PreconditionFailed';
  }

  /** The current object; undefined where a plain read finds none. */
  current(key: string): { readonly versionId: string | undefined; readonly etag: string } | undefined {
    const version = this.#of(key).at(-1);
    return version?.body && { versionId: version.id, etag: version.body.etag };
  }

  #remove(key: string, at: number, reason: string): BucketChange | undefined {
    // only a version can be named
    if (!this.#isVersioned || at < 0) return undefined;
    const [removed] = this.#of(key).splice(at, 1);
    return this.#change({
      key,
      detailType: 'Object Deleted',
      versionId: removed!.id,
      reason,
      deletionType: 'Permanently Deleted',
    });
  }

  #of(key: string): Version[] {
    const versions = this.#versions.get(key) ?? [];
    this.#versions.set(key, versions);
    return versions;
  }

  #newId = (): string => `v${(this.#made + 1).toString(36)}.${'Mro8e'.slice(this.#made % 5)}`;

  /** The digits are a time; their number differs within one key, and so does their case, as both have been seen. */
  #change(change: Omit<BucketChange, 'sequencer'>): BucketChange {
    const moment = 0x61_7f_08_29_93_29n * 65_536n + BigInt(this.#made++ * 0x1b);
    const digits = moment.toString(16).padStart(this.#made % 3 === 0 ? 18 : 16, '0');
    return { ...change, sequencer: this.#made % 5 === 0 ? digits.toUpperCase() : digits };
  }
}
