import type { Canary } from '../canary.ts';

/** Mistakes in events, names and texts. */
export const EVENTS_CANARIES: readonly Canary[] = [
  {
    name: 'sequencers of different lengths are compared as texts',
    file: 'shared/object-event/sequencer.ts',
    before: "return sequencer.toLowerCase().padStart(SEQUENCER_WIDTH, '0');",
    after: 'return sequencer.toLowerCase();',
    caughtBy: [
      'test/shared/object-event/sequencer.test.ts',
      'writes a sequencer in lower case, at 32 digits, padded on the left',
    ],
  },
  {
    name: 'the removal of an old version deletes the row of a live object',
    file: 'shared/object-event/current-state.ts',
    before:
      "const removesOneVersion = event.deletionType === 'Permanently Deleted' && event.versionId !== undefined;",
    after: 'const removesOneVersion = false;',
    caughtBy: [
      'test/shared/object-event/current-state.test.ts',
      'leaves a permanent delete that names a version alone',
    ],
  },
  {
    name: 'a delete marker changes no row',
    file: 'shared/object-event/current-state.ts',
    before: "return removesOneVersion ? undefined : 'deleted';",
    after:
      "return event.deletionType === 'Permanently Deleted' && !removesOneVersion ? 'deleted' : undefined;",
    caughtBy: ['test/shared/object-event/current-state.test.ts', 'says about the current'],
  },
  {
    name: 'events without a sequencer are one event',
    file: 'shared/object-event/event-identity.ts',
    before:
      'return sequencer !== null && !isNominal ? [sequencer] : [sequencer, requestId, eventTime.slice(0, 19)];',
    after: 'return [sequencer];',
    caughtBy: [
      'test/shared/object-event/event-identity.test.ts',
      'tells two changes apart by what differs between them',
    ],
  },
  {
    name: 'a plus in the key of a notification stays a plus',
    file: 'shared/object-event/s3-notification.ts',
    before: "return decodeURIComponent(encoded.replaceAll('+', ' '));",
    after: 'return decodeURIComponent(encoded);',
    caughtBy: ['test/shared/object-event/object-event-parser.test.ts', 'writes the key'],
  },
  {
    name: 'the key of an event on the bus is decoded',
    file: 'shared/object-event/s3-bus-event-parser.ts',
    before: "key: object.text('key'),",
    after: "key: decodeURIComponent(object.text('key').replaceAll('+', ' ')),",
    caughtBy: [
      'test/shared/object-event/object-event-parser.test.ts',
      'keeps its key as it is, for it is raw',
    ],
  },
  {
    name: 'an event of a later version is read as if it were of this one',
    file: 'shared/object-event/s3-bus-event-parser.ts',
    before: "requireMajorVersion(detail, 'event-version', '1', 'the S3 event');",
    after: '',
    caughtBy: [
      'test/shared/object-event/object-event-parser.test.ts',
      'that is refused says which field is wrong, what it holds, and what it must be',
    ],
  },
  {
    name: 'an event that another program published is taken for one of S3',
    file: 'shared/object-event/s3-bus-event-parser.ts',
    before: "if (source !== 'aws.s3') {",
    after: "if (source === '') {",
    caughtBy: ['test/shared/object-event/object-event-parser.test.ts', 'is refused as'],
  },
  {
    name: 'an ending in capitals is another ending',
    file: 'shared/keeps.ts',
    before: 'endings.some((ending) => key.slice(-ending.length).toLowerCase() === ending.toLowerCase()) &&',
    after: 'endings.some((ending) => key.endsWith(ending)) &&',
    caughtBy: ['test/shared/keeps.test.ts', 'for the counter that is deployed'],
  },
  {
    name: 'a part of an output that this version does not know is passed over',
    file: 'shared/keeps.ts',
    before: "refuseUnknown(unknown, 'keeps');",
    after: '',
    caughtBy: ['test/shared/keeps.test.ts', 'is refused when it is'],
  },
  {
    name: 'what hides in a text reaches the terminal',
    file: 'shared/terminal-text.ts',
    before: 'return text.replaceAll(HIDDEN, escaped);',
    after: 'return text;',
    caughtBy: ['test/shared/terminal-text.test.ts', 'shows every character of Unicode, or its escape'],
  },
  {
    name: 'a star at the end of a pattern wants a character',
    file: 'shared/glob.ts',
    before: "while (pattern[p] === '*') p++;",
    after: '',
    caughtBy: ['test/shared/glob.test.ts', 'lets its stars stand for nothing'],
  },
];
