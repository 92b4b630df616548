import type { Canary } from '../canary.ts';

/** Mistakes in the local bus, queues and functions. */
export const BUS_CANARIES: readonly Canary[] = [
  {
    name: 'the archive misses an event',
    file: 'local/eventbridge/event-bus.ts',
    before: 'this.archives.keep(text, event);',
    after: '',
    caughtBy: ['test/local/eventbridge/event-bus.test.ts', 'keeps an archive and its events over a restart'],
  },
  {
    name: 'a target that is busy gets no second try',
    file: 'local/eventbridge/deliveries.ts',
    before: 'if (!outcome.retryable) {',
    after: 'if (outcome.errorCode !== undefined) {',
    caughtBy: [
      'test/local/eventbridge/deliveries.test.ts',
      'is tried again, later each time, until the target takes it',
    ],
  },
  {
    name: 'an event is tried once more than its target allows',
    file: 'local/eventbridge/deliveries.ts',
    before: 'if (attempt.retries >= attempt.maximumRetryAttempts) {',
    after: 'if (attempt.retries > attempt.maximumRetryAttempts) {',
    caughtBy: [
      'test/local/eventbridge/deliveries.test.ts',
      'goes to the dead-letter queue after its last retry',
    ],
  },
  {
    name: 'an event that is given up goes without a letter',
    file: 'local/eventbridge/deliveries.ts',
    before:
      'const outcome = this.#target.deliver({ targetArn: deadLetterArn, ruleArn, body: event, attributes });',
    after: "const outcome = 'delivered' as ReturnType<DeliveryTarget['deliver']>;",
    caughtBy: [
      'test/local/eventbridge/deliveries.test.ts',
      'goes to the dead-letter queue after its last retry',
    ],
  },
  {
    name: 'a replay reaches every rule of the bus',
    file: 'local/eventbridge/replays.ts',
    before: 'if (filterArns.length > 0 && !filterArns.includes(rule.arn)) continue;',
    after: '',
    caughtBy: ['test/local/eventbridge/replays.test.ts', 'reaches only the rule that it names'],
  },
  {
    name: 'a replay leaves out events of the same moment',
    file: 'local/eventbridge/replays.ts',
    before: '.run(last.eventTime, last.eventTime, last.id, name);',
    after: '.run(last.eventTime, last.eventTime, Number.MAX_SAFE_INTEGER, name);',
    caughtBy: ['test/local/eventbridge/replays.test.ts', 'takes a busy minute in portions without losing'],
  },
  {
    name: 'a receipt of long ago deletes a message',
    file: 'local/sqs/messages.ts',
    before: ".prepare('DELETE FROM sqs_message WHERE id = ? AND queue = ? AND receipt = ?')",
    after: ".prepare('DELETE FROM sqs_message WHERE id = ? AND queue = ? AND length(receipt) = length(?)')",
    caughtBy: ['test/local/sqs/sqs.test.ts', 'is not deleted by a handle that a later receive has replaced'],
  },
  {
    name: 'a message is received once too often',
    file: 'local/sqs/messages.ts',
    before: 'return settings.redrive !== undefined && receives >= settings.redrive.maxReceiveCount;',
    after: 'return settings.redrive !== undefined && receives > settings.redrive.maxReceiveCount;',
    caughtBy: ['test/local/sqs/sqs.test.ts', 'moves a message that has used up its receives'],
  },
  {
    name: 'a message that expires is gone without a letter',
    file: 'local/sqs/expiry.ts',
    before: 'else this.#makeLetters(queue, letterbox, rows);',
    after: 'else this.#drop(queue, rows);',
    caughtBy: ['test/local/sqs/expiry.test.ts', 'that is too old becomes a letter with the reason'],
  },
  {
    name: 'a weekend with the machine off expires messages',
    file: 'local/sqs/expiry.ts',
    before: 'return this.#clock.runningMs() - settings.messageRetentionSeconds * SECOND_MS;',
    after: 'return this.#clock.now() - settings.messageRetentionSeconds * SECOND_MS;',
    caughtBy: ['test/local/sqs/expiry.test.ts', 'that waits while nobody runs does not grow old'],
  },
  {
    name: 'what a function had in hand when the runtime died counts as received',
    file: 'local/sqs/polled-messages.ts',
    before: '`UPDATE sqs_message SET receive_count = receive_count - 1, given_back = given_back + 1',
    after: '`UPDATE sqs_message SET given_back = given_back + 1',
    caughtBy: [
      'test/local/sqs/polled-messages.test.ts',
      'that a function had when the runtime ended is given back',
    ],
  },
  {
    name: 'time in which nobody looked at the clock counts',
    file: 'local/time/running-time.ts',
    before: 'if (elapsedMs <= LONGEST_PAUSE_MS) this.#countedMs += elapsedMs;',
    after: 'this.#countedMs += elapsedMs;',
    caughtBy: ['test/local/clock.test.ts', 'does not pass while the machine sleeps'],
  },
  {
    name: 'failed ids are forgotten, and their messages deleted',
    file: 'local/lambda/event-source-mapping.ts',
    before: 'return this.#plan.reportBatchItemFailures ? failedMessages(answer, ids) : new Set();',
    after: 'return new Set();',
    caughtBy: ['test/local/lambda/event-source-mapping.test.ts', 'with some failed, these stay invisible'],
  },
  {
    name: 'a batch on which the function died is deleted',
    file: 'local/lambda/event-source-mapping.ts',
    before: 'if (functionError !== undefined) return new Set(ids);',
    after: 'if (functionError !== undefined) return new Set();',
    caughtBy: [
      'test/local/lambda/event-source-mapping.test.ts',
      'with an error, all stay, whatever the payload says',
    ],
  },
  {
    name: 'an id that no message has fails none',
    file: 'local/lambda/batch-response.ts',
    before: "if (typeof id !== 'string' || !all.has(id)) return all;",
    after: "if (typeof id !== 'string' || !all.has(id)) continue;",
    caughtBy: ['test/local/lambda/batch-response.test.ts', 'an answer to a batch of a, b and c'],
  },
  {
    name: 'a clock that was set back meanwhile is moved on by that too',
    file: 'local/control/time-travel.ts',
    before: 'return () => atMs - this.#clock.setBackMs;',
    after: 'return () => atMs;',
    caughtBy: [
      'test/local/control/time-travel.test.ts',
      'moves on by as much as was asked, and runs nothing that waits for longer',
    ],
  },
];
