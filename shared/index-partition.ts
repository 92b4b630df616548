import { createHash } from 'node:crypto';

/** Partitions of an index for each status: one alone would take no more than 1,000 writes a second. */
const PARTITIONS = 256;

/**
 * The partition of a row in an index by status, as the value of the attribute that the index is made of.
 *
 *     indexPartition('malformed-csv', 'csv/orders.csv')   'malformed-csv#38'
 *
 * @param key the object's
 */
export function indexPartition(status: string, key: string): string {
  // two hexadecimal digits: as many values as there are partitions
  return `${status}#${createHash('sha256').update(key).digest('hex').slice(0, 2)}`;
}

/** Every partition that a row of this status can be in. */
export const indexPartitions = (status: string): readonly string[] =>
  Array.from({ length: PARTITIONS }, (_, index) => `${status}#${index.toString(16).padStart(2, '0')}`);
