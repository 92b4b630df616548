import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { normaliseSequencer } from '../../../shared/object-event/sequencer.ts';
import { SAMPLES } from '../../../cli/demo/samples.ts';
import { startCounterWorld, type CounterWorld } from './counter-world.ts';

const ORDERS = Buffer.from('id,note\n1,"two\nlines"\n\n3,x\n');

let world: CounterWorld;
let number = 0;
beforeAll(async () => {
  world = await startCounterWorld();
});
afterAll(() => world?.stop());
afterEach(() => world?.s3.fail(undefined));

interface StoreOptions {
  readonly suffix?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A key of its own, with this object as version `v1`. */
function stored(body: Uint8Array, { suffix = '.csv', headers }: StoreOptions = {}): string {
  const key = `csv/${++number}${suffix}`;
  world.s3.put(key, { body, versionId: 'v1', etag: 'e1', ...(headers && { headers }) });
  return key;
}

/** The row that an upload of these bytes leaves. */
async function rowOf(
  body: Uint8Array,
  options: StoreOptions = {},
): Promise<Record<string, unknown> | undefined> {
  const key = stored(body, options);
  await world.invoke({ key, versionId: 'v1', size: body.length });
  return world.row(key);
}

describe('csv-row-counter', () => {
  test('puts one whole row for an upload', async () => {
    const key = stored(ORDERS);

    const answer = await world.invoke({ key, versionId: 'v1', etag: 'e1', size: ORDERS.length });

    expect(answer).toEqual({ written: 1, superseded: 0, skipped: 0 });
    expect(await world.row(key)).toEqual({
      file_key: key,
      bucket: 'ingest',
      status: 'counted',
      row_count: 4,
      data_row_count: 2,
      header: 'assumed',
      blank_rows: 1,
      empty_rows: 0,
      columns: ['id', 'note'],
      column_count: 2,
      least_fields: 2,
      most_fields: 2,
      ragged_rows: 0,
      longest_row_bytes: 13,
      lines: 5,
      line_ending: 'lf',
      header_sha256: createHash('sha256').update('id,note').digest('hex'),
      delimiter: ',',
      delimiter_source: 'default',
      encoding: 'utf-8',
      content_coding: 'identity',
      warnings: [],
      size_bytes: ORDERS.length,
      bytes_counted: ORDERS.length,
      duration_ms: expect.any(Number),
      processed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      event_name: 'ObjectCreated:Put',
      event_time: '2026-11-20T07:00:00.000Z',
      sequencer: normaliseSequencer('617f08299329d189'),
      version_id: 'v1',
      etag: 'e1',
      request_id: 'N4N7GDK58NMKJ12R',
      revision: 2,
      deleted: false,
    });
  });

  test('reads the version that the event names, though a newer one is there', async () => {
    const key = stored(ORDERS);
    world.s3.put(key, { body: Buffer.from('newer\n'), versionId: 'v2' });

    await world.invoke({ key, versionId: 'v1', size: ORDERS.length });

    expect(await world.row(key)).toMatchObject({ row_count: 4, version_id: 'v1' });
  });

  test('without a version reads by ETag, and says that an overwritten object is gone', async () => {
    const key = stored(ORDERS);

    await world.invoke({ key, etag: 'e1', size: ORDERS.length, sequencer: '01' });
    const before = await world.row(key);
    await world.invoke({ key, etag: 'other', size: ORDERS.length, sequencer: '02' });

    expect(before).toMatchObject({ status: 'counted', row_count: 4 });
    expect(await world.row(key)).toMatchObject({
      status: 'object-gone',
      error: expect.stringContaining('overwritten'),
    });
    expect(await world.row(key)).not.toHaveProperty('row_count');
  });

  test.each([
    [404, 'NoSuchKey', 'object-gone'],
    [404, 'NoSuchVersion', 'object-gone'],
    [405, 'MethodNotAllowed', 'object-gone'],
    [412, 'PreconditionFailed', 'object-gone'],
    [403, 'InvalidObjectState', 'object-archived'],
  ])('records %i %s as %s', async (status, code, expected) => {
    const key = stored(ORDERS);
    world.s3.fail({ status, code });

    await world.invoke({ key, versionId: 'v1', size: 7 });

    const row = await world.row(key);
    expect(row).toMatchObject({ status: expected, error: expect.any(String), size_bytes: 7 });
    expect(row).not.toHaveProperty('row_count');
  });

  test.each([
    [403, 'AccessDenied'],
    [404, 'NoSuchBucket'],
    [500, 'InternalError'],
    [503, 'SlowDown'],
  ])('throws %i %s and records nothing', async (status, code) => {
    const key = stored(ORDERS);
    world.s3.fail({ status, code });

    await expect(world.invoke({ key, versionId: 'v1' })).rejects.toThrow(code);

    expect(await world.row(key)).toBeUndefined();
  });

  test.each(['close', 'reset'] as const)(
    'throws when the body breaks off by %s, and never records a short count',
    async (ending) => {
      for (const body of [ORDERS, gzipSync(ORDERS)]) {
        const key = stored(body, { suffix: body === ORDERS ? '.csv' : '.csv.gz' });
        world.s3.fail({ bodyBytes: 20, ending });

        await expect(world.invoke({ key, versionId: 'v1', size: body.length })).rejects.toThrow(
          /broke off after \d+ of \d+ bytes/,
        );

        expect(await world.row(key)).toBeUndefined();
      }
    },
  );

  test('throws when S3 offers another size than the event says', async () => {
    const key = stored(ORDERS);

    await expect(world.invoke({ key, versionId: 'v1', size: 7 })).rejects.toThrow('where the event says 7');

    expect(await world.row(key)).toBeUndefined();
  });

  test('lets a silent connection go when the time runs out, and throws', async () => {
    const key = stored(ORDERS);
    world.s3.fail({ bodyBytes: 5, ending: 'stall' });

    await expect(world.invoke({ key, versionId: 'v1', size: ORDERS.length }, 400)).rejects.toThrow(
      'the time of the function ran out',
    );

    expect(await world.s3.bodies.at(-1)).toBe('abandoned');
    expect(await world.row(key)).toBeUndefined();
  });

  test('lets the connection go when the first bytes settle it', async () => {
    const body = Buffer.concat([Buffer.from('<!doctype html>\n'), Buffer.alloc(32 * 2 ** 20, 'a,b\n')]);

    const row = await rowOf(body);

    expect(row).toMatchObject({ status: 'not-csv', error: expect.stringContaining('HTML') });
    expect(await world.s3.bodies.at(-1)).toBe('abandoned');
  });

  test('keeps a large count exact', async () => {
    const rows = 3_000_001;

    const row = await rowOf(gzipSync(Buffer.alloc(rows * 2, 'a\n')), { suffix: '.csv.gz' });

    expect(row).toMatchObject({ row_count: rows, bytes_counted: rows * 2 });
  });

  test('says where the quote opened that never closes', async () => {
    const row = await rowOf(Buffer.from('a,b\n1,"2\n3,4\n'));

    expect(row).toMatchObject({
      status: 'malformed-csv',
      error: expect.stringContaining('row 2, line 2, at byte 6'),
      error_row: 2,
      error_line: 2,
      error_byte_offset: 6,
    });
    expect(row).not.toHaveProperty('row_count');
  });

  test('takes the delimiter from the metadata', async () => {
    const semicolons = await rowOf(Buffer.from('a,x;"b\nc"\n'), {
      headers: { 'x-amz-meta-csv-delimiter': ';' },
    });
    const tabs = await rowOf(Buffer.from('a\tb\n'), { headers: { 'x-amz-meta-csv-delimiter': 'tab' } });

    expect(semicolons).toMatchObject({ row_count: 1, delimiter: ';', columns: ['a,x', 'b\nc'] });
    expect(tabs).toMatchObject({ row_count: 1, delimiter: '\t', columns: ['a', 'b'] });
  });

  test('tells the uploader of a delimiter that it does not know', async () => {
    const row = await rowOf(ORDERS, { headers: { 'x-amz-meta-csv-delimiter': 'comma' } });

    expect(row).toMatchObject({ status: 'malformed-csv', error: expect.stringContaining('"comma"') });
  });

  test('records an empty object as counted, with no rows and no columns', async () => {
    const row = await rowOf(Buffer.alloc(0));
    const zipped = await rowOf(Buffer.alloc(0), { suffix: '.csv.gz' });

    expect(row).toMatchObject({ status: 'counted', row_count: 0, blank_rows: 0, size_bytes: 0 });
    expect(row).not.toHaveProperty('columns');
    expect(zipped).toMatchObject({ status: 'counted', row_count: 0 });
  });

  test.each(['.csv', '.CSV', '.Csv', '.csv.gz', '.CSV.GZ'])(
    'counts a key that ends in %s',
    async (suffix) => {
      const row = await rowOf(/gz/i.test(suffix) ? gzipSync(ORDERS) : ORDERS, { suffix });

      expect(row).toMatchObject({ status: 'counted', row_count: 4, bytes_counted: ORDERS.length });
    },
  );

  test('decompresses a .csv that is stored with Content-Encoding gzip', async () => {
    const row = await rowOf(gzipSync(ORDERS), { headers: { 'Content-Encoding': 'gzip' } });

    expect(row).toMatchObject({ status: 'counted', row_count: 4 });
  });

  test('records a gzip whose stored bytes stop short, and counts plain text that is named as one', async () => {
    const short = await rowOf(gzipSync(ORDERS).subarray(0, -9), { suffix: '.csv.gz' });
    const plain = await rowOf(ORDERS, { suffix: '.csv.gz' });

    expect(short).toMatchObject({ status: 'malformed-csv', error: expect.stringContaining('stops short') });
    expect(short).not.toHaveProperty('warnings');
    expect(plain).toMatchObject({ row_count: 4, content_coding: 'identity', warnings: ['coding-mismatch'] });
  });

  test('says where a quote opened in the file that is stored: behind its byte order mark and its sep= line', async () => {
    const text = '\u{feff}sep=;\r\na;b\r\n1;"2\r\n';

    const utf8 = await rowOf(Buffer.from(text));
    const utf16 = await rowOf(Buffer.from(text, 'utf16le'));

    const place = { status: 'malformed-csv', error_row: 2, error_line: 3, delimiter: ';' };
    expect(utf8).toMatchObject({
      ...place,
      error_byte_offset: Buffer.from(text).indexOf('"'),
      encoding: 'utf-8',
    });
    expect(utf16).toMatchObject({ ...place, encoding: 'utf-16le' });
    expect(utf16).not.toHaveProperty('error_byte_offset');
  });

  test('knows no column by name where the metadata says that there is no header', async () => {
    const row = await rowOf(Buffer.from('1,Ada\n2,Bo\n'), { headers: { 'x-amz-meta-csv-header': 'absent' } });

    expect(row).toMatchObject({
      row_count: 2,
      data_row_count: 2,
      header: 'absent',
      column_count: 2,
      warnings: [],
    });
    expect(row).not.toHaveProperty('columns');
    expect(row).not.toHaveProperty('header_sha256');
  });

  test('counts UTF-16 as the same text in UTF-8', async () => {
    const utf8 = await rowOf(Buffer.from('\u{feff}Größe,"a\nb"\n1,2\n'));
    const utf16 = await rowOf(Buffer.from('\u{feff}Größe,"a\nb"\n1,2\n', 'utf16le'));

    const same = { row_count: 2, columns: ['Größe', 'a\nb'], header_sha256: utf8?.['header_sha256'] };
    expect([utf8, utf16]).toMatchObject([
      { ...same, encoding: 'utf-8' },
      { ...same, encoding: 'utf-16le' },
    ]);
  });

  test('tells what is odd about a CSV that it counts', async () => {
    const row = await rowOf(Buffer.from('1,1,\n2,"x"y\r\n,,\nTRL,\xff\n', 'latin1'));

    expect(row?.['warnings']).toEqual([
      'duplicate-columns',
      'empty-column-name',
      'empty-rows',
      'invalid-utf-8',
      'mixed-line-endings',
      'no-header-assumed',
      'ragged-rows',
      'text-after-quote',
      'trailer-suspected',
    ]);
    expect(row).toMatchObject({ row_count: 4, data_row_count: 3, encoding: 'windows-1252', ragged_rows: 2 });
  });

  test('skips what is no CSV, and a permanent delete of one version, without reading', async () => {
    const reads = world.s3.reads.length;

    const answers = [
      await world.invoke({ key: 'csv/notes.txt' }),
      await world.invoke({ key: 'csv/report.csv.bak' }),
      await world.invoke({ key: 'csv/folder.csv/' }),
      await world.invoke({ key: 'csv/' }),
      await world.invoke({ key: 'csv/gone.csv', deletionType: 'Permanently Deleted', versionId: 'v1' }),
    ];

    expect(answers).toEqual(Array.from({ length: 5 }, () => ({ written: 0, superseded: 0, skipped: 1 })));
    expect(world.s3.reads).toHaveLength(reads);
    expect(await world.row('csv/gone.csv')).toBeUndefined();
  });
});

const SAMPLES_READ = SAMPLES.flatMap(({ count: expected, ...sample }) =>
  typeof expected === 'string' ? [] : [{ ...sample, expected }],
);

describe('csv-row-counter, given the demo', () => {
  test.each(SAMPLES_READ)('records what is promised of $key: $shows', async (sample) => {
    const { key, expected } = sample;
    const versionId = `of ${sample.shows}`;
    const body = await sample.content();
    const metadata = Object.entries(sample.metadata ?? {}).map(([name, value]) => [
      `x-amz-meta-${name}`,
      value,
    ]);
    world.s3.put(key, { body, versionId, headers: Object.fromEntries(metadata) });

    const sequencer = (++number).toString(16);
    await world.invoke({ key, versionId, size: body.length, sequencer });

    const row = await world.row(key);
    expect(world.s3.reads.at(-1)).toBe(key);
    expect({
      status: row?.['status'],
      rowCount: row?.['row_count'],
      dataRowCount: row?.['data_row_count'],
      blankRows: row?.['blank_rows'],
      columnCount: row?.['column_count'],
      errorRow: row?.['error_row'],
      errorByteOffset: row?.['error_byte_offset'],
    }).toEqual({
      rowCount: undefined,
      dataRowCount: undefined,
      blankRows: undefined,
      columnCount: undefined,
      errorRow: undefined,
      errorByteOffset: undefined,
      ...expected,
    });
  });
});

describe('csv-row-counter, told again', () => {
  test('changes nothing and reads nothing', async () => {
    const key = stored(ORDERS);
    const facts = { key, versionId: 'v1', size: ORDERS.length };
    await world.invoke(facts);
    const [row, reads] = [await world.row(key), world.s3.reads.length];

    const answers = [
      await world.invoke(facts),
      await world.invoke({ ...facts, replayName: 'all' }),
      await world.invoke({ ...facts, sequencer: '01' }),
    ];

    expect(answers).toEqual(Array.from({ length: 3 }, () => ({ written: 0, superseded: 1, skipped: 0 })));
    expect(await world.row(key)).toEqual(row);
    expect(world.s3.reads).toHaveLength(reads);
  });

  test('counts again what an older revision has counted', async () => {
    const key = stored(ORDERS);
    const facts = { key, versionId: 'v1', size: ORDERS.length };
    await world.invoke(facts);
    await world.putRow({ ...(await world.row(key)), revision: 0, row_count: 99 });

    const answer = await world.invoke(facts);

    expect(answer).toMatchObject({ written: 1 });
    expect(await world.row(key)).toMatchObject({ revision: 2, row_count: 4 });
  });

  test('leaves a tombstone for a delete, without a count and with its expiry', async () => {
    const key = stored(ORDERS);
    await world.invoke({ key, versionId: 'v1', size: ORDERS.length, sequencer: '01' });
    const reads = world.s3.reads.length;

    await world.invoke({ key, deletionType: 'Delete Marker Created', versionId: 'm1', sequencer: '02' });

    const row = await world.row(key);
    expect(row).toMatchObject({
      deleted: true,
      version_id: 'm1',
      expires_at: Date.parse('2026-11-20T07:00:00Z') / 1000 + 63 * 86_400,
    });
    expect(row).not.toHaveProperty('row_count');
    expect(row).not.toHaveProperty('status');
    expect(world.s3.reads).toHaveLength(reads);
  });

  test('does not wake a deleted object for a create that comes late', async () => {
    const key = stored(ORDERS);
    await world.invoke({ key, deletionType: 'Delete Marker Created', versionId: 'm1', sequencer: '02' });

    const answer = await world.invoke({ key, versionId: 'v1', size: ORDERS.length, sequencer: '01' });

    expect(answer).toMatchObject({ superseded: 1 });
    expect(await world.row(key)).toMatchObject({ deleted: true });
  });

  test('clears the tombstone when the key is created again', async () => {
    const key = stored(ORDERS);
    await world.invoke({ key, deletionType: 'Delete Marker Created', versionId: 'm1', sequencer: '02' });

    await world.invoke({ key, versionId: 'v1', size: ORDERS.length, sequencer: '03' });

    const row = await world.row(key);
    expect(row).toMatchObject({ deleted: false, row_count: 4 });
    expect(row).not.toHaveProperty('expires_at');
  });
});
