import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRowCounter } from '../../infra/consumers/csv-row-counter.ts';
import type { Stage } from '../../infra/stage.ts';
import { isKeptOf, keepsText, keptPlaces, parseKeeps, whySkipped, type Keeps } from '../../shared/keeps.ts';

const rows = { table: 'RowsTableName', key: { file_key: '{key}' } };
const counted = { rows, of: { endings: ['.csv', '.csv.gz'], otherwise: 'not named as a CSV' } };
const { keeps: counter } = csvRowCounter({ name: 'dev' } as Stage);
const index = { name: 'NotCounted', attribute: 'not_counted', statuses: ['not-csv'], shows: ['error'] };
const named = {
  lines: 'ledger/',
  of: { endings: ['.csv'], notNamed: ['~$*', '._*', '*.tmp.csv'], otherwise: 'no report' },
};

describe('a consumer keeps something of', () => {
  test.each<[string, Keeps, string, boolean]>([
    ['one that counts CSVs', counted, 'csv/a.csv', true],
    ['one that counts CSVs', counted, 'csv/A.Csv', true],
    ['one that counts CSVs', counted, 'csv/a.CSV.gz', true],
    ['one that counts CSVs', counted, 'csv/a.csv.GZ', true],
    ['one that counts CSVs', counted, 'csv/.csv', true],
    ['one that counts CSVs', counted, 'csv/two\nlines.csv', true],
    ['one that counts CSVs', counted, 'csv/a.csv.zip', false],
    ['one that counts CSVs', counted, 'csv/a.csv\n', false],
    ['one that counts CSVs', counted, 'csv/acsv', false],
    ['one that counts CSVs', counted, 'csv/a.csv/', false],
    ['one that counts CSVs', counted, 'csv/', false],
    ['one that keeps a row of everything', { rows }, 'csv/a.csv.zip', true],
    ['one that keeps a row of everything', { rows }, 'photos/', false],
    ['one that keeps lines', { lines: 'ledger/' }, '__proto__', true],
    ['one that keeps nothing', 'nothing', 'a', true],
    ['one that keeps nothing', 'nothing', 'a/', false],
    ['one with names left out', named, 'csv/~$a.csv', false],
    ['one with names left out', named, '~$/a.csv', true],
    ['one with names left out', named, '._a.csv', false],
    ['one with names left out', named, 'a.tmp.csv', false],
    ['one with names left out', named, 'a._.csv', true],
  ])('%s, given %j and %j: %j', (_, keeps, key, expected) => {
    expect(whySkipped(keeps, key) === undefined).toBe(expected);
  });

  // a name that is an ending alone was counted by version 0.1, and is a file like any other
  test.each([
    ['csv/a.csv', true],
    ['csv/a.Csv', true],
    ['csv/a.CSV.gz', true],
    ['csv/a.csv.GZ', true],
    ['csv/a.csv.zst', true],
    ['csv/A.CSV.Br', true],
    ['csv/.csv', true],
    ['csv/._/a.csv', true],
    ['csv/a._b.csv', true],
    ['csv/a.tsv', false],
    ['csv/a.csv.bak', false],
    ['csv/a.csv.zstd', false],
    ['csv/a.br', false],
    ['csv/._x.csv', false],
    ['csv/2026/~$x.csv.gz', false],
    ['._x.csv', false],
  ])('the name %s for the counter that is deployed: %j', (key, isCounted) => {
    expect(whySkipped(counter, key)).toBe(isCounted ? undefined : 'not named as a CSV');
  });

  test('a name, or says in words why not', () => {
    expect(whySkipped(named, 'a.txt')).toBe('no report');
    expect(whySkipped(named, 'a/')).toBe('a folder’s placeholder');
  });

  test('exactly the names that the counter of version 0.1 took, in any case', () => {
    const likeCsv = fc
      .array(fc.constantFrom('.', 'csv', 'CSV', 'Csv', 'gz', 'GZ', 'zip', '/', '\n', 'ſ', 'é', 'x', '~$'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(likeCsv, fc.string({ unit: 'binary' })), (key) => {
        const taken = !key.endsWith('/') && /\.csv(?:\.gz)?$/i.test(key);

        expect(whySkipped(counted, key) === undefined).toBe(taken);
      }),
      { numRuns: 500 },
    );
  });
});

describe('an object', () => {
  test.each([
    ['rejects/a.csv', true],
    ['rejects/a.csv.json', true],
    ['rejects/a.csv/1', true],
    ['rejects/a.csv-1', false],
    ['rejects/a.cs', false],
    ['a.csv', false],
    ['rejects/b/a.csv', false],
  ])('of the name %s is kept of a.csv: %j', (name, isKept) => {
    expect(isKeptOf('rejects/', 'a.csv', name)).toBe(isKept);
  });

  test('is kept of a key when it is at one of its places, by name or below', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '.', '/') });
    fc.assert(
      fc.property(text, text, (key, more) => {
        const [exact, dotted, below] = keptPlaces('p/', key);
        const name = `p/${more}`;
        const isThere = name === exact || name.startsWith(dotted) || name.startsWith(below);
        expect(isKeptOf('p/', key, name)).toBe(isThere);
      }),
    );
  });
});

describe('what a consumer keeps', () => {
  test.each<Keeps>([
    'nothing',
    { lines: 'ledger/' },
    { lines: 'ledger/', lockDays: 365 },
    { objects: 'rejects/of/' },
    counted,
    named,
    { rows: { table: 'T', key: { bucket: '{bucket}', object_key: 'thumb#{key}' }, lack: 'not-counted' } },
    { rows: { ...rows, index } },
  ])('is the same after it has travelled: %j', (keeps) => {
    expect(parseKeeps(keepsText(keeps))).toEqual(keeps);
  });

  test.each<[string, unknown, string]>([
    ['a word that nobody knows', 'all', 'keeps is "all": it must be an object'],
    ['nothing at all', {}, 'keeps is {}: say one of rows, lines and objects, or "nothing"'],
    ['two things', { lines: 'a/', objects: 'b/' }, 'say one of rows, lines and objects'],
    ['a field of a newer version', { lines: 'a/', since: 3 }, 'keeps.since is 3: nobody knows this field'],
    ['a prefix without its slash', { objects: 'rejects' }, 'keeps.objects is "rejects": it must be a prefix'],
    ['a prefix that begins with one', { lines: '/a/' }, 'keeps.lines is "/a/": it must be a prefix'],
    [
      'a lock of no days',
      { lines: 'a/', lockDays: 0 },
      'keeps.lockDays is 0: it must be a whole number of days',
    ],
    [
      'a lock of a row',
      { rows, lockDays: 1 },
      'keeps.lockDays is 1: it must be a whole number of days, beside lines',
    ],
    ['the whole bucket', { lines: '/' }, 'keeps.lines is "/"'],
    ['rows without a table', { rows: { key: { a: '{key}' } } }, 'keeps.rows.table is undefined'],
    [
      'rows without the key',
      { rows: { table: 'T', key: { a: 'x' } } },
      'one attribute must hold {key}, once',
    ],
    [
      'rows with two keys',
      { rows: { table: 'T', key: { a: '{key}', b: '{key}' } } },
      'one attribute must hold {key}, once',
    ],
    [
      'a placeholder that stands for nothing',
      { rows: { table: 'T', key: { a: '{kee}' } } },
      'keeps.rows.key.a is "{kee}": {kee} stands for nothing; write {key} or {bucket}',
    ],
    [
      'another word for what lacks',
      { rows: { ...rows, lack: 'gone' } },
      'keeps.rows.lack is "gone": write "not-counted"',
    ],
    [
      'an index with a name that AWS does not take',
      { rows: { ...rows, index: { ...index, name: 'a b' } } },
      'keeps.rows.index.name is "a b": write 3 to 255 letters',
    ],
    [
      'an index without an attribute',
      { rows: { ...rows, index: { ...index, attribute: '' } } },
      'keeps.rows.index.attribute is ""',
    ],
    [
      'an index of no status',
      { rows: { ...rows, index: { ...index, statuses: [] } } },
      'keeps.rows.index.statuses is []: list some, such as ["malformed-csv"]',
    ],
    [
      'an index with a field of a newer version',
      { rows: { ...rows, index: { ...index, unique: true } } },
      'keeps.rows.index.unique is true: nobody knows this field',
    ],
    ['names without an ending', { lines: 'a/', of: { otherwise: 'x' } }, 'keeps.of.endings is undefined'],
    ['an empty ending', { lines: 'a/', of: { endings: [''], otherwise: 'x' } }, 'keeps.of.endings is ""'],
    [
      'a wildcard with two stars',
      { lines: 'a/', of: { endings: ['.a'], notNamed: ['**'], otherwise: 'x' } },
      'keeps.of.notNamed is "**": two stars in a row',
    ],
    ['names without a reason', { lines: 'a/', of: { endings: ['.a'] } }, 'keeps.of.otherwise is undefined'],
  ])('is refused when it is %s', (_, keeps, message) => {
    expect(() => parseKeeps(JSON.stringify(keeps))).toThrow(message);
    expect(() => keepsText(keeps as Keeps)).toThrow(message);
  });

  test('is refused when it is no JSON', () => {
    expect(() => parseKeeps('{')).toThrow('what a consumer keeps is no JSON: {');
  });
});
