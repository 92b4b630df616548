import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexPartition, indexPartitions } from '../../shared/index-partition.ts';

describe('the partition of a row in an index', () => {
  test('is its status and the first byte of the SHA-256 of its object’s key, of UTF-8', () => {
    expect(indexPartition('malformed-csv', 'csv/orders.csv')).toBe('malformed-csv#38');
    expect(indexPartition('not-csv', 'csv/é😀.csv')).toBe('not-csv#d1');
  });

  test('is one of those that are looked into, whatever the key', () => {
    const all = new Set(indexPartitions('not-csv'));
    expect(all.size).toBe(256);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (key) => all.has(indexPartition('not-csv', key))));
  });
});
