import { ObjectError } from '../object-error.ts';
import {
  announcedCodings,
  isKnownCoding,
  isTextCoding,
  type Announcement,
  type Coding,
} from './announced-codings.ts';
import { ByteSource } from './byte-source.ts';
import { codingOf, type CodingFound } from './coding-of.ts';
import { withinCaps, type DecodedCaps, type DecodingTime } from './decoded-caps.ts';
import { isPlainText } from './plain-text.ts';
import { encodingOf, SAMPLE_BYTES } from './text-encoding.ts';

/** Nobody compresses more often; a gzip that contains itself never ends. */
const MAX_CODINGS = 4;

export interface Stored extends DecodingTime {
  readonly key: string;
  readonly contentEncoding: string | undefined;
  readonly caps?: DecodedCaps;
  /** Whether bytes in no coding, which are no text, are known for something else: then the reader refuses them, in better words. @default none is */
  readonly isForeign?: (head: Buffer) => boolean;
}

export interface Decoded {
  /** The bytes with all codings undone, to be read once. A chunk is good until the next is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The codings that were found, in the order in which they were applied; known after the first chunk, or the end. */
  codings(): readonly Coding[];
  /** `coding-mismatch` when the name or `Content-Encoding` say others; known with the codings. */
  readonly warnings: readonly 'coding-mismatch'[];
}

/**
 * Undoes the content codings of stored bytes. The bytes are believed most, `Content-Encoding` more than the name. What is
 * announced and not there, or there and not announced, is no error where the bytes leave no doubt.
 *
 * The stored bytes must throw when they end early; they are read to their end unless something is thrown before.
 *
 * @throws (the chunks) ObjectError `unsupported-encoding` on a coding that is not known or not found, or more than four;
 * `damaged-content` on a stream that is damaged, cut, or followed by something; `object-too-large` beyond the caps.
 */
export function undoCodings(
  stored: AsyncIterable<Uint8Array>,
  { key, contentEncoding, caps, isForeign = () => false, ...time }: Stored,
): Decoded {
  const announced = announcedCodings(key, contentEncoding);
  const found: Coding[] = [];
  const warnings: 'coding-mismatch'[] = [];
  async function* undone(): AsyncGenerator<Uint8Array> {
    let source = new ByteSource(stored);
    try {
      for (;;) {
        const head = await source.peek(SAMPLE_BYTES + 1);
        const isWhole = head.length <= SAMPLE_BYTES;
        const coding = codingOf(head, isWhole, pending(announced, found));
        if (coding === undefined) {
          refuseUnknown(head, announced, found, isForeign);
          // An empty object has nothing to disagree with.
          const isEmpty = found.length === 0 && head.length === 0;
          if (!isEmpty && !agree(announced, found)) warnings.push('coding-mismatch');
          break;
        }
        if (found.length === MAX_CODINGS) {
          throw new ObjectError(
            'unsupported-encoding',
            `the object is compressed more than ${MAX_CODINGS} times (${found.join(', ')}, ${coding.name} …): upload it compressed once`,
          );
        }
        found.unshift(coding.name);
        source = new ByteSource(decodedBy(coding, source, time, caps));
      }
      yield* source.rest();
    } finally {
      await source.close();
    }
  }
  return { chunks: undone(), codings: () => found, warnings };
}

async function* decodedBy(
  { decode }: CodingFound,
  source: ByteSource,
  time: DecodingTime,
  caps: DecodedCaps | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* withinCaps(decode(source), { time, caps, readBytes: () => source.position });
  } finally {
    await source.close();
  }
}

/** What is announced and was not found yet, the outermost first. */
function pending({ header, name }: Announcement, found: readonly Coding[]): readonly string[] {
  const left = [...(name === undefined ? [] : [name]), ...header];
  for (const coding of found) {
    const at = left.lastIndexOf(coding);
    if (at >= 0) left.splice(at, 1);
  }
  return left.toReversed();
}

/**
 * The name tells of what the header's codings were applied to, or of one of them: an `a.csv.gz` that is sent with
 * `Content-Encoding: gzip` is mostly compressed once.
 */
function agree({ header, name }: Announcement, found: readonly Coding[]): boolean {
  const all = [...(name === undefined ? [] : [name]), ...header].join();
  const isNamedByHeader = name !== undefined && header.includes(name);
  return found.join() === all || (isNamedByHeader && found.join() === header.join());
}

/** @throws ObjectError `unsupported-encoding` unless what has no coding that is known can be judged without. */
function refuseUnknown(
  head: Buffer,
  announced: Announcement,
  found: readonly Coding[],
  isForeign: (head: Buffer) => boolean,
): void {
  const left = pending(announced, found);
  const unknown = left.find((token) => !isKnownCoding(token));
  const isText = isPlainText(head) || encodingOf(head).encoding !== 'utf-8';
  if (unknown !== undefined && (isTextCoding(unknown) || !isText)) {
    throw new ObjectError(
      'unsupported-encoding',
      `Content-Encoding says ${JSON.stringify(unknown)}, which is not known (gzip, deflate, br and zstd are): ` +
        'upload the object in one of them, or uncompressed and without the header',
    );
  }
  const missing = left.findLast(isKnownCoding);
  if (missing !== undefined && found.length === 0 && !isText && !isForeign(head)) {
    const said = announced.header.includes(missing) ? 'Content-Encoding' : 'the name';
    throw new ObjectError(
      'unsupported-encoding',
      `${said} says ${missing}, and the bytes are neither that nor text (they begin with ` +
        `${head.toString('hex', 0, 8).replaceAll(/..(?=.)/g, '$& ')}): compress the file and upload it again`,
    );
  }
}
