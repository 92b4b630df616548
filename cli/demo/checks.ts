import type { ExpectedCount, Sample } from './samples.ts';
import { distinctEvents, eventsOf, type Row, type Stored, type StoredOf } from './stored.ts';

/** A sample that was uploaded, and how large it was. */
export interface UploadedSample extends Sample {
  readonly sizeBytes: number;
}

/** What a sample's count is called in a row. */
const COUNT_ATTRIBUTES: Readonly<Record<keyof ExpectedCount, string>> = {
  status: 'status',
  rowCount: 'row_count',
  dataRowCount: 'data_row_count',
  blankRows: 'blank_rows',
  columnCount: 'column_count',
  errorRow: 'error_row',
  errorByteOffset: 'error_byte_offset',
};

/** Every way in which what is stored is not what the samples promise; nothing when all is well. */
export function mistakes(samples: readonly UploadedSample[], stored: Stored): string[] {
  const lasting = samples.filter(({ afterwards }) => afterwards !== 'overwritten');
  const found = [
    ...stored.flatMap((one) => {
      if (one.kept === 'nothing') return [];
      if ('rows' in one.kept) return rowMistakes(lasting, one, one.kept);
      return 'lines' in one.kept ? lineMistakes(samples, one, one.kept.lines) : [];
    }),
    ...lasting
      .filter(({ key }) => !stored.some((one) => keepsRows(one) && one.reach(key, 'created') === 'wanted'))
      .map(({ key }) => `no consumer keeps a row of ${key}`),
  ];
  // said last: of counts that lack for a reason, the reason is said
  return found.length > 0 ? found : countMistakes(lasting, stored);
}

const keepsRows = ({ kept }: StoredOf): boolean => kept !== 'nothing' && 'rows' in kept;

/** Whether these are the rows of a consumer that counts the rows of CSVs. */
const counts = (rows: ReadonlyMap<string, Row>): boolean =>
  [...rows.values()].some((row) => row['row_count'] !== undefined);

/** The counts that the samples promise are looked for in rows that hold some: that there are any is promised too. */
function countMistakes(samples: readonly UploadedSample[], stored: Stored): string[] {
  const isPromised = samples.some(({ count }) => typeof count !== 'string' && count.rowCount !== undefined);
  const isKept = stored.some(({ kept }) => kept !== 'nothing' && 'rows' in kept && counts(kept.rows));
  return isPromised && !isKept ? ['no consumer counts the rows of a CSV'] : [];
}

function rowMistakes(
  samples: readonly UploadedSample[],
  { consumer, reach }: StoredOf,
  { rows }: { rows: ReadonlyMap<string, Row> },
): string[] {
  const isCounting = counts(rows);
  const wanted = samples.filter(({ key }) => reach(key, 'created') === 'wanted');
  return [
    ...(isCounting ? samples.flatMap((sample) => reachMistakes(consumer, sample, reach)) : []),
    ...wanted.flatMap((sample) => {
      const row = rows.get(sample.key);
      if (row === undefined) return [`${consumer} has no row of ${sample.key}`];
      const isDeleted = sample.afterwards === 'deleted' && reach(sample.key, 'deleted') === 'wanted';
      return differences(
        `${consumer}'s row of ${sample.key}`,
        row,
        isCounting ? countingRow(sample, isDeleted) : anyRow(row, sample, isDeleted),
      );
    }),
    ...[...rows.keys()]
      .filter((key) => !wanted.some((sample) => sample.key === key))
      .map((key) => `${consumer} has a row of ${key}, which it must not have`),
  ];
}

/** Where a sample is promised to be passed by. */
function reachMistakes(consumer: string, { key, count }: Sample, reach: StoredOf['reach']): string[] {
  const promised = count === 'not routed' ? 'not-matched' : count === 'skipped' ? 'skipped' : 'wanted';
  const found = reach(key, 'created');
  return found === promised ? [] : [`${key} is ${found} at ${consumer}, and must be ${promised}`];
}

/** What any consumer's row must say: `keeps` promises no size, but one that it gives must be right. */
const anyRow = (row: Row, { sizeBytes }: UploadedSample, isDeleted: boolean): Row => ({
  deleted: isDeleted,
  ...(!isDeleted && 'size' in row && { size: sizeBytes }),
});

function countingRow({ count }: UploadedSample, isDeleted: boolean): Row {
  if (isDeleted || typeof count === 'string') return { deleted: isDeleted, row_count: undefined };
  const attributes = Object.entries(COUNT_ATTRIBUTES).map(([name, attribute]) => [
    attribute,
    count[name as keyof ExpectedCount],
  ]);
  return { ...(Object.fromEntries(attributes) as Row), deleted: false };
}

function differences(where: string, row: Row, expected: Row): string[] {
  return Object.entries(expected)
    .filter(([attribute, value]) => row[attribute] !== value)
    .map(
      ([attribute, value]) =>
        `${where} has ${attribute} ${JSON.stringify(row[attribute])}, and must have ${JSON.stringify(value)}`,
    );
}

function lineMistakes(
  samples: readonly Sample[],
  { consumer, reach }: StoredOf,
  lines: readonly Row[],
): string[] {
  return [...Map.groupBy(samples, ({ key }) => key)].flatMap(([key, ofKey]) => {
    const events = (change: 'created' | 'deleted') => (reach(key, change) === 'wanted' ? 1 : 0);
    const expected = ofKey.reduce(
      (sum, { afterwards }) => sum + events('created') + (afterwards === 'deleted' ? events('deleted') : 0),
      0,
    );
    const found = eventsOf(lines, key);
    return found === expected
      ? []
      : [
          `${consumer} names ${found} events of ${key}, and must name ${expected} (of ${distinctEvents(lines).size} in all)`,
        ];
  });
}

/** Every way in which a replay has changed what it must not change. */
export function changes(before: Stored, after: Stored): string[] {
  return before.flatMap(({ consumer, kept }) => {
    const now = after.find((one) => one.consumer === consumer)?.kept;
    if (now === undefined) return [`${consumer} is not there any more`];
    if (kept === 'nothing' || now === 'nothing') return [];
    if ('rows' in kept && 'rows' in now) return changedRows(consumer, kept.rows, now.rows);
    if ('lines' in kept && 'lines' in now) {
      return distinctEvents(kept.lines).symmetricDifference(distinctEvents(now.lines)).size === 0
        ? []
        : [`${consumer} names other events than before`];
    }
    if (!('objects' in kept && 'objects' in now)) return [`${consumer} keeps something else than before`];
    return new Set(kept.objects).symmetricDifference(new Set(now.objects)).size === 0
      ? []
      : [`${consumer} keeps other objects than before`];
  });
}

function changedRows(
  consumer: string,
  before: ReadonlyMap<string, Row>,
  after: ReadonlyMap<string, Row>,
): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => canonical(before.get(key)) !== canonical(after.get(key)))
    .map((key) => `${consumer}'s row of ${key} has changed`);
}

const canonical = (row: Row | undefined): string =>
  JSON.stringify(Object.entries(row ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1)));

/** Lines that tell by which replay their event came. */
export const replayedIn = (lines: readonly Row[]): readonly Row[] =>
  lines.filter((line) => line['replay_name'] !== undefined);

/** What a replay of everything did not bring to a consumer whose lines have identities, which tell of replays too. */
export function replayMistakes(lines: readonly Row[]): string[] {
  if (!lines.some((line) => line['identity'] !== undefined)) return [];
  const [replayed, distinct] = [replayedIn(lines).length, distinctEvents(lines).size];
  return replayed === distinct
    ? []
    : [`the replay brought ${replayed} events to be written as lines, and must bring ${distinct}`];
}
