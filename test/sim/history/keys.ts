/** Keys that have broken programs before. None ends in a slash, which nobody wants. */
const ODD_KEYS: readonly string[] = [
  'a'.repeat(1_024),
  `csv/${'ü'.repeat(508)}.csv`,
  'up/../../etc/passwd',
  'line\r\nbreak.txt',
  'csv/a+b %20 c%2F.csv',
  'csv/🦜 parrot.csv',
  'csv/caf\u00e9.csv',
  'csv/cafe\u0301.csv',
  '__proto__',
  'constructor',
  'csv/__proto__.csv',
  'csv/quote"\'`$(x).csv',
  ' leading and trailing ',
  'csv//double.csv',
  'csv/TOTALS.CSV.GZ',
];

const PLAIN_KEYS: readonly string[] = [
  ...Array.from({ length: 12 }, (_, at) => `data/${at}.bin`),
  ...Array.from({ length: 12 }, (_, at) => `csv/${at}.csv`),
  'csv/packed.csv.gz',
  'csv/also.Csv.gz',
  // under csv/, and skipped by name
  'csv/readme.txt',
  'csv/._0.csv',
  'csv/~$1.csv',
  // of a name that the counter's rule does not let through
  'other/0.csv',
  'CSV/0.csv',
];

const ODD: ReadonlySet<string> = new Set(ODD_KEYS);

export const isOdd = (key: string): boolean => ODD.has(key);

export const KEYS: readonly string[] = [...PLAIN_KEYS, ...ODD_KEYS, 'folder/', 'csv/folder/'];
