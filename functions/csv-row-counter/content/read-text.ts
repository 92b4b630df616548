import { ByteSource } from '../../objects/codings/byte-source.ts';
import { refuseForeign, refuseOtherText } from './refuse-not-csv.ts';
import { encodingOf, SAMPLE_BYTES, type TextEncoding } from '../../objects/codings/text-encoding.ts';
import { TextNotes } from './text-notes.ts';
import { utf16ToUtf8 } from './utf16.ts';

/** A text as it is read. What has no `sample` in its name is final when the chunks have ended. */
export interface Text {
  /** The first 64 KiB of the text: in UTF-8 where it was UTF-16, else as it is; without a byte order mark. */
  readonly sample: Buffer;
  readonly sampleIsWhole: boolean;
  /** Length of the byte order mark: 0, 3 (UTF-8) or 2 (UTF-16). */
  readonly skippedBytes: number;
  /** The whole text, the sample included, to be read once. A chunk is good until the next is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** `windows-1252` stands for every encoding of single bytes that extends ASCII. */
  readonly encoding: TextEncoding | 'windows-1252';
  /** Bytes that are no UTF-8; of UTF-16, half of a surrogate pair, which then is U+FFFD. */
  readonly invalidUtf8: boolean;
  readonly nulBytes: number;
  /** One at another place than the beginning: as when files were appended to one another. */
  readonly byteOrderMarkInside: boolean;
  /** Bytes that were read, the byte order mark included, before any change of encoding. */
  readonly decodedBytes: number;
}

/**
 * Looks at the first 64 KiB to see that they are text and in which encoding, and gives all of it as chunks of UTF-8, or of
 * whatever extends ASCII.
 *
 * @throws ContentError `not-csv` on what is no text, and on HTML, XML, JSON and the like. @throws ObjectError
 * `unsupported-encoding` on UTF-32. The chunks throw ContentError `malformed-csv` when UTF-16 ends within a character; and what the source throws.
 */
export async function readText(decoded: { readonly chunks: AsyncIterable<Uint8Array> }): Promise<Text> {
  const source = new ByteSource(decoded.chunks);
  let text = source;
  try {
    // One more than the sample, to know whether there is more.
    const head = await source.peek(SAMPLE_BYTES + 1);
    refuseForeign(head);
    const { encoding, markBytes } = encodingOf(head);
    source.skip(markBytes);
    const notes = new TextNotes();
    let hasUnpaired = false;
    if (encoding !== 'utf-8') {
      text = new ByteSource(
        utf16ToUtf8(source, encoding, () => {
          hasUnpaired = true;
        }),
      );
    }
    const begin = await text.peek(SAMPLE_BYTES + 1);
    const sample = Buffer.from(begin.subarray(0, SAMPLE_BYTES));
    const sampleIsWhole = begin.length <= SAMPLE_BYTES;
    refuseOtherText(sample, sampleIsWhole);
    return {
      sample,
      sampleIsWhole,
      skippedBytes: markBytes,
      chunks: noted(text, notes),
      get encoding() {
        return encoding === 'utf-8' && !notes.isUtf8 ? 'windows-1252' : encoding;
      },
      get invalidUtf8() {
        return hasUnpaired || !notes.isUtf8;
      },
      get nulBytes() {
        return notes.nulBytes;
      },
      get byteOrderMarkInside() {
        return notes.hasByteOrderMark;
      },
      get decodedBytes() {
        return source.position;
      },
    };
  } catch (error) {
    await text.close();
    throw error;
  }
}

async function* noted(text: ByteSource, notes: TextNotes): AsyncGenerator<Buffer> {
  for await (const chunk of text.rest()) {
    notes.add(chunk);
    yield chunk;
  }
  notes.end();
}
