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
];
