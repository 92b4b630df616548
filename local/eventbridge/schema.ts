import { OUTBOX_SCHEMA } from './outbox.ts';

/** The bus's tables, for the list that the store is opened with. Times are milliseconds since 1970. */
export const EVENT_BUS_SCHEMA = `
  ${OUTBOX_SCHEMA}
  CREATE TABLE IF NOT EXISTS event_rule (
    name TEXT PRIMARY KEY,
    pattern TEXT NOT NULL,
    state TEXT NOT NULL,
    description TEXT,
    template_state TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS event_target (
    rule_name TEXT NOT NULL REFERENCES event_rule (name) ON DELETE CASCADE,
    id TEXT NOT NULL,
    arn TEXT NOT NULL,
    dead_letter_arn TEXT,
    maximum_retry_attempts INTEGER NOT NULL,
    maximum_event_age_seconds INTEGER NOT NULL,
    PRIMARY KEY (rule_name, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS event_delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    rule_arn TEXT NOT NULL,
    target_arn TEXT NOT NULL,
    dead_letter_arn TEXT,
    maximum_retry_attempts INTEGER NOT NULL,
    maximum_event_age_seconds INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    first_tried_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS event_delivery_by_time ON event_delivery (due_at);
  CREATE TABLE IF NOT EXISTS event_archive (
    name TEXT PRIMARY KEY,
    pattern TEXT,
    description TEXT,
    retention_days INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    from_template INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS archived_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    archive_name TEXT NOT NULL,
    event TEXT NOT NULL,
    event_time INTEGER NOT NULL,
    archived_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS archived_event_by_event_time ON archived_event (archive_name, event_time, id);
  CREATE INDEX IF NOT EXISTS archived_event_by_age ON archived_event (archive_name, archived_at);
  CREATE TABLE IF NOT EXISTS event_replay (
    name TEXT PRIMARY KEY,
    archive_name TEXT NOT NULL,
    description TEXT,
    filter_arns TEXT NOT NULL,
    event_start INTEGER NOT NULL,
    event_end INTEGER NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    last_replayed INTEGER,
    cursor_time INTEGER NOT NULL,
    cursor_id INTEGER NOT NULL
  ) STRICT;
`;
