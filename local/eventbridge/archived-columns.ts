import type { ParsedEvent } from '../../shared/event-pattern/pattern-event.ts';

/** What of an archived event stands in columns of its own, so that it can be counted and found. */
export interface ArchivedColumns {
  /** The event's own time in milliseconds, if it has one. */
  readonly eventTime: number | undefined;
  /** Empty for an event that has none. */
  readonly detailType: string;
  /** Key of the object that an event of S3 is about. */
  readonly objectKey: string | undefined;
}

export function columnsOf(event: ParsedEvent): ArchivedColumns {
  const time = Date.parse(textAt(event, 'time') ?? '');
  return {
    eventTime: Number.isNaN(time) ? undefined : time,
    detailType: textAt(event, 'detail-type') ?? '',
    objectKey: textAt(event, 'detail.object.key'),
  };
}

function textAt({ leaves }: ParsedEvent, path: string): string | undefined {
  const value = leaves.get(path)?.[0]?.value;
  return value?.kind === 'string' ? value.value : undefined;
}
