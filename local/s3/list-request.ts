import type { Exchange } from './exchange.ts';
import { encodeKey } from './keys.ts';
import type { Listing, Scope } from './listing.ts';
import { invalidArgument } from './s3-error.ts';
import { element } from '../protocols/xml.ts';

const MOST_ENTRIES = 1_000;

/** What every kind of listing is asked in the same words. */
export interface ListRequest extends Scope {
  readonly limit: number;
  /** Keys as the answer writes them: percent-encoded if the client asked for `encoding-type=url`. */
  readonly encode: (key: string) => string;
  readonly encodingType: string | undefined;
}

/** @param limitName `max-keys`, `max-uploads` */
export function readListRequest(exchange: Exchange, limitName: string): ListRequest {
  const encodingType = exchange.query('encoding-type');
  if (encodingType !== undefined && encodingType !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  }
  return {
    prefix: exchange.query('prefix') ?? '',
    // an empty delimiter is none
    delimiter: exchange.query('delimiter') || undefined,
    limit: readLimit(exchange, limitName),
    encode: encodingType === undefined ? (key) => key : encodeKey,
    encodingType,
  };
}

/** @throws S3Error `InvalidArgument` unless it is a whole number; more than `most` is `most` */
export function readLimit(
  exchange: Exchange,
  name: string,
  absent = MOST_ENTRIES,
  most = MOST_ENTRIES,
): number {
  const text = exchange.query(name);
  if (text === undefined || text === '') return absent;
  if (!/^\d{1,10}$/.test(text)) {
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text);
  }
  return Math.min(Number(text), most);
}

/** The elements that open every listing. */
export function scopeElements(request: ListRequest): string {
  const { prefix, delimiter, encodingType, encode } = request;
  return [
    element('Prefix', encode(prefix)),
    element('Delimiter', delimiter === undefined ? undefined : encode(delimiter)),
    element('EncodingType', encodingType),
  ].join('');
}

export function commonPrefixElements({ commonPrefixes }: Listing<unknown>, { encode }: ListRequest): string {
  return commonPrefixes
    .map((prefix) => `<CommonPrefixes>${element('Prefix', encode(prefix))}</CommonPrefixes>`)
    .join('');
}
