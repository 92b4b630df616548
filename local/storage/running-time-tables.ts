/**
 * Ages in running time: what removes something compares these columns with `runningMs()` of the clock. A 0.1 folder has no
 * beat; its last one is the newest time that it wrote down, so that the days since then do not count. What is in it
 * keeps its age up to then.
 *
 * A receive counts when a function gets the message: `receiver` is `event-source-mapping` while it is only gathered, and
 * `function` from then until the invocation has ended. 0.1 counted at the gathering, and could not tell.
 */
export const RUNNING_TIME = `
  ALTER TABLE clock ADD COLUMN running_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE clock ADD COLUMN beat_at INTEGER;
  INSERT INTO clock (id, offset_ms) SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM clock);
  UPDATE clock SET beat_at = (
    SELECT max(at) FROM (
      SELECT max(sent_at) AS at FROM sqs_message
      UNION ALL SELECT max(modified_at) FROM sqs_queue
      UNION ALL SELECT max(modified_at) FROM s3_version
      UNION ALL SELECT max(initiated_at) FROM s3_upload
      UNION ALL SELECT max(modified_at) FROM s3_part
      UNION ALL SELECT max(archived_at) FROM archived_event
      UNION ALL SELECT max(ended_at) FROM event_replay
      UNION ALL SELECT max(first_tried_at) FROM event_delivery
      UNION ALL SELECT max(accepted_at) FROM lambda_async_invocation
      UNION ALL SELECT max(started_at) FROM lambda_attempt
    )
  );
  UPDATE clock SET running_ms = coalesce(beat_at, 0);

  -- when the runtime was off or asleep for some time: until when, and how long
  CREATE TABLE clock_pause (
    ended_at INTEGER NOT NULL,
    ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX clock_pause_by_time ON clock_pause (ended_at, ms);

  ALTER TABLE sqs_message ADD COLUMN sent_running INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sqs_message ADD COLUMN given_back INTEGER NOT NULL DEFAULT 0;
  UPDATE sqs_message SET sent_running = sent_at,
    receive_count = CASE WHEN receiver IS NULL THEN receive_count ELSE max(0, receive_count - 1) END;
  DROP INDEX sqs_message_by_age;
  CREATE INDEX sqs_message_by_age ON sqs_message (queue, sent_running);

  ALTER TABLE archived_event ADD COLUMN archived_running INTEGER NOT NULL DEFAULT 0;
  UPDATE archived_event SET archived_running = archived_at;
  DROP INDEX archived_event_by_age;
  CREATE INDEX archived_event_by_age ON archived_event (archive_name, archived_running);

  ALTER TABLE event_delivery ADD COLUMN first_tried_running INTEGER NOT NULL DEFAULT 0;
  UPDATE event_delivery SET first_tried_running = first_tried_at;

  ALTER TABLE event_replay ADD COLUMN ended_running INTEGER;
  UPDATE event_replay SET ended_running = ended_at;

  ALTER TABLE lambda_async_invocation ADD COLUMN accepted_running INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE lambda_async_invocation ADD COLUMN under_way INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE lambda_async_invocation ADD COLUMN given_back INTEGER NOT NULL DEFAULT 0;
  UPDATE lambda_async_invocation SET accepted_running = accepted_at;

  ALTER TABLE s3_version ADD COLUMN modified_running INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE s3_version ADD COLUMN noncurrent_running INTEGER;
  UPDATE s3_version SET modified_running = modified_at, noncurrent_running = noncurrent_since;
  ALTER TABLE s3_upload ADD COLUMN initiated_running INTEGER NOT NULL DEFAULT 0;
  UPDATE s3_upload SET initiated_running = initiated_at;

  -- how far ahead a time to live was seen to lie: how long ago the item that has it may have been written
  CREATE TABLE expiring_table (
    name TEXT PRIMARY KEY,
    longest_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
