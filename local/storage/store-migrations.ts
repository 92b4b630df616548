import type { DatabaseSync } from 'node:sqlite';
import { FIRST_TABLES } from './first-tables.ts';
import { MEASURES } from './measure-tables.ts';
import { RUNNING_TIME } from './running-time-tables.ts';
import { WOULD_SEND } from './would-send-tables.ts';

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
  `CREATE TABLE lambda_mapping (
     function_name TEXT NOT NULL,
     queue_arn TEXT NOT NULL,
     uuid TEXT NOT NULL UNIQUE,
     enabled INTEGER NOT NULL,
     template_enabled INTEGER NOT NULL,
     modified_at INTEGER NOT NULL,
     PRIMARY KEY (function_name, queue_arn)
   ) STRICT, WITHOUT ROWID;
   -- which messages of a queue failed before, and how the last one of a function did
   CREATE INDEX lambda_attempt_failed_message ON lambda_attempt (message_id) WHERE outcome <> 'succeeded';
   CREATE INDEX lambda_attempt_failed ON lambda_attempt (function_name, id) WHERE outcome <> 'succeeded';
   -- whether a bucket sends its events to EventBridge, where a client has said otherwise than the template
   CREATE TABLE s3_bucket_notification (
     bucket TEXT PRIMARY KEY,
     event_bridge INTEGER NOT NULL,
     template_event_bridge INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  RUNNING_TIME,
  'ALTER TABLE event_target ADD COLUMN has_retry_policy INTEGER NOT NULL DEFAULT 1',
  'ALTER TABLE sqs_message ADD COLUMN message_group_id TEXT',
  // an object's tags as JSON, `[{"key":"colour","value":"blue"}]`; NULL for none
  `ALTER TABLE s3_version ADD COLUMN tags TEXT;
   ALTER TABLE s3_upload ADD COLUMN tags TEXT;`,
  // bodies that have lost their last owner, until they are off the disk
  `CREATE TABLE s3_removed_body (
     file TEXT PRIMARY KEY
   ) STRICT, WITHOUT ROWID;`,
  WOULD_SEND,
  // what a bucket sends its events to itself, as JSON: as it is, and as the template says
  `ALTER TABLE s3_bucket_notification ADD COLUMN destinations TEXT NOT NULL DEFAULT '[]';
   ALTER TABLE s3_bucket_notification ADD COLUMN template_destinations TEXT NOT NULL DEFAULT '[]';`,
  // what is counted of archived events stands in one index, so that counting reads no event
  `ALTER TABLE archived_event ADD COLUMN detail_type TEXT NOT NULL DEFAULT '';
   ALTER TABLE archived_event ADD COLUMN size_bytes INTEGER NOT NULL DEFAULT 0;
   UPDATE archived_event SET
     detail_type = CASE WHEN json_valid(event) THEN coalesce(event ->> '$."detail-type"', '') ELSE '' END,
     size_bytes = octet_length(event);
   DROP INDEX archived_event_by_event_time;
   CREATE INDEX archived_event_by_event_time ON archived_event (archive_name, event_time, id, detail_type, size_bytes);`,
  MEASURES,
  // what keys hold now in the order of the changes, their sequencers
  'CREATE INDEX s3_newest ON s3_version (bucket, sequencer) WHERE latest = 1',
  // when a tried message came into its queue; NULL where an earlier version has tried it
  `ALTER TABLE lambda_attempt ADD COLUMN sent_at INTEGER;
   -- which archived events are about an object
   ALTER TABLE archived_event ADD COLUMN object_key TEXT;
   UPDATE archived_event SET
     object_key = CASE WHEN json_valid(event) THEN CAST(event ->> '$.detail.object.key' AS TEXT) END;
   CREATE INDEX archived_event_by_object ON archived_event (archive_name, object_key, event_time, id);`,
  // what keeps a version from being deleted, as JSON (s3/object-lock.ts), NULL for nothing; and whether a bucket can lock any
  `ALTER TABLE s3_version ADD COLUMN lock TEXT;
   ALTER TABLE s3_upload ADD COLUMN lock TEXT;
   ALTER TABLE s3_bucket ADD COLUMN object_lock INTEGER NOT NULL DEFAULT 0;`,
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
    // on a full disk SQLite has rolled back by itself
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
