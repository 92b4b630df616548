import { invalidArgument, S3Error } from './s3-error.ts';

/** From the first byte to the last, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The range that a `Range` header asks for. Several ranges, and what is not a byte range, are read over, as S3 does:
 * the answer is then the whole object.
 *
 * @throws S3Error `InvalidRange` when the object has none of these bytes
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (found === null || (found[1] === '' && found[2] === '')) return undefined;
  const [from, to] = [found[1]!, found[2]!];
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (first >= sizeBytes || (from === '' && Number(to) === 0)) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
      details: { RangeRequested: header!, ActualObjectSize: sizeBytes },
      headers: { 'content-range': `bytes */${sizeBytes}` },
    });
  }
  return { first, last };
}

/**
 * The range that `x-amz-copy-source-range` asks for, of which all bytes must be there.
 *
 * @throws S3Error `InvalidArgument` when it is not `bytes=first-last` or ends beyond the source, `InvalidRequest` when it starts there
 */
export function parseCopyRange(header: string, sizeBytes: number): ByteRange {
  const found = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header);
  const [first, last] = [Number(found?.[1]), Number(found?.[2])];
  if (found === null || first > last) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  if (first >= sizeBytes) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy range is invalid for the source object size: ${JSON.stringify(header)} of ${sizeBytes} bytes`,
    );
  }
  if (last >= sizeBytes) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${sizeBytes}`,
      'x-amz-copy-source-range',
      header,
    );
  }
  return { first, last };
}
