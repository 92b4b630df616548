import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

/** What an object may hold, and what a CSV parser that is not ours says of it. */
export interface ObjectBody {
  readonly bytes: Buffer;
  readonly etag: string;
  /** Rows of it as a CSV; undefined where it is none, because a quote never closes. */
  readonly rows: number | undefined;
}

const TEXTS: readonly string[] = [
  '',
  'id,name\n1,Ada\n2,Grace\n',
  'id,name\r\n1,Ada\r\n2,Grace\r\n',
  'id,name\n1,Ada\n2,no final newline',
  '\ufeffid,name\n1,byte order mark\n',
  'id,text\n1,"two\nlines"\n2,"a ""quote"""\n',
  'id,text\r\n1,"two\r\nlines, and a comma"\r\n',
  'a\n\nb\n\n',
  'id;name\n1;Ada\n',
  'old mac\rtwo\rthree\r',
  'id,text\n1,"never closed\n2,b\n',
  'only a header',
  'ü,é,🦜\n1,2,3\n',
  '\u0000'.repeat(0) + 'x,y\n'.repeat(400),
  `wide\n${'w'.repeat(9_000)}\n`,
  'ragged,rows\n1\n1,2,3\n,,,\n',
];

const plain = TEXTS.map((text) => bodyOf(Buffer.from(text), text));
const packed = TEXTS.map((text) => bodyOf(gzipSync(text), text));

export const BODY_COUNT = TEXTS.length;

/** The body of that number: compressed, where the key's name says that it is. */
export function bodyFor(key: string, number: number): ObjectBody {
  return (/\.gz$/i.test(key) ? packed : plain)[number % BODY_COUNT]!;
}

function bodyOf(bytes: Buffer, text: string): ObjectBody {
  return { bytes, etag: createHash('md5').update(bytes).digest('hex'), rows: rowsOf(text) };
}

function rowsOf(text: string): number | undefined {
  try {
    const rows: unknown[] = parse(text, {
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
    return rows.length;
  } catch (error) {
    if ((error as { code?: string }).code === 'CSV_QUOTE_NOT_CLOSED') return undefined;
    throw error;
  }
}
