import type { Canary } from '../canary.ts';

/** Mistakes in what is written to the output bucket. */
export const LEDGER_CANARIES: readonly Canary[] = [
  {
    name: 'the name of a ledger object depends on the order of its events',
    file: 'functions/ledger-exporter/ledger.ts',
    before: ".update([...distinct.keys()].toSorted(order).join('\\n'))",
    after: ".update([...distinct.keys()].join('\\n'))",
    caughtBy: [
      'test/functions/ledger-exporter/ledger.test.ts',
      'names an object by the SHA-256 of its sorted identities',
    ],
  },
  {
    name: 'two lines of the ledger are one',
    file: 'functions/ledger-exporter/ledger.ts',
    before: "body: ordered.map(({ line }) => `${line}\\n`).join(''),",
    after: "body: ordered.map(({ line }) => line).join(''),",
    caughtBy: [
      'test/functions/ledger-exporter/ledger.test.ts',
      'writes a line of named columns, and leaves out what the event lacks',
    ],
  },
  {
    name: 'what a replay brings is lost to the object of the live event',
    file: 'functions/ledger-exporter/ledger.ts',
    before: 'name: replayName === undefined ? id : `${id}\\t${replayName}`,',
    after: 'name: id,',
    caughtBy: [
      'test/functions/ledger-exporter/ledger.test.ts',
      'keeps a replay’s lines in an object of their own, with the identities of the live ones',
    ],
  },
  {
    name: 'a batch that comes again writes its object again',
    file: 'functions/ledger-exporter/put-once.ts',
    before: "IfNoneMatch: '*',",
    after: '',
    caughtBy: [
      'test/functions/ledger-exporter/handler.test.ts',
      'puts each hour of a batch once, typed, encrypted, described, and only if it is not there',
    ],
  },
  {
    name: 'a refusal by S3 is taken for an object that is there',
    file: 'functions/ledger-exporter/put-once.ts',
    before: 'if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) {',
    after: 'if (error instanceof S3ServiceException) {',
    caughtBy: [
      'test/functions/ledger-exporter/handler.test.ts',
      'called directly, answers how many events it wrote, and throws what S3 answers',
    ],
  },
  {
    name: 'an older event replaces what a newer one has made',
    file: 'functions/objects/keep-object.ts',
    before: "if (held !== undefined && isSuperseded(held, write)) return 'superseded';",
    after: '',
    caughtBy: [
      'test/functions/objects/keep-object.test.ts',
      'stays as it is when its event comes again, until the code has changed',
    ],
  },
  {
    name: 'an event from the future asks for a lock that its writer may not set',
    file: 'functions/ledger-exporter/ledger.ts',
    before: 'return new Date(Math.min(newestMs, nowMs + LEEWAY_MS) + days * DAY_MS);',
    after: 'return new Date(newestMs + days * DAY_MS);',
    caughtBy: [
      'test/functions/ledger-exporter/ledger.test.ts',
      'is locked from half a day ahead where its newest event lies further ahead',
    ],
  },
];
