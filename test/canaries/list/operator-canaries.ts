import type { Canary } from '../canary.ts';

/** Mistakes in the verbs of the command line. */
export const OPERATOR_CANARIES: readonly Canary[] = [
  {
    name: 'a redrive deletes what SQS refused',
    file: 'cli/dead-letters/redrive.ts',
    before: 'notDeleted -= await drop(pipeline, source, sent);',
    after: 'notDeleted -= await drop(pipeline, source, portion);',
    caughtBy: [
      'test/cli/dead-letters/redrive-letters.test.ts',
      'deletes nothing that SQS did not take, and says why',
    ],
  },
  {
    name: 'a redrive deletes before it sends',
    file: 'cli/dead-letters/redrive.ts',
    before: 'const { sent, refused } = await send(pipeline, source, portion);',
    after:
      'await drop(pipeline, source, portion); const { sent, refused } = await send(pipeline, source, portion);',
    caughtBy: [
      'test/cli/dead-letters/redrive-letters.test.ts',
      'sends each letter to its consumer’s queue, then deletes it, and leaves none behind',
    ],
  },
  {
    name: 'a redrive keeps the attributes that say why',
    file: 'cli/dead-letters/redrive.ts',
    before: 'const own = ownAttributes(letter);',
    after: 'const own = letter.attributes;',
    caughtBy: [
      'test/cli/dead-letters/redrive-letters.test.ts',
      'takes off the attributes that made it a letter, keeps those of the sender, and marks it',
    ],
  },
  {
    name: 'a redrive feeds a consumer that still fails for ever',
    file: 'cli/dead-letters/redrive.ts',
    before: '.filter((letter) => !letter.isNew && isMeant(filter, letter))',
    after: '.filter((letter) => isMeant(filter, letter))',
    caughtBy: ['test/cli/dead-letters/redrive-letters.test.ts', 'leaves alone what came after it began'],
  },
  {
    name: 'a redrive sends a letter to a queue that it was not meant for',
    file: 'cli/dead-letters/redrive.ts',
    before: 'const meant = wanted.filter((letter) => wasMeantFor(source, letter));',
    after: 'const meant = wanted;',
    caughtBy: [
      'test/cli/dead-letters/redrive-letters.test.ts',
      'does not send a rule’s letter to another queue than the one it was meant for',
    ],
  },
  {
    name: 'a redriven letter has no mark',
    file: 'cli/dead-letters/redrive.ts',
    before: 'return hasRoom ? marked : own;',
    after: 'return own;',
    caughtBy: [
      'test/cli/dead-letters/redrive-letters.test.ts',
      'takes off the attributes that made it a letter, keeps those of the sender, and marks it',
    ],
  },
  {
    name: 'a purge deletes letters that nobody named',
    file: 'cli/dead-letters/purge.ts',
    before: 'const named = letters.filter(({ messageId }) => messageIds.has(messageId));',
    after: 'const named = letters;',
    caughtBy: [
      'test/cli/dead-letters/purge.test.ts',
      'deletes the letters named, and puts the others back at once',
    ],
  },
  {
    name: 'letters that were only looked at stay hidden',
    file: 'cli/dead-letters/letters.ts',
    before: 'await releaseLetters(pipeline, source, letters);',
    after: '',
    caughtBy: ['test/cli/dead-letters/letters.test.ts', 'puts them all back at once'],
  },
  {
    name: 'verify calls no row foreign',
    file: 'cli/verify/finding.ts',
    before: "if (reach !== 'wanted') return isLive ? 'foreign' : reach;",
    after: "if (reach !== 'wanted') return reach;",
    caughtBy: [
      'test/cli/verify/finding.test.ts',
      'with a live row is foreign, whatever the consumer calls a lack',
    ],
  },
  {
    name: 'verify takes the tombstone of an object that is there for right',
    file: 'cli/verify/finding.ts',
    before: "if (row.isDeleted) return lack ?? 'tombstoned-but-present';",
    after: "if (row.isDeleted) return 'recorded';",
    caughtBy: [
      'test/cli/verify/finding.test.ts',
      'is called by the consumer’s own word where its row lacks the current version',
    ],
  },
  {
    name: 'verify takes the row of an object that is gone for right',
    file: 'cli/verify/finding.ts',
    before: "if (object === undefined) return isLive ? 'present-but-gone' : 'recorded';",
    after: "if (object === undefined) return 'recorded';",
    caughtBy: [
      'test/cli/verify/finding.test.ts',
      'is called by the consumer’s own word where its row lacks the current version',
    ],
  },
  {
    name: 'verify takes an object without a row for right',
    file: 'cli/verify/finding.ts',
    before: "if (row === undefined) return lack ?? 'missing';",
    after: "if (row === undefined) return 'recorded';",
    caughtBy: [
      'test/cli/verify/finding.test.ts',
      'is called by the consumer’s own word where its row lacks the current version',
    ],
  },
  {
    name: 'verify takes the row of another version for right',
    file: 'cli/verify/finding.ts',
    before: 'return versionId === undefined ? etag === object.etag : versionId === object.versionId;',
    after: 'return true;',
    caughtBy: [
      'test/cli/verify/finding.test.ts',
      'is called by the consumer’s own word where its row lacks the current version',
    ],
  },
  {
    name: 'verify does not see the rows of other buckets',
    file: 'cli/verify/object-rows.ts',
    before: 'if (bucket !== own) found.set(bucket, objectKeyOf(item));',
    after: '',
    caughtBy: ['test/cli/verify/object-rows.test.ts', 'with a key of each'],
  },
  {
    name: 'verify does not tell of the rows of other buckets',
    file: 'cli/verify/verify.ts',
    before: "yield { class: 'foreign', consumer, bucket, key, object: null, row: null };",
    after: '',
    caughtBy: ['test/cli/verify/verify.test.ts', 'of everything names another bucket’s rows, with one key'],
  },
  {
    name: 'verify judges what is still on its way',
    file: 'cli/verify/verify.ts',
    before: 'if (lastChange(object, row, now) > judgedBefore.getTime()) {',
    after: 'if (lastChange(object, row, now) > Infinity) {',
    caughtBy: ['test/cli/verify/verify.test.ts', 'is counted as pending'],
  },
  {
    name: 'a repair does not say which row it has seen',
    file: 'cli/verify/repair.ts',
    before: 'expected: expectedOf(finding, this.#now),',
    after: '',
    caughtBy: [
      'test/cli/verify/repair.test.ts',
      'sends the object as it is, on condition that the row is still as it was seen',
    ],
  },
  {
    name: 'rows that DynamoDB left unread are taken for missing',
    file: 'cli/pipeline/batch-get.ts',
    before: 'left = UnprocessedKeys[tableName]?.Keys ?? [];',
    after: 'left = [];',
    caughtBy: [
      'test/cli/pipeline/batch-get.test.ts',
      'are asked for again when DynamoDB leaves some unread, those alone',
    ],
  },
  {
    name: 'what SQS refused counts as sent',
    file: 'cli/pipeline/send-batch.ts',
    before: 'done.push(...left.filter(({ id }) => succeeded.has(id)).map(({ id }) => Number(id)));',
    after: 'done.push(...left.map(({ id }) => Number(id)));',
    caughtBy: ['test/cli/dead-letters/redrive-letters.test.ts', 'deletes nothing that SQS did not take'],
  },
  {
    name: 'a backfill passes over what a queue refused',
    file: 'cli/backfill/backfill.ts',
    before: 'if (first === undefined) return;',
    after: 'if (first !== null) return;',
    caughtBy: [
      'test/cli/backfill/backfill.test.ts',
      'that a queue refuses stays before the ten that were refused, and is partly done',
    ],
  },
  {
    name: 'a backfill sends delete markers',
    file: 'cli/backfill/backfill.ts',
    before: 'if (object.isDeleteMarker) continue;',
    after: '',
    caughtBy: [
      'test/cli/backfill/backfill.test.ts',
      'sends every object to each consumer once, deleted ones not, and removes its checkpoint',
    ],
  },
  {
    name: 'a backfill goes on where another one stopped',
    file: 'cli/backfill/checkpoint.ts',
    before: 'if (JSON.stringify(scope) !== JSON.stringify(this.#scope)) {',
    after: 'if (scope === undefined) {',
    caughtBy: ['test/cli/backfill/checkpoint.test.ts', 'of another backfill is refused, and names it'],
  },
  {
    name: 'two backfills share a checkpoint',
    file: 'cli/backfill/lock.ts',
    before: 'if (pid > 0 && isAlive(pid)) {',
    after: 'if (pid < 0 && isAlive(pid)) {',
    caughtBy: [
      'test/cli/backfill/lock.test.ts',
      'that a running process holds is refused, and names the process',
    ],
  },
  {
    name: 'a replay of ours reaches other teams’ rules',
    file: 'cli/replay/replay.ts',
    before: 'Destination: { Arn: archive.busArn, FilterArns: routes.map(({ ruleArn }) => ruleArn) },',
    after: 'Destination: { Arn: archive.busArn },',
    caughtBy: ['test/cli/replay/replay.test.ts', 'a replay names the rules that it is for'],
  },
  {
    name: 'a download that broke off keeps half a file',
    file: 'cli/objects/object-bytes.ts',
    before: 'if (copied !== size) {',
    after: 'if (copied > size) {',
    caughtBy: ['test/cli/objects/get.test.ts', 'ends too early'],
  },
  {
    name: 'a download writes over a file that came meanwhile',
    file: 'cli/objects/file-in-the-making.ts',
    before: 'if (this.#force) {',
    after: 'if (this.#path !== this.#partPath) {',
    caughtBy: [
      'test/cli/objects/file-in-the-making.test.ts',
      'does not write over a file that came meanwhile',
    ],
  },
  {
    name: 'an object that S3 did not delete counts as deleted',
    file: 'cli/objects/deletion.ts',
    before: "...Errors.map(({ Key = '', VersionId, Code = '', Message = '' }) => ({",
    after: "...[].map(({ Key = '', VersionId, Code = '', Message = '' }) => ({",
    caughtBy: ['test/cli/objects/deletion.test.ts', 'rm says of each object why S3 has not deleted it'],
  },
  {
    name: 'a legal hold is found out after the rest is deleted',
    file: 'cli/objects/lock-refusal.ts',
    before: 'if (held !== undefined) {',
    after: 'if (held !== undefined && !bypassLock) {',
    caughtBy: [
      'test/cli/objects/lock-refusal.test.ts',
      'is a legal hold, with how it is taken off, bypassed',
    ],
  },
  {
    name: 'who may not ask for locks empties what is not locked',
    file: 'cli/objects/lock-refusal.ts',
    before: "return locks === 'not known' ? [notKnown(bucket)] : refusalsOf(bucket, locks, bypassLock);",
    after: "return locks === 'not known' ? [] : refusalsOf(bucket, locks, bypassLock);",
    caughtBy: ['test/cli/objects/lock-refusal.test.ts', 'is that nobody may ask, bypassed or not'],
  },
  {
    name: 'a letter from before a clock was set back is never redriven',
    file: 'cli/dead-letters/letters.ts',
    before: 'return { ...letter, isNew: sentMs > begunMs && sentMs <= latestMs };',
    after: 'return { ...letter, isNew: sentMs > begunMs };',
    caughtBy: [
      'test/pipeline/five-days-later.test.ts',
      'a letter of a clock that was five days ahead is redriven once that is set back',
    ],
  },
];
