import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { changes, mistakes, replayMistakes, type UploadedSample } from '../../../cli/demo/checks.ts';
import type { Row, Stored } from '../../../cli/demo/stored.ts';
import { outcomeTable } from '../../../cli/demo/outcome-table.ts';

const sample = (key: string, more: Partial<UploadedSample> = {}): UploadedSample => ({
  key,
  shows: 'a sample',
  content: async () => new Uint8Array(),
  contentType: 'text/csv',
  sizeBytes: 8,
  count: { status: 'counted', rowCount: 2 },
  ...more,
});

const SAMPLES = [
  sample('csv/a.csv'),
  sample('note.txt', { count: 'not routed' }),
  sample('csv/readme.txt', { count: 'skipped' }),
  sample('csv/gone.csv', { count: 'deleted', afterwards: 'deleted' }),
];

/** Stored exactly as the samples promise; each test spoils one thing. */
function allIsWell() {
  const metadata = new Map<string, Row>([
    ['csv/a.csv', { deleted: false, size: 8 }],
    ['note.txt', { deleted: false, size: 8 }],
    ['csv/readme.txt', { deleted: false, size: 8 }],
    ['csv/gone.csv', { deleted: true }],
  ]);
  const counts = new Map<string, Row>([
    ['csv/a.csv', { deleted: false, status: 'counted', row_count: 2 }],
    ['csv/gone.csv', { deleted: true }],
  ]);
  const ledger: Row[] = ['csv/a.csv', 'note.txt', 'csv/readme.txt', 'csv/gone.csv', 'csv/gone.csv'].map(
    (key, index) => ({
      object_key: key,
      identity: `event ${index}`,
    }),
  );
  return { metadata, counts, ledger };
}

/** As the three consumers of the pipeline keep it. */
function storedOf({ metadata, counts, ledger }: ReturnType<typeof allIsWell>): Stored {
  return [
    { consumer: 'metadata-writer', reach: () => 'wanted', kept: { rows: metadata } },
    {
      consumer: 'csv-row-counter',
      reach: (key) => {
        if (!key.startsWith('csv/')) return 'not-matched';
        return key.endsWith('.csv') ? 'wanted' : 'skipped';
      },
      kept: { rows: counts },
    },
    { consumer: 'ledger-exporter', reach: () => 'wanted', kept: { lines: ledger } },
  ];
}

describe('mistakes', () => {
  test('finds none when everything is as promised', () => {
    expect(mistakes(SAMPLES, storedOf(allIsWell()))).toEqual([]);
  });

  test.each<[what: string, spoil: (stored: ReturnType<typeof allIsWell>) => unknown, said: RegExp]>([
    [
      'a missing row',
      ({ metadata }) => metadata.delete('note.txt'),
      /metadata-writer has no row of note\.txt/,
    ],
    [
      'a wrong size',
      ({ metadata }) => metadata.set('note.txt', { deleted: false, size: 7 }),
      /has size 7, and must have 8/,
    ],
    [
      'a row that should be a tombstone',
      ({ metadata }) => metadata.set('csv/gone.csv', { deleted: false }),
      /has deleted false/,
    ],
    [
      'a wrong count',
      ({ counts }) => counts.set('csv/a.csv', { deleted: false, status: 'counted', row_count: 3 }),
      /has row_count 3, and must have 2/,
    ],
    [
      'a wrong status',
      ({ counts }) => counts.set('csv/a.csv', { deleted: false, status: 'object-gone', row_count: 2 }),
      /has status "object-gone"/,
    ],
    [
      'a missing count',
      ({ counts }) => counts.delete('csv/a.csv'),
      /csv-row-counter has no row of csv\/a\.csv/,
    ],
    [
      'a count that nobody asked for',
      ({ counts }) => counts.set('note.txt', {}),
      /csv-row-counter has a row of note\.txt/,
    ],
    [
      'an event missing in the ledger',
      ({ ledger }) => ledger.pop(),
      /names 1 events of csv\/gone\.csv, and must name 2/,
    ],
  ])('finds %s', (_, spoil, said) => {
    const stored = allIsWell();
    spoil(stored);

    expect(mistakes(SAMPLES, storedOf(stored))).toEqual([expect.stringMatching(said)]);
  });
});

const furtherRow = (deleted: boolean): Row => ({ deleted });
const furtherLine = (object_key: string, version_id: string): Row => ({ object_key, version_id });

/** What `keeps` promises and no more: a row's `deleted`; a line's key and version. */
const further = (): Stored => [
  {
    consumer: 'thumbs',
    reach: () => 'wanted',
    kept: { rows: new Map(SAMPLES.map(({ key }) => [key, furtherRow(key === 'csv/gone.csv')])) },
  },
  {
    consumer: 'audit',
    reach: () => 'wanted',
    kept: { lines: [...SAMPLES.map(({ key }) => furtherLine(key, 'v1')), furtherLine('csv/gone.csv', 'v2')] },
  },
  { consumer: 'rejecter', reach: () => 'wanted', kept: { objects: ['csv/a.csv.json', 'csv/a.csv-not'] } },
  { consumer: 'notifier', reach: () => 'wanted', kept: 'nothing' },
];

describe('consumers beside those of the pipeline', () => {
  test('are judged by what they promise to keep, and no more', () => {
    expect(mistakes(SAMPLES, [...storedOf(allIsWell()), ...further()])).toEqual([]);
    expect(changes(further(), further())).toEqual([]);
  });

  test('are told of a row that is missing or no tombstone, and of an event without a line', () => {
    const [thumbs, audit] = further();
    (thumbs!.kept as { rows: Map<string, Row> }).rows.delete('note.txt');
    (thumbs!.kept as { rows: Map<string, Row> }).rows.set('csv/gone.csv', { deleted: false });
    (audit!.kept as { lines: Row[] }).lines.pop();

    expect(mistakes(SAMPLES, [...storedOf(allIsWell()), thumbs!, audit!])).toEqual([
      'thumbs has no row of note.txt',
      "thumbs's row of csv/gone.csv has deleted false, and must have true",
      'audit names 1 events of csv/gone.csv, and must name 2 (of 4 in all)',
    ]);
  });

  test('need not say by which replay an event came to a line, but one that has identities must', () => {
    const line = { object_key: 'a', version_id: 'v1' };

    expect(replayMistakes([line])).toEqual([]);
    expect(replayMistakes([{ ...line, identity: 'e' }])).toEqual([
      'the replay brought 0 events to be written as lines, and must bring 1',
    ]);
  });

  test('show in the table the objects that are kept of a key', () => {
    expect(stripVTControlCharacters(outcomeTable(SAMPLES, further())).split('\n')[2]).toMatch(
      /^csv\/a\.csv +8 B +✔ recorded +✔ 1 event +✔ 1 object +keeps nothing +a sample$/,
    );
  });
});

test('counts that no row holds are a mistake', () => {
  const stored = allIsWell();
  stored.counts.set('csv/a.csv', { deleted: false });

  expect(mistakes(SAMPLES, storedOf(stored))).toEqual(['no consumer counts the rows of a CSV']);
});

describe('changes', () => {
  test('finds none when rows and distinct events are the same, in whatever order', () => {
    const after = allIsWell();
    after.ledger.push(...allIsWell().ledger);

    expect(changes(storedOf(allIsWell()), storedOf(after))).toEqual([]);
  });

  test('finds a row that has changed, come or gone, and another event', () => {
    const after = allIsWell();
    after.metadata.set('note.txt', { deleted: false, size: 9 });
    after.counts.delete('csv/a.csv');
    after.ledger.push({ object_key: 'x', identity: 'another' });

    expect(changes(storedOf(allIsWell()), storedOf(after))).toHaveLength(3);
  });
});

const plain = (width?: number) =>
  stripVTControlCharacters(outcomeTable(SAMPLES, storedOf(allIsWell()), width));

describe('outcomeTable', () => {
  test('says per object what each consumer did', () => {
    expect(plain().split('\n')[2]).toMatch(/^csv\/a\.csv +8 B +✔ recorded +✔ 2 rows +✔ 1 event +a sample$/);
    expect(plain().split('\n')[4]).toMatch(/^csv\/readme\.txt +8 B +✔ recorded +skipped +✔ 1 event/);
    expect(plain().split('\n')[5]).toMatch(/^csv\/gone\.csv +8 B +deleted +deleted +✔ 2 events/);
  });

  test('leaves out the remarks when the terminal is narrow', () => {
    expect(plain(70)).not.toContain('a sample');
    expect(plain(70)).toContain('✔ 2 rows');
  });
});
