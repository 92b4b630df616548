const WORD = String.raw`=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=`;
/** Encoded words stand alone; the space between two of them is not part of the text. */
const ENCODED_WORDS = new RegExp(String.raw`(?<!\S)${WORD}(?!\S)(?:\s+(?=${WORD}(?!\S)))?`, 'gi');
const PRINTABLE_ASCII = /^[ -~]*$/;
const UNPRINTABLE = /\p{Cc}/u;

/**
 * The text that a header of user metadata means: the words of RFC 2047 in it are read, all else is what it is, so that
 * bytes of UTF-8 sent as they are become one character each, as in S3.
 *
 *     decodeMetadata('=?UTF-8?Q?gr=C3=B6=C3=9Fe?=')   // größe
 *     decodeMetadata('a plain text')                  // a plain text
 *
 * @param value with one latin1 character per byte, as node:http has it
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 */
export function decodeMetadata(value: string): string {
  return value.replaceAll(
    ENCODED_WORDS,
    (word: string, charset: string, encoding: string, text: string) =>
      decodeWord(charset, encoding, text) ?? word,
  );
}

/**
 * The header for a text: printable ASCII as it is; else one word of RFC 2047, in its encoding Q, or in B if there is a
 * character that cannot be printed.
 *
 *     encodeMetadata('größe 1')    // =?UTF-8?Q?gr=C3=B6=C3=9Fe_1?=
 *     encodeMetadata('ö\u0084')    // =?UTF-8?B?w7bChA==?=
 */
export function encodeMetadata(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  const bytes = Buffer.from(text);
  return UNPRINTABLE.test(text)
    ? `=?UTF-8?B?${bytes.toString('base64')}?=`
    : `=?UTF-8?Q?${[...bytes].map(quotedByte).join('')}?=`;
}

/** @returns nothing when it is no word of a charset that we know */
function decodeWord(charset: string, encoding: string, text: string): string | undefined {
  const bytes = encoding.toUpperCase() === 'B' ? base64Bytes(text) : quotedBytes(text);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function base64Bytes(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0
    ? Buffer.from(text, 'base64')
    : undefined;
}

function quotedBytes(text: string): Buffer | undefined {
  if (!/^(?:[!-<>-~]|=[\dA-F]{2})*$/i.test(text)) return undefined;
  const bytes = text
    .replaceAll('_', ' ')
    .replaceAll(/=(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

function quotedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === ' ') return '_';
  return /[!-~]/.test(character) && !'_=?'.includes(character)
    ? character
    : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
