import type { Row, Stored } from './pipeline-client.ts';
import type { ExpectedCount, Sample } from './samples.ts';

/** A sample that was uploaded, and how large it was. */
export interface UploadedSample extends Sample {
  readonly sizeBytes: number;
}

/** What the counter's attributes are called in a sample's expectation. */
const COUNT_ATTRIBUTES: Readonly<Record<keyof ExpectedCount, string>> = {
  status: 'status',
  rowCount: 'row_count',
  blankRows: 'blank_rows',
  columnCount: 'column_count',
  errorRow: 'error_row',
  errorByteOffset: 'error_byte_offset',
};

/** Every way in which what is stored is not what the samples promise; nothing when all is well. */
export function mistakes(samples: readonly UploadedSample[], stored: Stored): string[] {
  const lasting = samples.filter(({ afterwards }) => afterwards !== 'overwritten');
  return [
    ...lasting.flatMap((sample) => [...metadataMistakes(sample, stored), ...counterMistakes(sample, stored)]),
    ...ledgerMistakes(samples, stored),
    ...superfluous(
      'metadata-writer',
      stored.metadata,
      lasting.map(({ key }) => key),
    ),
    ...superfluous(
      'csv-row-counter',
      stored.counts,
      lasting.filter(isCounted).map(({ key }) => key),
    ),
  ];
}

const isCounted = ({ expected: { csvRowCounter } }: Sample): boolean =>
  csvRowCounter !== 'not routed' && csvRowCounter !== 'skipped';

function metadataMistakes({ key, expected, sizeBytes }: UploadedSample, { metadata }: Stored): string[] {
  const row = metadata.get(key);
  if (row === undefined) return [`metadata-writer has no row of ${key}`];
  const isDeleted = expected.metadataWriter === 'deleted';
  return differences(`metadata-writer's row of ${key}`, row, {
    deleted: isDeleted,
    ...(!isDeleted && { size: sizeBytes }),
  });
}

function counterMistakes(
  { key, expected: { csvRowCounter: expected } }: Sample,
  { counts }: Stored,
): string[] {
  const row = counts.get(key);
  if (expected === 'not routed' || expected === 'skipped') return [];
  if (row === undefined) return [`csv-row-counter has no row of ${key}`];
  const where = `csv-row-counter's row of ${key}`;
  if (expected === 'deleted') return differences(where, row, { deleted: true, row_count: undefined });
  const attributes = Object.entries(COUNT_ATTRIBUTES).map(([name, attribute]) => [
    attribute,
    expected[name as keyof ExpectedCount],
  ]);
  return differences(where, row, { ...Object.fromEntries(attributes), deleted: false });
}

function differences(where: string, row: Row, expected: Row): string[] {
  return Object.entries(expected)
    .filter(([attribute, value]) => row[attribute] !== value)
    .map(
      ([attribute, value]) =>
        `${where} has ${attribute} ${JSON.stringify(row[attribute])}, and must have ${JSON.stringify(value)}`,
    );
}

function ledgerMistakes(samples: readonly Sample[], { ledger }: Stored): string[] {
  const identities = distinctIdentities(ledger);
  return [...Map.groupBy(samples, ({ key }) => key)].flatMap(([key, ofKey]) => {
    const expected = ofKey.reduce((sum, sample) => sum + sample.expected.ledgerExporter, 0);
    const found = new Set(ledger.filter((line) => line['object_key'] === key).map((line) => line['identity']))
      .size;
    return found === expected
      ? []
      : [
          `the ledger names ${found} events of ${key}, and must name ${expected} (of ${identities.size} in all)`,
        ];
  });
}

function superfluous(consumer: string, rows: ReadonlyMap<string, Row>, keys: readonly string[]): string[] {
  return [...rows.keys()]
    .filter((key) => !keys.includes(key))
    .map((key) => `${consumer} has a row of ${key}, which it must not have`);
}

/** Every way in which a replay has changed what it must not change. */
export function changes(before: Stored, after: Stored): string[] {
  return [
    ...changedRows('metadata-writer', before.metadata, after.metadata),
    ...changedRows('csv-row-counter', before.counts, after.counts),
    ...(distinctIdentities(before.ledger).symmetricDifference(distinctIdentities(after.ledger)).size === 0
      ? []
      : ['the ledger names other events than before']),
  ];
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

/** The events that a ledger names, however often. */
export function distinctIdentities(ledger: readonly Row[]): Set<unknown> {
  return new Set(ledger.map((line) => line['identity']));
}
