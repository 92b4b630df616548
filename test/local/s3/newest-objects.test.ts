import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewestObject } from '../../../shared/control-objects.ts';
import { newestObjects } from '../../../local/s3/newest-objects.ts';
import { VersionRows, type ObjectVersion } from '../../../local/s3/version-rows.ts';
import { Store } from '../../../local/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const bucket = 'ingest';
let folder: string;
let store: Store;
let rows: VersionRows;
let changes = 0;

beforeAll(() => {
  folder = temporaryFolder('newest');
  store = new Store(folder);
  // what is tested is the order, not the disk
  store.db.exec('PRAGMA synchronous=OFF');
  rows = new VersionRows(store);
});
afterAll(() => {
  store?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  store.db.exec('DELETE FROM s3_version');
});

/** Puts an object, or a delete marker, as the newest version of its key. */
function put(key: string, { marker = false, inBucket = bucket } = {}): ObjectVersion {
  changes++;
  const version = {
    bucket: inBucket,
    key,
    sequencer: changes.toString(16).padStart(16, '0'),
    versionId: `v${changes}`,
    marker,
    sizeBytes: changes,
    etag: marker ? '' : `etag-${changes}`,
    modifiedAtMs: Date.parse('2026-11-20T12:00:00.000Z') + changes * 1_000,
    headers: {},
    lock: undefined,
    checksum: undefined,
    tags: [],
    file: undefined,
    uploadId: undefined,
  };
  rows.insert(version, changes);
  return { ...version, latest: true, noncurrentSinceMs: undefined };
}

interface Asked {
  readonly prefix?: string;
  readonly limit?: number;
  readonly lookedThrough?: number;
  /** Called between two pages. */
  readonly meanwhile?: () => void;
}

/** All pages one behind the other. */
function all({ prefix = '', limit = 2, lookedThrough, meanwhile }: Asked = {}): readonly NewestObject[] {
  const found: NewestObject[] = [];
  let after: string | undefined;
  do {
    const page = newestObjects(store, { bucket, prefix, after, limit }, lookedThrough);
    found.push(...page.objects);
    after = page.next;
    meanwhile?.();
  } while (after !== undefined);
  return found;
}

const key = fc.constantFrom('a', 'csv/a', 'csv/b', 'csv/z\u{1F600}', 'csv/z\uff5e', 'd/1', 'd/2', 'd/3');
const change = fc.oneof(
  fc.record({ type: fc.constantFrom('put' as const, 'delete' as const), key }),
  fc.record({ type: fc.constant('remove' as const), key, nth: fc.nat(3) }),
);

describe('the newest objects', () => {
  test('are what each key holds, what changed last first, with size and ETag of what is no delete marker', () => {
    put('csv/a.csv');
    put('photos/b.jpg');
    put('csv/a.csv', { marker: true });
    put('elsewhere', { inBucket: 'output' });

    expect(newestObjects(store, { bucket, prefix: '', limit: 10 })).toEqual({
      objects: [
        {
          key: 'csv/a.csv',
          versionId: `v${changes - 1}`,
          isDeleted: true,
          lastModified: new Date(
            Date.parse('2026-11-20T12:00:00.000Z') + (changes - 1) * 1_000,
          ).toISOString(),
          place: (changes - 1).toString(16).padStart(16, '0'),
        },
        {
          key: 'photos/b.jpg',
          versionId: `v${changes - 2}`,
          isDeleted: false,
          size: changes - 2,
          etag: `etag-${changes - 2}`,
          lastModified: new Date(
            Date.parse('2026-11-20T12:00:00.000Z') + (changes - 2) * 1_000,
          ).toISOString(),
          place: (changes - 2).toString(16).padStart(16, '0'),
        },
      ],
    });
  });

  test('are the current versions in the order of their sequencers, whatever happened, in pages of any size', () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 30 }),
        fc.constantFrom('', 'c', 'csv/', 'd/', 'csv/z', 'no'),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 6 }),
        (changed, prefix, limit, lookedThrough) => {
          store.db.exec('DELETE FROM s3_version');
          const model = new Map<string, ObjectVersion[]>();
          for (const one of changed) {
            const versions = model.get(one.key) ?? [];
            if (one.type === 'remove') {
              const [version] = versions.splice(one.nth, 1);
              if (version === undefined) continue;
              rows.remove({ ...version, latest: one.nth >= versions.length });
            } else {
              versions.push(put(one.key, { marker: one.type === 'delete' }));
              model.set(one.key, versions);
            }
          }

          const found = all({ prefix, limit, lookedThrough });

          const expected = [...model.values()]
            .flatMap((versions) => versions.at(-1) ?? [])
            .filter((version) => version.key.startsWith(prefix))
            .toSorted((left, right) => (left.sequencer < right.sequencer ? 1 : -1));
          expect(found.map(({ place }) => place)).toEqual(expected.map(({ sequencer }) => sequencer));
          expect(found.map((object) => object.isDeleted)).toEqual(expected.map(({ marker }) => marker));
        },
      ),
    );
  });

  test('stay on their pages while others come: each that has not changed is seen once', () => {
    const before = Array.from({ length: 20 }, (_, index) => put(`old-${index}`).key);
    let more = 0;

    const found = all({ limit: 3, meanwhile: () => void put(more++ % 2 === 0 ? `new-${more}` : 'old-0') });

    const seen = found.map((object) => object.key);
    expect(seen).toEqual([...new Set(seen)]);
    // the oldest was put again behind the reader's back, and is on the first page now
    expect(seen).toEqual(before.slice(1).toReversed());
  });

  test('of 100,000 keys come in milliseconds, of any prefix', () => {
    // in an order that is not the keys'
    store.db.exec(`
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)
      INSERT INTO s3_version (bucket, key, sequencer, version_id, latest, marker, size, etag, modified_at, headers)
      SELECT '${bucket}', CAST(format('many/%d.csv', n * 7919 % 100000) AS BLOB), format('%016x', n), 'v' || n, 1, 0, n, 'e', n, '{}'
      FROM numbers`);
    const spent = (search: Asked) => {
      const times = Array.from({ length: 5 }, () => {
        const begun = performance.now();
        newestObjects(store, { bucket, prefix: '', limit: 200, ...search });
        return performance.now() - begun;
      });
      return Math.min(...times);
    };

    const [first, none] = [spent({}), spent({ prefix: 'nothing/' })];

    // seen: 0.6 ms and 12 ms on a busy machine; a scan of the table takes over 500
    expect(first).toBeLessThan(20);
    expect(none).toBeLessThan(200);
  });
});

test('a cursor that is none is refused', () => {
  expect(() => newestObjects(store, { bucket, prefix: '', after: 'KEY', limit: 1 })).toThrow(
    'after "KEY" is no place among objects',
  );
});
