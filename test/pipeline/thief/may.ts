/** Who is tried: the role of each function, and each role that people are given. */
export const ROLES = [
  'metadata-writer',
  'csv-row-counter',
  'ledger-exporter',
  'uploader',
  'reader',
  'operator',
  'destroyer',
  'destroyer with a second factor',
] as const;

export type Role = (typeof ROLES)[number];

const CONSUMERS = ['MetadataWriter', 'CsvRowCounter', 'LedgerExporter'];
const ofEach = (...what: readonly string[]): readonly string[] =>
  CONSUMERS.flatMap((id) => what.map((one) => `${id}: ${one}`));

/** What every function does with its own queues. */
const ownQueues = (id: string): readonly string[] =>
  ['count its queue', 'hide a message in its queue', 'send a letter', 'take from its queue'].map(
    (what) => `${id}: ${what}`,
  );

const LOOKING = [
  ...ofEach(
    'count its letters',
    'count its queue',
    'read its log',
    'see how its function is set',
    'see its rule',
    'take a letter',
    'take what was not delivered',
  ),
  'describe a table',
  'describe the stack',
  'list everything',
  'list mappings',
  'list replays',
  'list the ledger',
  'list under csv/',
  'list unfinished uploads',
  'list versions of everything',
  'list versions under csv/',
  'query the metadata',
  'read a count elsewhere',
  'read a count under csv/',
  'read a line of the ledger',
  'read a row of another bucket',
  'read a row of the metadata',
  'read a row of the metadata elsewhere',
  'scan the counts',
  'scan the metadata',
  'see the archive',
];

/** All that each of them may do, of what is tried. */
export const MAY: Readonly<Record<Role, readonly string[]>> = {
  'metadata-writer': [...ownQueues('MetadataWriter'), 'write a row of the metadata'],
  'csv-row-counter': [
    ...ownQueues('CsvRowCounter'),
    // so that S3 says of a missing object that it is missing
    'list everything',
    'list under csv/',
    'read a count elsewhere',
    'read a count under csv/',
    'read a version under csv/',
    'read an object under csv/',
    'write a count',
  ],
  'ledger-exporter': [...ownQueues('LedgerExporter'), 'add a line to the ledger'],
  uploader: [
    ...ofEach('see its rule'),
    'describe the stack',
    'list under csv/',
    'list versions under csv/',
    'put in parts under csv/, and break off',
    'put under csv/',
    'read a count under csv/',
    'read a row of the metadata',
    // IAM cannot bind a sort key
    'read a row of the metadata elsewhere',
  ],
  reader: LOOKING,
  operator: [
    ...LOOKING,
    ...ofEach('send to its queue', 'switch its rule'),
    'delete an object',
    'move the letters of MetadataWriter',
    'put elsewhere',
    'put in parts under csv/, and break off',
    'put under csv/',
    'replay everything',
    'switch a mapping',
  ],
  destroyer: [],
  'destroyer with a second factor': [
    ...ofEach('count its queue', 'see its rule'),
    'delete a line of the ledger for good',
    'delete a version for good',
    'describe the stack',
    'list the access logs',
    'list unfinished uploads',
    'list versions of everything',
    'list versions under csv/',
  ],
};
