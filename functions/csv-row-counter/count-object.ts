import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { RowAttributes } from '../rows/write-row.ts';
import { DECODED_CAPS, type DecodedCaps } from '../objects/codings/decoded-caps.ts';
import { undoCodings } from '../objects/codings/undo-codings.ts';
import { inTime } from '../objects/in-time.ts';
import { ObjectError } from '../objects/object-error.ts';
import { openObject, type OpenObject } from '../objects/open-object.ts';
import { wholeBody } from '../objects/whole-body.ts';
import { notCountedBecause } from './content-error.ts';
import { foreignFormat } from './content/foreign-format.ts';
import { readText } from './content/read-text.ts';
import { countRows } from './count-rows.ts';
import { csvRow } from './csv-row.ts';
import { chooseDialect } from './dialect/choose-dialect.ts';
import { columnNames } from './dialect/column-names.ts';
import { TextTail } from './text-tail.ts';
import { warningsOf } from './warnings.ts';

/**
 * Version of what the counter makes of an object. Raise it when the same bytes give another row: a replay then counts
 * every object again, where otherwise it reads none.
 */
export const REVISION = 2;

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
    const object = await openObject(scope.s3, event, scope);
    try {
      row = await countOpen(event, object, scope, now);
    } finally {
      object.body.destroy();
    }
  } catch (error) {
    if (!(error instanceof ObjectError)) {
      throw error;
    }
    row = notCountedBecause(error);
  }
  return { size_bytes: event.size, ...row, duration_ms: Math.round(now() - startedMs) };
}

async function countOpen(
  { key }: ObjectEvent,
  object: OpenObject,
  { delimiter: usual, signal, availableMs, caps = DECODED_CAPS }: CountScope,
  now: () => number,
): Promise<RowAttributes> {
  const { sizeBytes, metadata, contentEncoding } = object;
  const stored = inTime(wholeBody(object, signal), {
    sizeBytes,
    availableMs,
    now,
    instead: 'count it with Step Functions, AWS Batch or Glue',
  });
  const decoded = undoCodings(stored, {
    key,
    contentEncoding,
    availableMs,
    now,
    caps: { done: 'counted', ...caps },
    isForeign: (head) => foreignFormat(head) !== undefined,
  });
  const text = await readText(decoded);
  const { sample, sampleIsWhole } = text;
  const dialect = chooseDialect(sample, { metadata, usual, sampleIsWhole });
  const tail = new TextTail();
  const count = await countRows(tail.of(behind(dialect.skippedBytes, text.chunks)), dialect);
  const names = columnNames(sample, { ...dialect, sampleIsWhole });
  return {
    size_bytes: sizeBytes,
    ...csvRow({
      count,
      dialect,
      names,
      encoding: text.encoding,
      codings: decoded.codings(),
      skippedBytes: text.skippedBytes + dialect.skippedBytes,
      decodedBytes: text.decodedBytes,
      warnings: warningsOf({
        count,
        headerAssumed: dialect.header === 'assumed' && !dialect.headerTold,
        names,
        lastLine: tail.lastLine(),
        invalidUtf8: text.invalidUtf8,
        byteOrderMarkInside: text.byteOrderMarkInside,
        nulBytes: text.nulBytes > 0,
        codingMismatch: decoded.warnings.includes('coding-mismatch'),
      }),
    }),
  };
}

/** The chunks without their first bytes. */
async function* behind(bytes: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    yield chunk.subarray(skipped);
  }
}
