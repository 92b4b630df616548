/** A line of the ledger: an event that a consumer has kept. */
export interface LedgerLine {
  readonly key: string;
  /** When it happened, ISO 8601 in UTC; when it was written, where the line does not say it. */
  readonly time: string;
  /** The same for every delivery of one event. */
  readonly identity: string;
  /** The replay that has brought the line; absent where none has. */
  readonly replayName?: string;
  /** Key of the object of the output bucket that it stands in. */
  readonly object: string;
  /** As it was written. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Where lines stand. */
interface LinePlace {
  readonly object: string;
  readonly writtenMs: number;
}

/**
 * The lines of an object of the ledger. Of each at least its key is needed.
 *
 * @returns beside them which cannot be read: `line 3 of ledger/…`
 */
export function linesIn(
  text: string,
  { object, writtenMs }: LinePlace,
): { readonly lines: readonly LedgerLine[]; readonly unreadable: readonly string[] } {
  const lines: LedgerLine[] = [];
  const unreadable: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const fields = fieldsIn(line);
    const key = fields?.['object_key'];
    if (fields === undefined || typeof key !== 'string') {
      unreadable.push(`line ${index + 1} of ${object}`);
      continue;
    }
    const { event_time: eventTime, identity, replay_name: replayName } = fields;
    lines.push({
      key,
      time: timeOf(eventTime) ?? new Date(writtenMs).toISOString(),
      identity: typeof identity === 'string' ? identity : identityOf(key, fields),
      ...(typeof replayName === 'string' && { replayName }),
      object,
      fields,
    });
  }
  return { lines, unreadable };
}

function fieldsIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function timeOf(value: unknown): string | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** For a ledger of a team's own, whose lines have at least a version or an ETag. */
const identityOf = (key: string, { version_id, etag, sequencer, event_time }: LedgerLine['fields']): string =>
  JSON.stringify([key, version_id, etag, sequencer, event_time]);
