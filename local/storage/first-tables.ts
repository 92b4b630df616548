/**
 * The tables as 0.1 made them: schema version 1. Folders with them exist, so this text never changes; a change of a table
 * is one more step in `store-migrations.ts`.
 *
 * Times are milliseconds since 1970.
 */
export const FIRST_TABLES = `
  CREATE TABLE IF NOT EXISTS clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    offset_ms INTEGER NOT NULL
  ) STRICT;

  -- the event bus
  CREATE TABLE IF NOT EXISTS event_outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    available_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS event_outbox_by_time ON event_outbox (available_at, id);
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

  -- S3. Of a bucket only what outlives a change of the template is kept: the rest comes from the template at each start.
  -- Keys are BLOBs: SQLite then orders them by byte, as S3 does. The versions of a key are ordered by their sequencer.
  -- latest marks the current version or marker of each key. file is the body of an object that came in one request;
  -- a multipart object's files are the parts of its upload, which stay where they are.
  CREATE TABLE IF NOT EXISTS s3_bucket (
    name TEXT PRIMARY KEY,
    versioning TEXT NOT NULL CHECK (versioning IN ('Never', 'Enabled', 'Suspended')),
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS s3_version (
    bucket TEXT NOT NULL,
    key BLOB NOT NULL,
    sequencer TEXT NOT NULL,
    version_id TEXT NOT NULL,
    latest INTEGER NOT NULL,
    marker INTEGER NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified_at INTEGER NOT NULL,
    noncurrent_since INTEGER,
    headers TEXT NOT NULL,
    checksum TEXT,
    file TEXT,
    upload_id TEXT,
    PRIMARY KEY (bucket, key, sequencer)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX IF NOT EXISTS s3_latest ON s3_version (bucket, key) WHERE latest = 1;
  CREATE UNIQUE INDEX IF NOT EXISTS s3_completed_upload ON s3_version (upload_id) WHERE upload_id IS NOT NULL;
  CREATE TABLE IF NOT EXISTS s3_upload (
    bucket TEXT NOT NULL,
    key BLOB NOT NULL,
    upload_id TEXT NOT NULL,
    initiated_at INTEGER NOT NULL,
    headers TEXT NOT NULL,
    checksum_algorithm TEXT,
    checksum_type TEXT,
    PRIMARY KEY (bucket, key, upload_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS s3_part (
    upload_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    checksum TEXT,
    modified_at INTEGER NOT NULL,
    PRIMARY KEY (upload_id, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS s3_sequencer (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    last TEXT NOT NULL
  ) STRICT;

  -- SQS
  CREATE TABLE IF NOT EXISTS sqs_queue (
    name TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL
  ) STRICT;
  -- receipt: of the last receive, and NULL before the first; a message in flight has one, and visible_at in the future
  CREATE TABLE IF NOT EXISTS sqs_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT,
    trace_header TEXT,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    receive_count INTEGER NOT NULL DEFAULT 0,
    first_received_at INTEGER,
    receipt TEXT,
    receiver TEXT,
    dead_letter_source TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS sqs_message_by_visibility ON sqs_message (queue, visible_at, id);
  CREATE INDEX IF NOT EXISTS sqs_message_by_age ON sqs_message (queue, sent_at);
  -- destination_arn: NULL sends each message back to the queue that gave it up
  CREATE TABLE IF NOT EXISTS sqs_move_task (
    handle TEXT PRIMARY KEY,
    source_arn TEXT NOT NULL,
    destination_arn TEXT,
    per_second INTEGER,
    status TEXT NOT NULL,
    moved INTEGER NOT NULL,
    to_move INTEGER NOT NULL,
    failure_reason TEXT,
    started_at INTEGER NOT NULL
  ) STRICT;

  -- Lambda
  CREATE TABLE IF NOT EXISTS lambda_async_invocation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL,
    function_name TEXT NOT NULL,
    payload TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS lambda_attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    function_name TEXT NOT NULL,
    queue_arn TEXT NOT NULL,
    message_id TEXT NOT NULL,
    receive_count INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    error TEXT,
    bucket TEXT,
    object_key TEXT,
    version_id TEXT,
    sequencer TEXT,
    event_name TEXT,
    event_time TEXT,
    replay_name TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS lambda_attempt_by_object ON lambda_attempt (bucket, object_key, id);
`;
