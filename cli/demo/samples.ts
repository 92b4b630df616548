import { readFile } from 'node:fs/promises';
import { generateOrders } from './generate-orders.ts';

/** One upload of the demo, and what must become of it. */
export interface Sample {
  readonly key: string;
  /** What the sample shows, in a few words. */
  readonly shows: string;
  readonly content: () => Promise<Uint8Array>;
  readonly contentType: string;
  /** User metadata, without the `x-amz-meta-` prefix. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** `overwritten`: a later sample has the same key, and its rows are what stays. `deleted`: to be deleted once uploaded. */
  readonly afterwards?: 'overwritten' | 'deleted';
  /**
   * What a consumer that counts the rows of CSVs has of it when everything has drained; of an overwritten one, if it were the
   * last. `not routed`: no rule lets it through; `skipped`: by its name nothing is kept. There is no row of either.
   */
  readonly count: ExpectedCount | 'deleted' | 'skipped' | 'not routed';
}

/** What the counter's row says of a sample; what is absent here is absent there. */
export interface ExpectedCount {
  readonly status: 'counted' | 'malformed-csv' | 'not-csv';
  readonly rowCount?: number;
  readonly dataRowCount?: number;
  readonly blankRows?: number;
  readonly columnCount?: number;
  readonly errorRow?: number;
  readonly errorByteOffset?: number;
}

const ORDERS = 120_000;

/** In the order of their upload. */
export const SAMPLES: readonly Sample[] = [
  {
    key: 'csv/orders-2026.csv',
    shows: '120,000 orders on 135,000 lines',
    content: async () => Buffer.concat([...generateOrders(ORDERS)]),
    contentType: 'text/csv',
    count: counted({ rowCount: ORDERS + 1, columnCount: 8 }),
  },
  {
    key: 'csv/customers.csv',
    shows: 'quotes and newlines in fields, no line end at the end',
    content: file('customers.csv'),
    contentType: 'text/csv',
    count: counted({ rowCount: 7, columnCount: 4 }),
  },
  {
    key: 'csv/exports/stations-excel.csv',
    shows: 'byte order mark, CRLF, a blank line',
    content: file('stations-excel.csv'),
    contentType: 'text/csv',
    count: counted({ rowCount: 7, columnCount: 4, blankRows: 1 }),
  },
  {
    key: 'csv/sensors/2026-11-19.csv.gz',
    shows: 'gzip of two members',
    content: file('sensors-2026-11-19.csv.gz'),
    contentType: 'application/gzip',
    count: counted({ rowCount: 865, columnCount: 4 }),
  },
  {
    key: 'csv/Umsätze 2026 + Q1%2FQ2 é.csv',
    shows: 'a key with spaces, +, %2F and é',
    content: file('umsaetze.csv'),
    contentType: 'text/csv',
    count: counted({ rowCount: 6, columnCount: 3, blankRows: 1 }),
  },
  {
    key: 'csv/filialen.csv',
    shows: 'semicolons, named by its metadata',
    content: file('filialen.csv'),
    contentType: 'text/csv',
    metadata: { 'csv-delimiter': ';' },
    count: counted({ rowCount: 4, columnCount: 4 }),
  },
  {
    key: 'csv/returns.csv',
    shows: 'a quote that never closes',
    content: file('returns-unclosed-quote.csv'),
    contentType: 'text/csv',
    count: { status: 'malformed-csv', errorRow: 4, errorByteOffset: 114 },
  },
  {
    key: 'csv/legacy-utf16.csv',
    shows: 'UTF-16',
    content: file('legacy-utf16.csv'),
    contentType: 'text/csv',
    count: counted({ rowCount: 3, columnCount: 2 }),
  },
  {
    key: 'csv/export-error.csv',
    shows: 'an error page, named as a CSV',
    content: file('export-error.csv'),
    contentType: 'text/csv',
    count: { status: 'not-csv' },
  },
  {
    key: 'csv/empty.csv',
    shows: 'no bytes at all',
    content: async () => new Uint8Array(),
    contentType: 'text/csv',
    count: counted({ rowCount: 0 }),
  },
  {
    key: 'csv/REPORT.CSV',
    shows: 'a first version, overwritten',
    content: file('report-draft.csv'),
    contentType: 'text/csv',
    afterwards: 'overwritten',
    count: counted({ rowCount: 3, columnCount: 2 }),
  },
  {
    key: 'csv/REPORT.CSV',
    shows: 'the version that overwrites it',
    content: file('report-final.csv'),
    contentType: 'text/csv',
    count: counted({ rowCount: 5, columnCount: 3 }),
  },
  {
    key: 'csv/opening-hours.csv',
    shows: 'uploaded, then deleted',
    content: file('opening-hours.csv'),
    contentType: 'text/csv',
    afterwards: 'deleted',
    count: 'deleted',
  },
  {
    key: 'reports/opening-hours.csv',
    shows: 'a CSV under another prefix',
    content: file('opening-hours.csv'),
    contentType: 'text/csv',
    count: 'not routed',
  },
  {
    key: 'images/sluice.png',
    shows: 'an image',
    content: file('sluice.png'),
    contentType: 'image/png',
    count: 'not routed',
  },
  {
    key: 'csv/handover.txt',
    shows: 'a note among the CSVs',
    content: file('handover.txt'),
    contentType: 'text/plain; charset=utf-8',
    count: 'skipped',
  },
];

/** A CSV whose first row is its header. */
function counted(numbers: { rowCount: number; blankRows?: number; columnCount?: number }): ExpectedCount {
  const { rowCount, blankRows = 0 } = numbers;
  return { status: 'counted', blankRows, dataRowCount: Math.max(0, rowCount - blankRows - 1), ...numbers };
}

function file(name: string): Sample['content'] {
  return () => readFile(new URL(`samples/${name}`, import.meta.url));
}
