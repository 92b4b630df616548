import { checkText, fieldsOf, refuseUnknown, wrong } from './checked-fields.ts';
import { compileWildcard } from './event-pattern/pattern-text.ts';
import { checkRowIndex, type RowIndex } from './row-index.ts';

/**
 * What a consumer keeps of the objects that its rule lets through. It is data: written once, in the consumer's entry; the
 * function reads it from its environment, the command line from the outputs of the deployed stack.
 *
 *     { "rows": { "table": "ProcessedFilesTableName", "key": { "file_key": "{key}" }, "lack": "not-counted" },
 *       "of": { "endings": [".csv", ".csv.gz"], "notNamed": ["~$*"], "otherwise": "not named as a CSV" } }
 *     { "lines": "ledger/", "lockDays": 365 }
 *     { "objects": "rejects/" }
 *     "nothing"
 */
export type Keeps =
  | { readonly rows: RowsKept; readonly of?: NamesKept }
  /**
   * One line per event, under this prefix of the output bucket: in `<prefix>dt=YYYY-MM-DD/hour=HH/<any name>` of the event's
   * hour, as JSON with at least `object_key`, and `version_id` or `etag`. Where they are locked (S3 Object Lock), `lockDays` says for how
   * many days from their writing.
   */
  | { readonly lines: string; readonly lockDays?: number; readonly of?: NamesKept }
  /**
   * Objects under this prefix of the output bucket, none for some uploads or several: what is kept of the key K lies at
   * `<prefix>K`, or at names that go on from there with `.` or `/`.
   */
  | { readonly objects: string; readonly of?: NamesKept }
  | 'nothing';

/** One row per object, in a table. */
export interface RowsKept {
  /** Name of the stack's output that holds the table's name. */
  readonly table: string;
  /**
   * The primary key of an object's row, partition key first: attribute → text, in which `{key}` stands for the object's key
   * and `{bucket}` for its bucket. Exactly one attribute holds `{key}`.
   */
  readonly key: Readonly<Record<string, string>>;
  /** What `sluice verify` calls an object without a row of its current version. @default `missing` or `stale` */
  readonly lack?: 'not-counted';
  /** Finds the rows that somebody should look at without reading them all. @default none */
  readonly index?: RowIndex;
}

/** Which names, of those that the rule lets through, the consumer keeps something of. The others it skips. */
interface NamesKept {
  /** One of these ends the key, in any case: `.csv` takes `REPORT.CSV` too. */
  readonly endings: readonly string[];
  /** But not these names, as wildcards over what follows the last slash: `~$*` */
  readonly notNamed?: readonly string[];
  /** Why the others are skipped, in words: `not named as a CSV` */
  readonly otherwise: string;
}

/**
 * Why a consumer skips an object of this name, in words; undefined when it does not. An event that is skipped is done with:
 * nothing is stored, and nothing is missing. The one rule: asked before a consumer's code is, and by the command line before
 * it calls anything missing.
 *
 *     whySkipped(counter, 'csv/REPORT.CSV')   undefined
 *     whySkipped(counter, 'csv/readme.txt')   'not named as a CSV'
 *     whySkipped('nothing', 'photos/')        'a folder’s placeholder'
 */
export function whySkipped(keeps: Keeps, key: string): string | undefined {
  // what consoles make to show an empty folder
  if (key.endsWith('/')) return 'a folder’s placeholder';
  const of = keeps === 'nothing' ? undefined : keeps.of;
  return of === undefined || isNamed(of, key) ? undefined : of.otherwise;
}

/**
 * Where objects that are kept of a key lie: the first is a whole name, the others are what further names begin with.
 *
 *     keptPlaces('rejects/', 'a.csv')   ['rejects/a.csv', 'rejects/a.csv.', 'rejects/a.csv/']
 */
export function keptPlaces(
  prefix: string,
  key: string,
): readonly [name: string, dotted: string, below: string] {
  const name = prefix + key;
  return [name, `${name}.`, `${name}/`];
}

/** Whether the object of this name is kept of the key. */
export function isKeptOf(prefix: string, key: string, name: string): boolean {
  const [exact, ...further] = keptPlaces(prefix, key);
  return name === exact || further.some((place) => name.startsWith(place));
}

function isNamed({ endings, notNamed = [] }: NamesKept, key: string): boolean {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return (
    endings.some((ending) => key.slice(-ending.length).toLowerCase() === ending.toLowerCase()) &&
    !notNamed.some((wildcard) => {
      const matches = compileWildcard(wildcard);
      return typeof matches !== 'string' && matches(name);
    })
  );
}

/** As the environment and the stack's output carry it. @throws Error saying what is wrong with it */
export function keepsText(keeps: Keeps): string {
  return JSON.stringify(checkedKeeps(keeps));
}

/** @throws Error saying what cannot be read */
export function parseKeeps(text: string): Keeps {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`what a consumer keeps is no JSON: ${text}`, { cause });
  }
  return checkedKeeps(value);
}

/** Fields that it does not know are refused: what a newer version means by them would be passed over in silence. */
function checkedKeeps(value: unknown): Keeps {
  if (value === 'nothing') return value;
  const { rows, lines, lockDays, objects, of, ...unknown } = fieldsOf(value, 'keeps');
  refuseUnknown(unknown, 'keeps');
  if ([rows, lines, objects].filter((one) => one !== undefined).length !== 1) {
    throw wrong('keeps', value, 'say one of rows, lines and objects, or "nothing"');
  }
  if (rows !== undefined) checkRows(rows);
  else checkPrefix(lines === undefined ? 'keeps.objects' : 'keeps.lines', lines ?? objects);
  if (
    lockDays !== undefined &&
    (lines === undefined || !Number.isInteger(lockDays) || Number(lockDays) < 1)
  ) {
    throw wrong('keeps.lockDays', lockDays, 'it must be a whole number of days, beside lines');
  }
  if (of !== undefined) checkNames(of);
  return value as Keeps;
}

function checkRows(value: unknown): void {
  const { table, key, lack, index, ...unknown } = fieldsOf(value, 'keeps.rows');
  refuseUnknown(unknown, 'keeps.rows');
  checkText('keeps.rows.table', table);
  const templates = Object.entries(fieldsOf(key, 'keeps.rows.key'));
  for (const [attribute, template] of templates) {
    checkText(`keeps.rows.key.${attribute}`, template);
    const odd = /\{[^{}]*\}/g.exec(String(template).replaceAll(/\{(?:key|bucket)\}/g, ''))?.[0];
    if (odd !== undefined) {
      throw wrong(
        `keeps.rows.key.${attribute}`,
        template,
        `${odd} stands for nothing; write {key} or {bucket}`,
      );
    }
  }
  if (
    templates
      .map(([, template]) => String(template))
      .join('')
      .split('{key}').length !== 2
  ) {
    throw wrong('keeps.rows.key', key, 'one attribute must hold {key}, once');
  }
  if (lack !== undefined && lack !== 'not-counted') {
    throw wrong('keeps.rows.lack', lack, 'write "not-counted", or leave it out');
  }
  if (index !== undefined) checkRowIndex(index);
}

function checkNames(value: unknown): void {
  const { endings, notNamed = [], otherwise, ...unknown } = fieldsOf(value, 'keeps.of');
  refuseUnknown(unknown, 'keeps.of');
  if (!Array.isArray(endings) || endings.length === 0) {
    throw wrong('keeps.of.endings', endings, 'list how names end, such as [".csv"]');
  }
  endings.forEach((ending) => checkText('keeps.of.endings', ending));
  if (!Array.isArray(notNamed)) throw wrong('keeps.of.notNamed', notNamed, 'list wildcards, such as ["~$*"]');
  for (const wildcard of notNamed as unknown[]) {
    checkText('keeps.of.notNamed', wildcard);
    const compiled = compileWildcard(String(wildcard));
    if (typeof compiled === 'string') throw wrong('keeps.of.notNamed', wildcard, compiled);
  }
  checkText('keeps.of.otherwise', otherwise);
}

function checkPrefix(where: string, value: unknown): void {
  checkText(where, value);
  if (!/^[^/].*\/$/.test(String(value))) {
    throw wrong(
      where,
      value,
      'it must be a prefix that ends in a slash and begins with none, such as "rejects/"',
    );
  }
}
