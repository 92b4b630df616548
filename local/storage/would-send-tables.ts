/**
 * What rules and functions sent to something that does not run here. `end_byte` is the length of all events up to this one,
 * so that what is beyond the bound is found without adding up. An execution's name is unique in its state machine.
 */
export const WOULD_SEND = `
  CREATE TABLE would_send (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sent_at INTEGER NOT NULL,
    sent_running INTEGER NOT NULL,
    sender TEXT NOT NULL,
    target_arn TEXT NOT NULL,
    event TEXT NOT NULL,
    bucket TEXT,
    object_key TEXT,
    execution_name TEXT,
    end_byte INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX would_send_by_age ON would_send (sent_running);
  CREATE INDEX would_send_by_size ON would_send (end_byte);
  CREATE INDEX would_send_by_object ON would_send (bucket, object_key, id);
  CREATE INDEX would_send_by_key ON would_send (object_key, id);
  CREATE INDEX would_send_by_target ON would_send (target_arn);
  CREATE UNIQUE INDEX would_send_execution ON would_send (target_arn, execution_name)
    WHERE execution_name IS NOT NULL;

  -- the role that the bus takes on for a target; NULL for a target that lets the bus in by its own policy
  ALTER TABLE event_target ADD COLUMN role_arn TEXT;
`;
