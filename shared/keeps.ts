/**
 * Whether a consumer keeps anything (a row, a line) for an object of this name that its rule has let through. For the
 * others its outcome is `skipped`: nothing is stored, and nothing is missing. Asked by the core before it writes, and by
 * the command line before it calls a row missing.
 *
 *     keeps('csv-row-counter', 'csv/REPORT.CSV')   true
 *     keeps('csv-row-counter', 'csv/readme.txt')   false
 *     keeps('metadata-writer', 'csv/readme.txt')   true
 */
export function keeps(consumer: string, key: string): boolean {
  // what consoles make to show an empty folder
  if (key.endsWith('/')) return false;
  return consumer !== 'csv-row-counter' || /\.csv(?:\.gz)?$/i.test(key);
}
