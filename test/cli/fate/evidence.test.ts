import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { evidenceOf, removedVersion } from '../../../cli/fate/evidence.ts';
import type { ObjectVersion } from '../../../cli/objects/object-versions.ts';
import { keepsText } from '../../../shared/keeps.ts';
import { resetMocks, tables } from '../../support/mocked-aws.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const version = (versionId: string, change: Partial<ObjectVersion> = {}): ObjectVersion => ({
  versionId,
  isLatest: false,
  isDeleteMarker: false,
  etag: `e-${versionId}`,
  lastModified: '2026-11-20T11:00:00.500Z',
  ...change,
});

/** What the bucket holds of the key, newest first. */
const VERSIONS = [version('v3', { isLatest: true }), version('v2'), version('v1')];

const rowIs = (Item: Record<string, unknown> | undefined, TableName = 'uploads') =>
  tables.on(GetCommand, { TableName }).resolves(Item === undefined ? {} : { Item });

/** What the writer's row shows of a version. */
async function shows(
  row: Record<string, unknown> | undefined,
  asked = VERSIONS[1]!,
  versions: readonly ObjectVersion[] = VERSIONS,
) {
  rowIs(row);
  const pipeline = mockedPipeline();
  const consumer = consumerNamed(pipeline, 'metadata-writer');
  return (await evidenceOf(pipeline, consumer, { key: 'a.csv', version: asked, versions })).shows;
}

describe('a row', () => {
  test.each<[what: string, row: Record<string, unknown> | undefined, expected: string]>([
    ['that is none shows nothing', undefined, 'nothing'],
    ['of the version shows it', { version_id: 'v2' }, 'this'],
    ['of a later version shows a newer one', { version_id: 'v3' }, 'newer'],
    ['of an earlier version shows an older one', { version_id: 'v1' }, 'older'],
    ['of a version that the bucket holds no more shows an older one', { version_id: 'v0' }, 'older'],
    ['without a version shows the one of its ETag', { deleted: false, etag: 'e-v2' }, 'this'],
    ['without a version, of another ETag, shows an older one', { deleted: false, etag: 'e-v3' }, 'older'],
    ['without a version, that is a tombstone, is not of an object', { deleted: true, etag: 'e-v2' }, 'older'],
  ])('%s', async (_, row, expected) => {
    expect(await shows(row)).toBe(expected);
  });

  test('that is a repair’s tombstone shows the delete marker', async () => {
    const { etag: _, ...marker } = version('m4', { isLatest: true, isDeleteMarker: true });

    expect(await shows({ deleted: true }, marker, [marker, ...VERSIONS])).toBe('this');
  });

  test.each([
    // events have whole seconds, so that the object’s half second does not count
    ['2026-11-20T11:00:00Z', 'removed'],
    ['2026-11-20T11:00:01Z', 'removed'],
    ['2026-11-20T10:59:59Z', 'older'],
    [undefined, 'older'],
  ])(
    'of a version that is gone, and of %s, shows %s beside the current one of 11:00:00.5',
    async (time, expected) => {
      expect(await shows({ version_id: 'gone', event_time: time }, VERSIONS[0])).toBe(expected);
    },
  );

  test('of a version that is gone says nothing of removal beside an old version', async () => {
    expect(await shows({ version_id: 'gone', event_time: '2026-11-20T12:00:00Z' }, VERSIONS[1])).toBe(
      'older',
    );
  });

  test('that shows a version of a key that is gone altogether shows one that was removed', async () => {
    expect(await shows({ version_id: 'v9' }, version('v9', { isRemoved: true }), [])).toBe('removed');
  });

  test('is read as it is now, by its key, and is part of the evidence', async () => {
    rowIs({ version_id: 'v3', row_count: 7 }, 'counts');
    const pipeline = mockedPipeline();
    const asked = { key: 'a.csv', version: VERSIONS[0]!, versions: VERSIONS };

    expect(await evidenceOf(pipeline, consumerNamed(pipeline, 'csv-row-counter'), asked)).toEqual({
      shows: 'this',
      stored: { version_id: 'v3', row_count: 7 },
    });
    expect(tables.commandCalls(GetCommand)[0]?.args[0].input).toEqual({
      TableName: 'counts',
      Key: { file_key: 'a.csv' },
      ConsistentRead: true,
    });
  });
});

describe('a consumer that keeps nothing', () => {
  test('has left nothing that could be found, which proves nothing', async () => {
    const pipeline = mockedPipeline({ outputs: { LedgerExporterKeeps: keepsText('nothing') } });
    const asked = { key: 'a.csv', version: VERSIONS[0]!, versions: VERSIONS };

    expect(await evidenceOf(pipeline, consumerNamed(pipeline, 'ledger-exporter'), asked)).toEqual({
      shows: 'nothing',
      caveat: 'it keeps nothing that could be found',
    });
  });
});

const removed = () => removedVersion(mockedPipeline(), 'a.csv');

describe('a key of which the bucket holds nothing', () => {
  test('was removed at the version that the first live row shows', async () => {
    rowIs({ deleted: true, version_id: 'm1' }, 'uploads');
    rowIs({ version_id: 'v9', etag: 'e9', size: 5, event_time: '2026-11-20T11:00:00Z' }, 'counts');

    expect(await removed()).toEqual({
      versionId: 'v9',
      isLatest: false,
      isDeleteMarker: false,
      size: 5,
      etag: 'e9',
      lastModified: '2026-11-20T11:00:00Z',
      isRemoved: true,
    });
  });

  test('was removed at a version that nobody knows more of, where the row says no more', async () => {
    rowIs({ file_key: 'a.csv' });

    expect(await removed()).toEqual({
      versionId: 'null',
      isLatest: false,
      isDeleteMarker: false,
      lastModified: '1970-01-01T00:00:00.000Z',
      isRemoved: true,
    });
  });

  test('was never there where no row shows it, or only as deleted', async () => {
    expect(await removed()).toBeUndefined();

    rowIs({ deleted: true });
    expect(await removed()).toBeUndefined();
  });
});
