import type { DatabaseSync } from 'node:sqlite';
import { FIRST_TABLES } from './first-tables.ts';

/**
 * The steps from an empty file to today's tables; the place in the list is the version that the step leads to. A data
 * folder knows its version, and takes the steps that it lacks. Change a table by one more step at the end, never by an
 * edit of one that was released: folders have taken it already.
 */
const STEPS: readonly string[] = [
  FIRST_TABLES,
  `CREATE TABLE tally (
     name TEXT PRIMARY KEY,
     count INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,
];

/** The version of the tables that this program reads and writes. */
export const SCHEMA_VERSION = STEPS.length;

/** 0 for an empty file, 1 for a data folder of Sluice 0.1. */
export function schemaVersion(db: DatabaseSync): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

/** Takes the tables of an older version, or none, to today's: all the steps that are missing, or none. */
export function migrate(db: DatabaseSync): void {
  const missing = STEPS.slice(schemaVersion(db));
  if (missing.length === 0) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const step of missing) db.exec(step);
    db.exec(`PRAGMA user_version=${SCHEMA_VERSION}; COMMIT`);
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
