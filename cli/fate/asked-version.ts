import type { ObjectVersion } from '../objects/object-versions.ts';

/** What a consumer has stored of a version of an object. */
export interface Evidence {
  /**
   * `older` and `newer`: the consumer's row is of another version of the key. `removed`: of one that is later than what
   * the bucket holds now, and that it holds no more: somebody has deleted it by its id, which no consumer hears of.
   */
  readonly shows: 'this' | 'older' | 'newer' | 'removed' | 'nothing';
  /** What it has stored: a row's attributes, a line, or the objects that are kept of it. */
  readonly stored?: Readonly<Record<string, unknown>>;
  /** Why finding nothing proves nothing: what was not looked at, or is not there to be found. */
  readonly caveat?: string;
}

/** The version that is asked about, and all that the bucket knows of its key, newest first. */
export interface AskedVersion {
  readonly key: string;
  readonly version: ObjectVersion;
  readonly versions: readonly ObjectVersion[];
}
