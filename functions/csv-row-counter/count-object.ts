import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { RowAttributes } from '../rows/write-row.ts';
import { ByteSource } from './content/byte-source.ts';
import { withinCaps, type DecodedCaps, type DecodingTime } from './content/decoded-caps.ts';
import { gunzip } from './content/gunzip.ts';
import { ContentError } from './content-error.ts';
import { countRows, type CsvCount } from './count-rows.ts';
import { metadataDialect } from './dialect/metadata-dialect.ts';
import { HeaderSample, type HeaderColumns } from './header-sample.ts';
import { openObject, wholeBody, type OpenObject } from './object-body.ts';
import { inTime } from './in-time.ts';

/**
 * Version of what the counter makes of an object. Raise it when the same bytes give another row: a replay then counts
 * every object again, where otherwise it reads none.
 */
export const REVISION = 1;

export interface CountScope {
  readonly s3: S3Client;
  /** Where the object's metadata names none. */
  readonly delimiter: string;
  /** Aborts when the time runs out: the body is let go. */
  readonly signal: AbortSignal;
  readonly availableMs: number;
  /** @default performance.now */
  readonly now?: () => number;
  readonly caps?: DecodedCaps;
}

/**
 * Reads the version of the object that the event names, and gives what its row says of it: its count, or the status
 * that tells why it has none.
 *
 * @throws on whatever another try may cure: a body that ended early, a refused permission, S3 unavailable.
 */
export async function countObject(event: ObjectEvent, scope: CountScope): Promise<RowAttributes> {
  const now = scope.now ?? (() => performance.now());
  const startedMs = now();
  let row: RowAttributes;
  try {
    const object = await openObject(scope.s3, event, scope.signal);
    try {
      row = await countOpen(event, object, scope, now);
    } finally {
      object.body.destroy();
    }
  } catch (error) {
    if (!(error instanceof ContentError)) {
      throw error;
    }
    row = { status: error.status, error: error.message };
  }
  return { size_bytes: event.size, ...row, duration_ms: Math.round(now() - startedMs) };
}

async function countOpen(
  event: ObjectEvent,
  object: OpenObject,
  { delimiter: usual, signal, availableMs, caps }: CountScope,
  now: () => number,
): Promise<RowAttributes> {
  const { sizeBytes } = object;
  const delimiter = metadataDialect(object.metadata).delimiter ?? usual;
  const stored = inTime(wholeBody(object, signal), { sizeBytes, availableMs, now });
  const header = new HeaderSample();
  const count = await countRows(
    header.of(isGzip(event, object) ? gunzipped(stored, { availableMs, now }, caps) : stored),
    { delimiter },
  );
  return { size_bytes: sizeBytes, delimiter, ...outcomeOf(count, header.columns(delimiter)) };
}

function gunzipped(
  stored: AsyncIterable<Uint8Array>,
  time: DecodingTime,
  caps: DecodedCaps | undefined,
): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(stored);
  return withinCaps(gunzip(source), { time, caps, readBytes: () => source.position });
}

/** Nothing to decompress in an empty object: it has no rows, whatever its name. */
function isGzip({ key }: ObjectEvent, { contentEncoding, sizeBytes }: OpenObject): boolean {
  return sizeBytes > 0 && (/\.gz$/i.test(key) || contentEncoding === 'gzip');
}

function outcomeOf(count: CsvCount, columns: HeaderColumns | undefined): RowAttributes {
  const { rows, blankRows, bytes, unterminatedQuote } = count;
  if (unterminatedQuote !== undefined) {
    const { row, byteOffset } = unterminatedQuote;
    // No row_count: a sum over the table must not take in what half a file happened to give.
    return {
      status: 'malformed-csv',
      error: `the quote that opens in row ${row} at byte ${byteOffset} never closes: close or double it, and upload the file again`,
      error_row: row,
      error_byte_offset: byteOffset,
    };
  }
  return {
    status: 'counted',
    row_count: rows,
    blank_rows: blankRows,
    bytes_counted: bytes,
    columns: columns?.names,
    column_count: columns?.count,
  };
}
