import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlaceInLedger, newestInLedger } from '../../../cli/objects/newest-in-ledger.ts';
import type { LedgerLine } from '../../../cli/pipeline/ledger-line.ts';
import type { NewestObject } from '../../../shared/control-objects.ts';

const inOrder = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();

const SEED = 20261120;
const BASE = Date.parse('2026-11-20T11:00:00.000Z');
const at = (second: number) => new Date(BASE + second * 1_000).toISOString();

let lines = 0;
const line = (key: string, second: number, fields: object): LedgerLine => ({
  key,
  time: at(second),
  identity: String(lines++),
  object: 'ledger/one.ndjson',
  fields: { bucket: 'ingest', ...fields },
});
const created = (key: string, second: number, fields: object = {}) =>
  line(key, second, {
    detail_type: 'Object Created',
    version_id: `v${lines}`,
    size: 3,
    etag: 'e',
    ...fields,
  });
const deleted = (key: string, second: number, type: string, fields: object = {}) =>
  line(key, second, {
    detail_type: 'Object Deleted',
    deletion_type: type,
    version_id: `v${lines}`,
    ...fields,
  });
const marker = (key: string, second: number, fields: object = {}) =>
  deleted(key, second, 'Delete Marker Created', fields);

async function* given(some: readonly LedgerLine[]) {
  yield* some;
}

const newest = async (
  some: readonly LedgerLine[],
  { prefix = '', after }: { prefix?: string; after?: string } = {},
) => await Array.fromAsync(newestInLedger(given(some), { bucket: 'ingest', prefix, after }));
const told = (objects: readonly NewestObject[]) =>
  objects.map(({ key, isDeleted }) => (isDeleted ? `-${key}` : key));

describe('what keys hold by the ledger', () => {
  test('is told once a key, its newest change, and a marker as a deletion', async () => {
    const objects = await newest([
      marker('csv/a', 9),
      created('csv/b', 8, { version_id: 'v-b', size: 7, etag: 'abc' }),
      created('csv/a', 7),
      created('csv/b', 6),
    ]);

    expect(objects).toEqual([
      {
        key: 'csv/a',
        versionId: expect.any(String) as string,
        isDeleted: true,
        lastModified: at(9),
        place: `${at(9)} csv/a`,
      },
      {
        key: 'csv/b',
        versionId: 'v-b',
        isDeleted: false,
        size: 7,
        etag: 'abc',
        lastModified: at(8),
        place: `${at(8)} csv/b`,
      },
    ]);
  });

  test('goes by the sequencer within a second', async () => {
    const found = await newest([
      created('a', 1, { sequencer: '01', version_id: 'first' }),
      created('a', 1, { sequencer: '03', version_id: 'last' }),
      marker('a', 1, { sequencer: '02' }),
    ]);

    expect(found).toMatchObject([{ key: 'a', versionId: 'last', isDeleted: false }]);
  });

  test('is not what a permanent delete of some version says, but what it took away is gone', async () => {
    const old = deleted('a', 9, 'Permanently Deleted', { version_id: 'older' });
    const undone = deleted('b', 8, 'Permanently Deleted', { version_id: 'marker' });
    const found = await newest([
      old,
      undone,
      created('a', 7, { version_id: 'current' }),
      marker('b', 6, { version_id: 'marker' }),
      created('a', 5, { version_id: 'older' }),
      created('b', 4, { version_id: 'covered' }),
    ]);

    expect(found).toMatchObject([
      { key: 'a', versionId: 'current', lastModified: at(7) },
      { key: 'b', versionId: 'covered', lastModified: at(4), isDeleted: false },
    ]);
    expect(told(await newest([old]))).toEqual([]);
  });

  test('is nothing that tags, a repair’s deletion, another bucket or another prefix say', async () => {
    const found = await newest(
      [
        line('csv/a', 9, { detail_type: 'Object Tags Added' }),
        line('csv/b', 8, { detail_type: 'Object Deleted', origin: 'backfill' }),
        created('csv/c', 7, { bucket: 'other' }),
        created('csv/d', 6, { origin: 'backfill' }),
        created('photos/e', 5),
      ],
      { prefix: 'csv/' },
    );

    expect(told(found)).toEqual(['csv/d']);
  });

  test('is what a versioned bucket holds, a page after another, whatever was put, deleted and removed', async () => {
    const change = fc.record({
      key: fc.constantFrom('a', 'b b', 'csv/\n', 'csv/é'),
      kind: fc.constantFrom('put', 'put', 'marker', 'remove'),
      which: fc.nat(9),
      pause: fc.constantFrom(0, 0, 1),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        async (changes, size) => {
          const bucket = new Map<string, { id: string; isDeleted: boolean; lastModified: string }[]>();
          const written: LedgerLine[] = [];
          let second = 0;
          for (const [index, { key, kind, which, pause }] of changes.entries()) {
            second += pause;
            const held = bucket.get(key) ?? [];
            bucket.set(key, held);
            const sequencer = String(index).padStart(4, '0');
            if (kind === 'remove') {
              const [gone] = held.length === 0 ? [] : held.splice(which % held.length, 1);
              if (gone === undefined) continue;
              written.unshift(
                deleted(key, second, 'Permanently Deleted', { version_id: gone.id, sequencer }),
              );
            } else {
              const id = `id-${index}`;
              held.push({ id, isDeleted: kind === 'marker', lastModified: at(second) });
              written.unshift(
                (kind === 'put' ? created : marker)(key, second, { version_id: id, sequencer }),
              );
            }
          }
          // lines of one second come in any order
          const lastFirst = written.toSorted(
            (left, right) =>
              (left.time < right.time ? 1 : left.time > right.time ? -1 : 0) ||
              (left.key < right.key ? 1 : -1),
          );

          const whole = await newest(lastFirst);
          const paged: NewestObject[] = [];
          for (let after: string | undefined; ; after = paged.at(-1)?.place) {
            const page = (await newest(lastFirst, after === undefined ? {} : { after })).slice(0, size);
            paged.push(...page);
            if (page.length < size) break;
          }

          const current = [...bucket].flatMap(([key, held]) => {
            const now = held.at(-1);
            return now === undefined ? [] : [[key, now.id, now.isDeleted, now.lastModified]];
          });
          const found = whole.map(({ key, versionId, isDeleted, lastModified }) => [
            key,
            versionId,
            isDeleted,
            lastModified,
          ]);
          expect(inOrder(found)).toEqual(inOrder(current));
          const times = whole.map(({ lastModified }) => lastModified);
          expect(times).toEqual(times.toSorted().toReversed());
          expect(paged).toEqual(whole);
          expect(whole.every(({ place }) => isPlaceInLedger(place))).toBe(true);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });
});
