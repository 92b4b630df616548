/** What the control call `archive-histogram` is asked. */
export interface HistogramQuestion {
  readonly name: string;
  /** ISO 8601; both included, as a replay takes them. */
  readonly since: string;
  readonly until: string;
  /** Length of a period in seconds; the first begins at `since`. */
  readonly period: string;
}

/** How many events of an archive fall into each period of a time. */
export interface ArchiveHistogram {
  /** Times of the oldest and the newest event of the whole archive, in ISO 8601; null in an empty one. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** Only where there is an event, in no order. */
  readonly counts: readonly EventCount[];
}

/** How many events of one detail-type fall into one period. */
export interface EventCount {
  /** From 0. */
  readonly period: number;
  readonly detailType: string;
  readonly events: number;
}
