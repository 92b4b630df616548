import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../cli/fate/asked-version.ts';
import { mendingOf } from '../../../cli/fate/mending.ts';
import type { ObjectVersion } from '../../../cli/objects/object-versions.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

const VERSION: ObjectVersion = {
  versionId: 'v2',
  isLatest: true,
  isDeleteMarker: false,
  lastModified: '2026-11-20T11:00:00.000Z',
};

const NOTHING: Evidence = { shows: 'nothing' };
const OF_S3: Evidence = { shows: 'older', stored: { sequencer: '0a' } };

const pipeline = mockedPipeline();

interface Lack {
  readonly consumer?: string;
  readonly key?: string;
  readonly version?: Partial<ObjectVersion>;
  readonly evidence?: Evidence;
}

const mending = ({ consumer = 'metadata-writer', key = 'a.csv', version, evidence = NOTHING }: Lack) =>
  mendingOf(pipeline, consumerNamed(pipeline, consumer), {
    key,
    version: { ...VERSION, ...version },
    evidence,
  });

describe('what mends a lack', () => {
  test.each<[what: string, lack: Lack, words: string]>([
    [
      'of a row that nobody has written: a backfill, or a repair',
      {},
      '`sluice backfill --prefix a.csv --consumer metadata-writer` or `sluice verify --prefix a.csv --repair` sends it again',
    ],
    [
      'of a row that an event of S3 has written: a repair, for a backfill changes no such row',
      { evidence: OF_S3 },
      '`sluice verify --prefix a.csv --repair` mends it',
    ],
    [
      'of a row that shows a delete marker’s object: a repair, for a backfill sends no deletes',
      { version: { isDeleteMarker: true } },
      '`sluice verify --prefix a.csv --repair` mends it',
    ],
    [
      'of a line: a backfill alone, since a repair is of rows',
      { consumer: 'ledger-exporter' },
      '`sluice backfill --prefix a.csv --consumer ledger-exporter` sends it again',
    ],
    [
      'of a delete’s line: a replay from a second before it',
      { consumer: 'ledger-exporter', version: { isDeleteMarker: true } },
      '`sluice replay --since 2026-11-20T10:59:59.000Z --consumer ledger-exporter` plays the delete again, while the archive keeps it',
    ],
    [
      'of an old version: nothing',
      { version: { isLatest: false }, evidence: OF_S3 },
      'it is an old version: only the current one can be sent again',
    ],
    [
      'of a version that was removed, where another one is current again',
      { evidence: { shows: 'removed' } },
      'removed by version, and the object is v2 again; `sluice verify --prefix a.csv --repair` mends it',
    ],
    [
      'of a version that was removed, where none is left',
      { version: { isLatest: false, isRemoved: true }, evidence: { shows: 'removed' } },
      'removed by version, and the object is gone; `sluice verify --prefix a.csv --repair` mends it',
    ],
  ])('%s', (_, lack, words) => {
    expect(mending(lack)).toBe(words);
  });

  test.each([
    ['csv/a_b-c.+@=1.csv', 'csv/a_b-c.+@=1.csv'],
    ['a b.csv', "'a b.csv'"],
    ['$HOME/`x`', "'$HOME/`x`'"],
    ["o'clock", String.raw`'o'\''clock'`],
    ['é', "'é'"],
    ['', "''"],
  ])('names the key %j as a shell takes it', (key, quoted) => {
    expect(mending({ key, evidence: OF_S3 })).toBe(`\`sluice verify --prefix ${quoted} --repair\` mends it`);
  });
});
