/**
 * What the runtime has measured. `measure_total` holds what is counted for the life of the data folder; `measure_period` a
 * record for each period of so many seconds (see local/measures/period-record.ts), finer ones for a while, then merged into
 * coarser ones. `measured_running` is when, in running time, the newest of it was measured.
 */
export const MEASURES = `
  CREATE TABLE measure_total (
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (subject, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE measure_period (
    seconds INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    measured_running INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (seconds, started_at)
  ) STRICT;
`;
