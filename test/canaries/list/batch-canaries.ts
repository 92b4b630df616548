import type { Canary } from '../canary.ts';

/** Mistakes in what becomes of a batch, its failures and its letters. */
export const BATCH_CANARIES: readonly Canary[] = [
  {
    name: 'a failed record is forgotten, and its message deleted',
    file: 'functions/batch/invocation.ts',
    before: 'const unfinished = new Set(messages);',
    after: 'const unfinished = new Set<SQSRecord>();',
    caughtBy: [
      'test/functions/batch/sqs-batch.test.ts',
      'fails the one record that throws, backs it off, and leaves its nine neighbours done',
    ],
  },
  {
    name: 'a message is done with before a letter holds it',
    file: 'functions/batch/invocation.ts',
    before: "if ((await failures.settle(message, error, events)) === 'dead-lettered') {",
    after: 'if ((await failures.settle(message, error, events)) !== undefined) {',
    caughtBy: [
      'test/functions/batch/sqs-batch.test.ts',
      'fails the one record that throws, backs it off, and leaves its nine neighbours done',
    ],
  },
  {
    name: 'a body of several events is done with when its first one is',
    file: 'functions/batch/invocation.ts',
    before: 'const errors = errorsOf(results);',
    after: 'const errors = errorsOf(results.slice(0, 1));',
    caughtBy: [
      'test/functions/batch/sqs-batch.test.ts',
      'tries a body again of which one event is refused for good and another might succeed',
    ],
  },
  {
    name: 'a body that might succeed is given up for its worst event',
    file: 'functions/batch/invocation.ts',
    before: 'const error = errors.find((error) => !(error instanceof InvalidEventError)) ?? errors[0];',
    after: 'const error = errors.find((error) => error instanceof InvalidEventError) ?? errors[0];',
    caughtBy: [
      'test/functions/batch/sqs-batch.test.ts',
      'tries a body again of which one event is refused for good and another might succeed',
    ],
  },
  {
    name: 'records nearest to their last receive come last',
    file: 'functions/batch/invocation.ts',
    before:
      'for (const message of messages.toSorted((left, right) => receiveCountOf(right) - receiveCountOf(left))) {',
    after:
      'for (const message of messages.toSorted((left, right) => receiveCountOf(left) - receiveCountOf(right))) {',
    caughtBy: [
      'test/functions/batch/sqs-batch.test.ts',
      'sends a letter with the last error on the last receive',
    ],
  },
  {
    name: 'a letter that the dead-letter queue refused counts as sent',
    file: 'functions/batch/sqs-failures.ts',
    before: 'return false;',
    after: 'return true;',
    caughtBy: [
      'test/functions/batch/sqs-batch.test.ts',
      'keeps the message when the dead-letter queue refuses its letter',
    ],
  },
  {
    name: 'a failed message comes back at once, without a backoff',
    file: 'functions/batch/sqs-failures.ts',
    before: 'await this.#backOff(message, receiveCount);',
    after: '',
    caughtBy: [
      'test/functions/batch/sqs-batch.test.ts',
      'fails the one record that throws, backs it off, and leaves its nine neighbours done',
    ],
  },
  {
    name: 'a letter holds another text than the message',
    file: 'functions/batch/sqs-failures.ts',
    before: 'MessageBody: message.body,',
    after: 'MessageBody: message.messageId,',
    caughtBy: ['test/functions/batch/sqs-batch.test.ts', 'sends a letter at once for'],
  },
  {
    name: 'the last receive is one too late for the letter',
    file: 'functions/batch/dead-letter.ts',
    before: "return receiveCount >= maxReceiveCount ? 'retries-exhausted' : undefined;",
    after: "return receiveCount > maxReceiveCount ? 'retries-exhausted' : undefined;",
    caughtBy: ['test/functions/batch/dead-letter.test.ts', 'after receive'],
  },
  {
    name: 'an event that nobody can read is tried again and again',
    file: 'functions/batch/dead-letter.ts',
    before: 'return error.kind;',
    after: 'return undefined;',
    caughtBy: ['test/functions/batch/dead-letter.test.ts', 'gives a message up at once for'],
  },
  {
    name: 'the backoff grows without an end',
    file: 'functions/batch/backoff.ts',
    before:
      'const delay = Math.min(FIRST_DELAY_SECONDS * 2 ** (Math.max(receiveCount, 1) - 1), LONGEST_DELAY_SECONDS);',
    after: 'const delay = FIRST_DELAY_SECONDS * 2 ** (Math.max(receiveCount, 1) - 1);',
    caughtBy: [
      'test/functions/batch/backoff.test.ts',
      'is a whole number of seconds that SQS takes, whatever the receive count',
    ],
  },
  {
    name: 'all of a short time is kept in reserve',
    file: 'functions/batch/deadline.ts',
    before: 'this.#reserveMs = Math.min(reserveMs, availableMs / 4);',
    after: 'this.#reserveMs = reserveMs;',
    caughtBy: [
      'test/functions/batch/deadline.test.ts',
      'keeps no more than a quarter of a short time in reserve',
    ],
  },
  {
    name: 'what a whole batch threw is swallowed',
    file: 'functions/batch/sqs-batch.ts',
    before:
      'events.length === 0 ? [] : await consumeAll().catch((error: unknown) => allRejected(events, error));',
    after:
      "events.length === 0 ? [] : await consumeAll().catch(() => events.map(() => ({ status: 'fulfilled', value: 'recorded' })));",
    caughtBy: ['test/functions/batch/sqs-batch.test.ts', 'fails every message when the consumer'],
  },
  {
    name: 'a consumer may leave events of its batch unsettled',
    file: 'functions/batch/sqs-batch.ts',
    before: 'if (results.length !== events.length) {',
    after: 'if (results.length > events.length) {',
    caughtBy: ['test/functions/batch/sqs-batch.test.ts', 'fails every message when the consumer'],
  },
  {
    name: 'the repair of a skipped name is skipped too',
    file: 'functions/batch/skip-names.ts',
    before: 'if (reason === undefined || removesRow(event)) return true;',
    after: 'if (reason === undefined) return true;',
    caughtBy: [
      'test/functions/batch/skip-names.test.ts',
      'is given the repair that removes a row of such a name, and no other backfill',
    ],
  },
];
