/**
 * For the list of schemas that the store is opened with.
 *
 * Of a bucket only what outlives a change of the template is kept: the rest comes from the template at each start.
 * Keys are BLOBs: SQLite then orders them by byte, as S3 does. The versions of a key are ordered by their sequencer.
 * `latest` marks the current version or marker of each key. `file` is the body of an object that came in one request;
 * a multipart object's files are the parts of its upload, which stay where they are.
 */
export const S3_SCHEMA = `
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
`;
