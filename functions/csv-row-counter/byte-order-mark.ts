import { ContentError } from './content-error.ts';

/** The longest byte order mark, UTF-32's: with so many bytes in hand the question is settled. */
export const BYTE_ORDER_MARK_BYTES = 4;

// UTF-32LE before UTF-16LE: its mark begins with the other's.
const UNSUPPORTED = [
  { encoding: 'UTF-32LE', mark: [0xff, 0xfe, 0x00, 0x00] },
  { encoding: 'UTF-32BE', mark: [0x00, 0x00, 0xfe, 0xff] },
  { encoding: 'UTF-16LE', mark: [0xff, 0xfe] },
  { encoding: 'UTF-16BE', mark: [0xfe, 0xff] },
];
const UTF_8 = [0xef, 0xbb, 0xbf];

/**
 * Length of the UTF-8 byte order mark at the beginning of `head`: 3 or 0. `head` is the first four bytes or all there are.
 *
 * @throws ContentError `unsupported-encoding` on the mark of an encoding whose line ends and quotes are not single bytes.
 */
export function byteOrderMarkLength(head: Uint8Array): number {
  const beginsWith = (mark: readonly number[]): boolean => mark.every((byte, index) => head[index] === byte);
  const unsupported = UNSUPPORTED.find(({ mark }) => beginsWith(mark));
  if (unsupported !== undefined) {
    throw new ContentError(
      'unsupported-encoding',
      `the object begins with the byte order mark of ${unsupported.encoding}: convert it to UTF-8 and upload it again`,
    );
  }
  return beginsWith(UTF_8) ? UTF_8.length : 0;
}
