/** What a file is that is no text, and what its owner can do. */
interface ForeignFormat {
  /** Its first bytes, as Latin-1. */
  readonly magic: string;
  /** Where they stand. @default 0 */
  readonly at?: number;
  readonly is: string;
  readonly remedy: string;
}

const DECOMPRESS = 'decompress it, or use gzip, zstd or brotli';
const EXPORT = 'export it as CSV';
const RIGHT_FILE = 'look for the CSV';

// Magic numbers of letters alone are followed by what no text has: `PAR1` may be a column's name.
const FORMATS: readonly ForeignFormat[] = [
  { magic: 'PK\x03\x04', is: 'a ZIP archive', remedy: 'unpack it' },
  { magic: 'PK\x05\x06', is: 'an empty ZIP archive', remedy: RIGHT_FILE },
  { magic: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', is: 'a document of an old Office (.xls)', remedy: EXPORT },
  { magic: '1AY&SY', at: 4, is: 'a bzip2 file', remedy: DECOMPRESS },
  { magic: '\xfd7zXZ\0', is: 'an xz file', remedy: DECOMPRESS },
  { magic: '7z\xbc\xaf\x27\x1c', is: 'a 7z archive', remedy: 'unpack it' },
  { magic: 'Rar!\x1a\x07', is: 'a RAR archive', remedy: 'unpack it' },
  { magic: '\x04\x22\x4d\x18', is: 'an lz4 file', remedy: DECOMPRESS },
  { magic: '\xff\x06\0\0sNaPpY', is: 'a snappy file', remedy: DECOMPRESS },
  { magic: '\x1f\x9d', is: 'a file of compress (.Z)', remedy: DECOMPRESS },
  { magic: 'ustar\0', at: 257, is: 'a tar archive', remedy: 'unpack it' },
  { magic: 'ustar  \0', at: 257, is: 'a tar archive', remedy: 'unpack it' },
  { magic: 'PAR1', is: 'a Parquet file', remedy: EXPORT },
  { magic: 'Obj\x01', is: 'an Avro file', remedy: EXPORT },
  { magic: 'ORC', is: 'an ORC file', remedy: EXPORT },
  { magic: 'ARROW1\0\0', is: 'an Arrow file', remedy: EXPORT },
  { magic: 'SQLite format 3\0', is: 'an SQLite database', remedy: EXPORT },
  { magic: '%PDF-', is: 'a PDF', remedy: RIGHT_FILE },
  { magic: '{\\rtf', is: 'an RTF document', remedy: RIGHT_FILE },
  { magic: '\x89PNG\r\n\x1a\n', is: 'a PNG image', remedy: RIGHT_FILE },
  { magic: '\xff\xd8\xff', is: 'a JPEG image', remedy: RIGHT_FILE },
  { magic: '\x7fELF', is: 'a program (ELF)', remedy: RIGHT_FILE },
];

/** As far as one has to look to find that a magic number of letters is no beginning of a text. */
const LETTERS_DOUBTED_BYTES = 16;
const EXCEL = ['[Content_Types].xml', 'xl/'];
const OPEN_DOCUMENT = 'mimetypeapplication/vnd.oasis.opendocument';

/** What the file that begins with `head` is, by its magic number, and what to do; undefined when none is known. */
export function foreignFormat(head: Buffer): Pick<ForeignFormat, 'is' | 'remedy'> | undefined {
  const found = FORMATS.find(
    ({ magic, at = 0 }) =>
      head.subarray(at, at + magic.length).equals(Buffer.from(magic, 'latin1')) &&
      (isUnmistakable(magic) || hasControl(head.subarray(0, magic.length + LETTERS_DOUBTED_BYTES))),
  );
  if (found?.magic !== 'PK\x03\x04') return found;
  if (EXCEL.some((part) => head.includes(part))) return { is: 'an Excel workbook (.xlsx)', remedy: EXPORT };
  if (head.includes(OPEN_DOCUMENT)) return { is: 'an OpenDocument file (.ods)', remedy: EXPORT };
  return found;
}

function isUnmistakable(magic: string): boolean {
  return /[^A-Za-z0-9]/.test(magic);
}

function hasControl(bytes: Buffer): boolean {
  return bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}
