import type { Canary } from '../canary.ts';

/** Mistakes in the rows of the tables. */
export const ROWS_CANARIES: readonly Canary[] = [
  {
    name: 'a row is written without a condition',
    file: 'functions/rows/write-row.ts',
    before: '...conditionParameters(rowCondition(write.event, write.revision)),',
    after: '',
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'that is newer replaces the row, and one that is older is superseded',
    ],
  },
  {
    name: 'a repetition writes its row again',
    file: 'functions/rows/row-condition.ts',
    before: "{ attribute: 'sequencer', is: '<', value: sequencer },",
    after: "{ attribute: 'sequencer', is: '<=', value: sequencer },",
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'that comes twice is superseded by itself, also when the first answer was lost',
    ],
  },
  {
    name: 'a raised revision recomputes nothing',
    file: 'functions/rows/row-condition.ts',
    before: "{ attribute: 'revision', is: '<', value: revision },",
    after: "{ attribute: 'revision', is: '<', value: 0 },",
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'changes its row again only under a raised revision, never under an older one',
    ],
  },
  {
    name: 'an older event fails its record in place of being superseded',
    file: 'functions/rows/write-row.ts',
    before: "return 'superseded';",
    after: 'throw error;',
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'that is newer replaces the row, and one that is older is superseded',
    ],
  },
  {
    name: 'a throttled write is taken for superseded',
    file: 'functions/rows/write-row.ts',
    before: 'if (error instanceof ConditionalCheckFailedException) {',
    after: 'if (error instanceof Error) {',
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'without a sequencer cannot be ordered, and fails for good',
    ],
  },
  {
    name: 'a tombstone expires by the clock, and not by its event',
    file: 'functions/rows/write-row.ts',
    before: '? Math.floor(Date.parse(event.eventTime) / 1000) + table.tombstoneTtlDays * 86_400',
    after: '? Math.floor(Date.now() / 1000) + table.tombstoneTtlDays * 86_400',
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'that deletes leaves a tombstone, which expires by the event’s time',
    ],
  },
  {
    name: 'a live row expires',
    file: 'functions/rows/write-row.ts',
    before: 'deleted && table.tombstoneTtlDays > 0',
    after: 'table.tombstoneTtlDays > 0',
    caughtBy: ['test/functions/rows/write-row.test.ts', 'is written whole, with what every table has'],
  },
  {
    name: 'the delete of an object leaves a live row',
    file: 'functions/rows/write-row.ts',
    before: "const deleted = stateAfter(event) === 'deleted';",
    after: 'const deleted = false;',
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'that deletes leaves a tombstone, which expires by the event’s time',
    ],
  },
  {
    name: 'a number that DynamoDB would round is written',
    file: 'functions/rows/write-row.ts',
    before: "if (typeof value === 'number' && !Number.isSafeInteger(value)) {",
    after: 'if (Number.isNaN(value)) {',
    caughtBy: ['test/functions/rows/write-row.test.ts', 'is refused rather than rounded'],
  },
  {
    name: 'a backfill writes over what an event has told',
    file: 'functions/rows/row-condition.ts',
    before:
      "return { every: [{ absent: 'sequencer' }, ...(isRepair ? notObservedLater(event) : [sameOrEarlier])] };",
    after: 'return { every: isRepair ? notObservedLater(event) : [sameOrEarlier] };',
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'that expects no sequencer may go back in time, as after a version was deleted',
    ],
  },
  {
    name: 'an earlier look undoes a later repair',
    file: 'functions/rows/row-condition.ts',
    before: 'return observedAt === undefined',
    after: 'return observedAt !== null',
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'that looked earlier does not undo one that looked later, in whichever order they come',
    ],
  },
  {
    name: 'a repair does not ask for the row as it was seen',
    file: 'functions/rows/row-condition.ts',
    before: '? repairCondition(event, event.expected.sequencer, revision)',
    after: "? { absent: 'never' }",
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'that expects a sequencer is superseded when the row',
    ],
  },
  {
    name: 'an OR within an AND loses its parentheses',
    file: 'functions/rows/condition-expression.ts',
    before: 'return inParentheses ? `(${text})` : text;',
    after: 'return text;',
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'agrees with DynamoDB on every row, so that it may stand in for it',
    ],
  },
  {
    name: 'the condition in memory takes an equal for a smaller',
    file: 'functions/rows/condition-expression.ts',
    before: "return (is !== '=' && held < value) || (is !== '<' && held === value);",
    after: "return (is !== '=' && held <= value) || (is !== '<' && held === value);",
    caughtBy: [
      'test/functions/rows/write-row.test.ts',
      'agrees with DynamoDB on every row, so that it may stand in for it',
    ],
  },
  {
    name: 'a requester is stored that nobody asked for',
    file: 'functions/metadata-writer/metadata.ts',
    before: '...(storeRequester && { requester: event.requester, source_ip: event.sourceIp }),',
    after: '...{ requester: event.requester, source_ip: event.sourceIp },',
    caughtBy: [
      'test/functions/metadata-writer/metadata.test.ts',
      'keys a row by bucket and key, and says nothing of who put it, or from where',
    ],
  },
  {
    name: 'an event about no current object makes a row',
    file: 'functions/metadata-writer/metadata.ts',
    before: 'if (stateAfter(event) === undefined) {',
    after: 'if (event.bucket === undefined) {',
    caughtBy: [
      'test/functions/metadata-writer/metadata.test.ts',
      'is the fold of the events by sequencer, in whatever order, shape and number they are delivered',
    ],
  },
];
