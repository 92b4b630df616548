import type { Canary } from '../canary.ts';

/** Mistakes in reading objects and counting CSVs. */
export const CONTENTS_CANARIES: readonly Canary[] = [
  {
    name: 'a body that ends early is counted',
    file: 'functions/objects/whole-body.ts',
    before: 'if (readBytes !== sizeBytes) {',
    after: 'if (readBytes > sizeBytes) {',
    caughtBy: ['test/functions/objects/whole-body.test.ts', 'is no body'],
  },
  {
    name: 'the latest version is counted, and not the one of the event',
    file: 'functions/objects/open-object.ts',
    before: ': { VersionId: event.versionId }),',
    after: ': {}),',
    caughtBy: [
      'test/functions/objects/read-object.test.ts',
      'is the version that the event named, though a newer one came',
    ],
  },
  {
    name: 'without versions, whatever is there now is counted',
    file: 'functions/objects/open-object.ts',
    before: '? event.etag !== undefined && { IfMatch: `"${event.etag}"` }',
    after: '? {}',
    caughtBy: [
      'test/functions/objects/read-object.test.ts',
      'has changed where a bucket without versions holds another one by now',
    ],
  },
  {
    name: 'another size than that of the event goes unnoticed',
    file: 'functions/objects/open-object.ts',
    before: '(event.size !== undefined && event.size !== objectBytes)',
    after: '(event.size !== undefined && false)',
    caughtBy: [
      'test/functions/csv-row-counter/handler.test.ts',
      'throws when S3 offers another size than the event says',
    ],
  },
  {
    name: 'S3 being busy is written down as an object that is gone',
    file: 'functions/objects/open-object.ts',
    before: 'return undefined;',
    after:
      "return new ObjectError('object-gone', 'the object was deleted before it was read', { cause: error });",
    caughtBy: ['test/functions/csv-row-counter/handler.test.ts', 'and records nothing'],
  },
  {
    name: 'a version that was deleted is tried again until its letter',
    file: 'functions/objects/open-object.ts',
    before: "case 'NoSuchVersion':",
    after: '',
    caughtBy: [
      'test/functions/objects/read-object.test.ts',
      'is gone where its version was removed, or the event names a delete marker',
    ],
  },
  {
    name: 'an object is judged by its first ten seconds',
    file: 'functions/objects/in-time.ts',
    before: 'if (elapsedMs > RATE_KNOWN_AFTER_MS && neededMs > availableMs) {',
    after: 'if (neededMs > availableMs) {',
    caughtBy: [
      'test/functions/objects/in-time.test.ts',
      'gives up soon what would take longer than the function has, and names the next step',
    ],
  },
  {
    name: 'a cut gzip is counted as far as it goes',
    file: 'functions/objects/codings/gunzip.ts',
    before: 'if (error.isCut) throw stopsShort(error.to, made.bytes, error);',
    after: 'if (error.isCut) return;',
    caughtBy: [
      'test/functions/objects/codings/gunzip.test.ts',
      'refuses a stream that stops short at any byte',
    ],
  },
  {
    name: 'a gzip whose checksum is wrong is counted',
    file: 'functions/objects/codings/gunzip.ts',
    before: 'if (said.checksum !== checksum || said.length !== length % 2 ** 32) {',
    after: 'if (said.length !== length % 2 ** 32) {',
    caughtBy: ['test/functions/objects/codings/gunzip.test.ts', 'as damaged'],
  },
  {
    name: 'a decompression leaves no time to write its row',
    file: 'functions/objects/codings/decoded-caps.ts',
    before: 'const limitMs = availableMs - Math.min(RESERVE_MS, availableMs / 3);',
    after: 'const limitMs = availableMs;',
    caughtBy: [
      'test/functions/objects/codings/decoded-caps.test.ts',
      'is given up while there is time to say so',
    ],
  },
  {
    name: 'trouble with S3 is written down as the object’s own',
    file: 'functions/csv-row-counter/count-object.ts',
    before: 'if (!(error instanceof ObjectError)) {',
    after: 'if (!(error instanceof Error)) {',
    caughtBy: ['test/functions/csv-row-counter/handler.test.ts', 'and records nothing'],
  },
  {
    name: 'the delete of a CSV counts it',
    file: 'functions/csv-row-counter/row-counter.ts',
    before: "if (state === 'deleted') return await write({});",
    after: '',
    caughtBy: [
      'test/functions/csv-row-counter/handler.test.ts',
      'leaves a tombstone for a delete, without a count',
    ],
  },
  {
    name: 'a replay reads every object again',
    file: 'functions/csv-row-counter/row-counter.ts',
    before: 'return !isLive || isRedriven || receiveCount > 1 || messageId === undefined;',
    after: 'return false;',
    caughtBy: ['test/functions/csv-row-counter/first-look.test.ts', 'looks at its row, and reads no object'],
  },
  {
    name: 'the header is counted as a row of data',
    file: 'functions/csv-row-counter/csv-row.ts',
    before: 'data_row_count: count.rows - count.blankRows - (hasHeader ? 1 : 0),',
    after: 'data_row_count: count.rows - count.blankRows,',
    caughtBy: ['test/functions/csv-row-counter/handler.test.ts', 'puts one whole row for an upload'],
  },
  {
    name: 'half a file’s rows go into the sums',
    file: 'functions/csv-row-counter/csv-row.ts',
    before: "status: 'malformed-csv',",
    after: "status: 'malformed-csv', row_count: row,",
    caughtBy: [
      'test/functions/csv-row-counter/handler.test.ts',
      'says where the quote opened that never closes',
    ],
  },
  {
    name: 'a last row without a line end is not counted',
    file: 'functions/csv-row-counter/count-rows.ts',
    before: 'if (state !== RECORD_START && state !== AFTER_CR) {',
    after: 'if (state === QUOTED) {',
    caughtBy: ['test/functions/csv-row-counter/small-files.test.ts', 'says what it must of'],
  },
];
