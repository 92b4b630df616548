import { gzipSync } from 'node:zlib';

/** A text that readers of CSV read differently, and what each that no script can ask here made of it. */
export interface OracleInput {
  /** As the table shows it. */
  readonly text: string;
  readonly shows: string;
  readonly bytes: Uint8Array;
  /** Read by hand: see the versions in docs/csv.md. */
  readonly polars: string;
  readonly pandas: string;
  /** Why a reader's number is what it is, behind that number: `{ DuckDB: '1: the quote opens' }`. The counter's own are its warnings. */
  readonly notes?: Readonly<Record<string, string>>;
}

type ByHand = Pick<OracleInput, 'polars' | 'pandas' | 'notes'>;

const input = (
  content: string,
  shows: string,
  byHand: ByHand,
  bytes: Uint8Array = Buffer.from(content),
): OracleInput => ({
  text: `\`${visible(content)}\``,
  shows,
  bytes,
  ...byHand,
});

/** ⏎ is LF, ␍ is CR. */
const visible = (content: string): string =>
  content
    .replaceAll('\n', '⏎')
    .replaceAll('\r', '␍')
    .replaceAll('\u{feff}', '<BOM>')
    .replaceAll('\0', '\\0')
    .replaceAll('\u{1a}', '\\x1a');

const QUOTED = 'a,b\n1,"2\n3"\n';
const utf16 = (content: string): Buffer => Buffer.from(content, 'utf16le');

export const ORACLE_INPUTS: readonly OracleInput[] = [
  input('a\r\nb\nc\rd', 'line ends of all kinds', {
    polars: '3: a CR is data',
    pandas: '4',
    notes: { 'csv-parse': '2: the first one found is the only one' },
  }),
  input('a,b\r1,2\r', 'CR alone', { polars: '1', pandas: '2' }),
  input('a\n\nb\n', 'a blank line, one column', { polars: '3', pandas: '2: it skips them' }),
  input('a,b\n\n1,2\n', 'a blank line, two columns', { polars: '3', pandas: '2' }),
  input('a\n \nb\n', 'a line of a space', { polars: '3', pandas: '2' }),
  input('a,5\'7" tall\nb,c\n', 'a quote within a field', { polars: 'error', pandas: '2' }),
  input('a, "b\nc", d\n', 'a quote after a space', {
    polars: 'error',
    pandas: '2',
    notes: { DuckDB: '1: the quote opens' },
  }),
  input('a,"b"c\nd,e\n', 'text after a closing quote', { polars: 'error', pandas: '2' }),
  input('a,b\n1\n1,2,3\n', 'ragged rows', {
    polars: 'error',
    pandas: 'error',
    notes: { DuckDB: '1: it skips what does not fit' },
  }),
  input('a,b\n1,"2\n3,4\n', 'a quote that never closes', {
    polars: 'error',
    pandas: 'error',
    notes: { DuckDB: '3: then nothing is a quote' },
  }),
  input('\u{feff}"a\nb",c\n1,2\n', 'a quote after the mark', {
    polars: '2',
    pandas: '2',
    notes: { Python: '3: the mark is data' },
  }),
  input('\na,b\n1,2\n', 'a blank line before the header', { polars: 'error', pandas: '2' }),
  input('a,b\r\n1,x\ry\r\n2,z\r\n', 'a CR within a field', {
    polars: '3: a CR is data',
    pandas: '4',
    notes: { 'csv-parse': '3: a CR is data' },
  }),
  input('a,b\n1,"x\n2,y\n3,z" w\n4,v\n', 'a quote that swallows rows', {
    polars: 'error',
    pandas: '3',
    notes: { DuckDB: '5: then nothing is a quote' },
  }),
  input('sep=;\na;b\n1;2\n', 'a line that tells Excel the delimiter', { polars: '3', pandas: '3' }),
  input('a;b\n1;"x\ny"\n2;z\n', 'semicolons, and nobody said so', { polars: 'error', pandas: '4' }),
  input(QUOTED, 'in UTF-16, with its mark', { polars: 'error', pandas: 'error' }, utf16(`\u{feff}${QUOTED}`)),
  input(QUOTED, 'in UTF-16, without', { polars: 'error', pandas: '4' }, utf16(QUOTED)),
  input(
    'a,b\n1,é\n',
    'in Latin-1',
    { polars: 'error', pandas: 'error' },
    Buffer.from('a,b\n1,é\n', 'latin1'),
  ),
  input(
    'a,b\n1,2\n3,4\n',
    'in gzip, named `.csv`',
    { polars: '3', pandas: 'error' },
    gzipSync('a,b\n1,2\n3,4\n'),
  ),
  input('a,b\n1,2\n\0\0\0\0', 'a last block padded with NULs', { polars: '3', pandas: '3' }),
  input('<html>\n<p>one, two</p>\n</html>\n', 'a web page', { polars: 'error', pandas: 'error' }),
  { text: '', shows: 'nothing at all', bytes: new Uint8Array(), polars: 'error', pandas: 'error' },
];
