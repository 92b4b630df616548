import type { PageQuestion } from './page-question.ts';

/** Which keys of a bucket are meant. `after`: the `place` of an object, or `next` of a page. */
export interface NewestQuestion extends PageQuestion {
  readonly bucket: string;
  /** What the keys begin with. @default any */
  readonly prefix?: string;
}

export interface NewestPage {
  readonly objects: readonly NewestObject[];
  /** Where the next page begins; absent on the last one. A page may hold fewer than were asked for, and yet not be the last. */
  readonly next?: string;
}

/** What a key holds now, an object or a delete marker, and its place in the order of changes. */
export interface NewestObject {
  readonly key: string;
  readonly versionId: string;
  readonly isDeleted: boolean;
  /** Bytes; absent for a delete marker, as the ETag. */
  readonly size?: number;
  readonly etag?: string;
  /** ISO 8601. */
  readonly lastModified: string;
  /** What comes behind it is asked for with this as `after`: it stays so while objects come. */
  readonly place: string;
}

export interface UndoneQuestion extends PageQuestion {
  readonly bucket: string;
  /** What the keys begin with. @default any */
  readonly prefix?: string;
}

export interface UndonePage {
  readonly events: readonly UndoneEvent[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

/** An event that some consumer has not dealt with: on the bus, before a queue, or in one (a dead-letter queue too). */
export interface UndoneEvent {
  /** Null: on the bus, and not matched with the rules yet. */
  readonly queueName: string | null;
  readonly key: string;
  /** Absent on an event that does not tell, as the ETag. */
  readonly versionId?: string;
  readonly etag?: string;
  /** `arriving`: not in the queue yet. `retried`: it was received before. */
  readonly state: 'arriving' | 'waiting' | 'retried';
}

export interface StandingQuestion {
  readonly bucket: string;
  /** A JSON array of at most 1,000 keys: `["a.csv","b.csv"]` */
  readonly keys: string;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** How some keys of a bucket stand. */
export interface Standing {
  /** A page of what is undone about them. */
  readonly undone: readonly UndoneEvent[];
  /** What functions have dealt with; on the first page alone, as `sent`. Of each key and function the newest. */
  readonly done: readonly DoneVersion[];
  /** What would have been sent to something that does not run here. */
  readonly sent: readonly SentVersion[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

/** A version, or a delete marker, whose event a function has dealt with. */
export interface DoneVersion {
  readonly key: string;
  readonly functionName: string;
  /** Absent in a bucket without versions. */
  readonly versionId?: string;
  readonly eventTime?: string;
}

/** A version whose event a rule sent to something that runs in AWS alone. */
export interface SentVersion {
  readonly key: string;
  /** The rule's name. */
  readonly by: string;
  /** Neither is there when the rule sends another text than the event. */
  readonly versionId?: string;
  readonly etag?: string;
}

export interface ArchiveAboutQuestion {
  /** The archive's name. */
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
}

export interface ArchivedAbout {
  /** As they were published, newest first. */
  readonly events: readonly unknown[];
}
