const CODINGS = ['gzip', 'deflate', 'br', 'zstd'] as const;

/** A content coding that can be undone, by its name in the registry of HTTP. */
export type Coding = (typeof CODINGS)[number];

const NOTHING = new Set(['', 'identity', 'aws-chunked']);
/** Text made of text: it cannot be told from a CSV by its bytes. */
const TEXT_CODINGS = new Set(['base64', 'quoted-printable', 'uuencode', 'x-uuencode']);

/** What a header and a name say about how an object is stored. */
export interface Announcement {
  /** The codings of `Content-Encoding` in the order in which they were applied, known or not; what means nothing is left out. */
  readonly header: readonly string[];
  /** The coding that the key's ending names. */
  readonly name: Coding | undefined;
}

/**
 * What is announced of an object with this key and header: of `csv/a.csv.gz` with `aws-chunked, BR`, the header `['br']`
 * and the name `gzip`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.4
 */
export function announcedCodings(key: string, contentEncoding: string | undefined): Announcement {
  const header = (contentEncoding ?? '')
    .split(',')
    .map((token) => token.trim().toLowerCase())
    .filter((token) => !NOTHING.has(token))
    .map((token) => (token === 'x-gzip' ? 'gzip' : token));
  const ending = /\.(gz|zst|br)$/i.exec(key)?.[1]?.toLowerCase();
  const name = ending === 'gz' ? 'gzip' : ending === 'zst' ? 'zstd' : ending === 'br' ? 'br' : undefined;
  return { header, name };
}

export function isKnownCoding(token: string): token is Coding {
  return (CODINGS as readonly string[]).includes(token);
}

export function isTextCoding(token: string): boolean {
  return TEXT_CODINGS.has(token);
}
