import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerObjects } from '../../../functions/ledger-exporter/ledger.ts';
import { identity } from '../../../shared/object-event/event-identity.ts';
import busEvents from '../../fixtures/s3-events/bus-events.json' with { type: 'json' };
import { backfill, busEvent, eventOf, notification } from '../../support/object-events.ts';

const DOCUMENT = readFileSync(resolve(import.meta.dirname, '../../../docs/ledger.md'), 'utf8');

/** A query as it stands in docs/ledger.md. */
function documented(name: string): string {
  const query = new RegExp(`^\`\`\`sql ${name}\n(.*?)^\`\`\`$`, 'ms').exec(DOCUMENT)?.[1];
  if (query === undefined) {
    throw new Error(`docs/ledger.md has no query named ${name}`);
  }
  return query;
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-ledger-'));

/** Writes the batch as the exporter would. */
function exportBatch(...bodies: unknown[]): void {
  for (const { key, body } of ledgerObjects(bodies.map(eventOf))) {
    const file = join(folder, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, body);
  }
}

const key = `csv/a b+%2F 'é' "quoted"\n__proto__.csv`;
const live = [
  busEvent({ key, sequencer: '10', versionId: 'v1', size: 5, etag: 'one' }),
  busEvent({ key, sequencer: '0011', versionId: 'v2', size: 7, etag: 'two', time: '2026-11-20T08:10:00Z' }),
  busEvent({
    key,
    sequencer: '12',
    versionId: 'v1',
    deletionType: 'Permanently Deleted',
    time: '2026-11-20T08:20:00Z',
  }),
  busEvent({ key: 'gone', sequencer: '10', versionId: 'v1' }),
  busEvent({ key: 'gone', sequencer: '11', versionId: 'm', deletionType: 'Delete Marker Created' }),
  busEvent({ key: 'unversioned', sequencer: '10' }),
  busEvent({ key: 'unversioned', sequencer: '11', deletionType: 'Permanently Deleted' }),
];

let connection: DuckDBConnection;

const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> =>
  (await connection.runAndReadAll(sql)).getRowObjectsJson();

beforeAll(async () => {
  exportBatch(...live.slice(0, 3));
  exportBatch(...live.slice(2), notification({ key: 'gone', sequencer: '10', versionId: 'v1' }));
  exportBatch(...live.map((body) => ({ ...body, 'replay-name': 'everything' })));
  exportBatch(
    ...busEvents.map(({ event }) => event),
    backfill({ key: 'found', expected: { sequencer: null } }),
  );
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(documented('duckdb view').replace('s3://OUTPUT_BUCKET', folder));
});

afterAll(() => {
  connection?.closeSync();
  rmSync(folder, { recursive: true });
});

describe('the documented queries', () => {
  test('read every event once, though lines are repeated and replayed', async () => {
    const rows = await rowsOf('SELECT identity, replay_name FROM ledger');

    const all = [
      ...live,
      ...busEvents.map(({ event }) => event),
      backfill({ key: 'found', expected: { sequencer: null } }),
    ];
    expect(rows.map((row) => String(row['identity'])).toSorted()).toEqual(
      all.map((body) => identity(eventOf(body))).toSorted(),
    );
    expect(rows.filter((row) => row['replay_name'] !== null)).toEqual([]);
  });

  test('know every column that a line may have', async () => {
    const columns = (await rowsOf('DESCRIBE ledger')).map((row) => String(row['column_name']));
    const samples = [
      ...busEvents.map(({ event }) => event),
      busEvent({ replayName: 'again' }),
      notification(),
      backfill({ observedAt: '2026-11-20T08:00:00Z', expected: { sequencer: null } }),
    ];
    const written = ledgerObjects(samples.map(eventOf)).flatMap(({ body }) =>
      body
        .trimEnd()
        .split('\n')
        .flatMap((line) => Object.keys(JSON.parse(line) as object)),
    );
    const athena = documented('athena');

    expect(columns).toEqual(expect.arrayContaining([...new Set(written)]));
    for (const column of written) {
      expect(athena).toMatch(new RegExp(`\\b${column} (string|bigint|boolean)`));
    }
  });

  test('tell the current state of each object, as the metadata table does', async () => {
    const rows = await rowsOf(documented('duckdb state'));

    expect(rows.filter((row) => row['bucket'] === 'ingest')).toEqual([
      expect.objectContaining({ object_key: key, version_id: 'v2', size: '7', etag: 'two', deleted: false }),
      expect.objectContaining({ object_key: 'gone', version_id: 'm', deleted: true }),
      expect.objectContaining({ object_key: 'unversioned', version_id: null, deleted: true }),
    ]);
  });

  test('count what came in by hour of event time', async () => {
    const rows = await rowsOf(documented('duckdb traffic'));

    expect(rows.filter((row) => row['dt'] === '2026-11-20')).toEqual([
      { dt: '2026-11-20', hour: '06', events: '1', created: '1', bytes: '3' },
      { dt: '2026-11-20', hour: '07', events: '5', created: '3', bytes: '11' },
      { dt: '2026-11-20', hour: '08', events: '2', created: '1', bytes: '7' },
    ]);
  });
});
