/** For the list of schemas that the store is opened with. */
export const LAMBDA_SCHEMA = `
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
