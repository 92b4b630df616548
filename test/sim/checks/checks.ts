import type { Queue } from '../../../local/sqs/queues.ts';
import { orderable, type AcceptedEvent } from '../history/accepted-event.ts';
import { dueTo, type ConsumerName } from '../history/expectation.ts';
import type { Trace } from '../trace.ts';
import type { Invariant, Violation } from '../violation.ts';
import type { Row } from '../world/row.ts';
import type { Ledger } from './ledger.ts';
import { wrongIn, type RowFacts } from './row-of-event.ts';

/** What has been seen of the pipeline, and what must hold after every step: I5, I6 and I10 of each row that is written, and I12. */
export class Checks {
  violation: Violation | undefined;
  /** By the id that the event has on the bus. */
  readonly accepted = new Map<string, AcceptedEvent>();
  readonly #byRequest = new Map<string, AcceptedEvent>();
  /** Puts that have replaced a row, by `table, key, sequencer, revision`: never twice the same. */
  readonly effects = new Set<string>();
  duplicateEffects = 0;
  /** Bodies of poison, as they were sent, by consumer. */
  readonly poison = new Map<string, ConsumerName>();
  /** Ids of messages of which a function has sent a letter. */
  readonly #lettered = new Set<string>();
  readonly #trace: Trace;
  readonly #ledger: Ledger;
  /** The row that a consumer keeps of a key. */
  readonly #rowOf: (consumer: ConsumerName, key: string) => Row | undefined;
  readonly #factsOf: (table: string) => RowFacts;

  constructor(ground: {
    trace: Trace;
    ledger: Ledger;
    rowOf: (consumer: ConsumerName, key: string) => Row | undefined;
    factsOf: (table: string) => RowFacts;
  }) {
    this.#factsOf = ground.factsOf;
    this.#trace = ground.trace;
    this.#ledger = ground.ledger;
    this.#rowOf = ground.rowOf;
  }

  accept(event: AcceptedEvent): void {
    this.accepted.set(event.id, event);
    this.#byRequest.set(event.requestId, event);
  }

  fail(invariant: Invariant, what: string): void {
    this.violation ??= { invariant, what, step: this.#trace.steps };
  }

  /** I5: a row's sequencer never goes down; and no change has its effect twice. */
  rowReplaced(table: string, before: Row | undefined, after: Row): void {
    const [was, is] = [before?.['sequencer'], after['sequencer']].map((value) =>
      typeof value === 'string' ? value : '',
    );
    const key = String(after['object_key'] ?? after['file_key']);
    if (is! < was!) this.fail('I5', `the row of ${key} in ${table} goes back from ${was} to ${is}`);
    const event = this.#byRequest.get(String(after['request_id']));
    const wrong = event && wrongIn(after, event, this.#factsOf(table));
    if (event === undefined) this.fail('I6', `the row of ${key} in ${table} is of no event that S3 told of`);
    else if (wrong !== undefined) this.fail(wrong.invariant, wrong.what);
    const effect = [table, key, is, String(after['revision'])].join('\0');
    if (this.effects.has(effect)) {
      this.duplicateEffects++;
      this.fail('I3', `the row of ${key} in ${table} was written twice by the change ${is}`);
    }
    this.effects.add(effect);
  }

  letterSent({ name }: Queue, input: Readonly<Record<string, unknown>>): void {
    const attributes = input['MessageAttributes'] as Record<string, { StringValue?: string }> | undefined;
    this.#lettered.add(`${name}\n${attributes?.['OriginalMessageId']?.StringValue}`);
  }

  /** I12: a message leaves its queue only when what it brought is stored, or in a letter. */
  messageDone(consumer: ConsumerName, deadLetterQueue: string, messageId: string, body: string): void {
    if (this.#lettered.has(`${deadLetterQueue}\n${messageId}`)) return;
    const event = this.eventOf(body);
    if (event === undefined) {
      this.fail(
        'I12',
        `${consumer} has deleted a message that it cannot read, without a letter: ${body.slice(0, 80)}`,
      );
    } else if (!this.isDealtWith(consumer, event)) {
      this.fail(
        'I12',
        `${consumer} has deleted the message of ${event.id} (${event.key}) and nothing shows it`,
      );
    }
  }

  /** What a body tells of; undefined for poison. */
  eventOf(body: string): AcceptedEvent | undefined {
    if (this.poison.has(body)) return undefined;
    // after `"replay-name":"…",` in what a replay brings
    const id = /"id":"(e\d+)"/.exec(body)?.[1];
    return id === undefined ? undefined : this.accepted.get(id);
  }

  /** Whether the stores show the event, or a newer one of its key, or need not. */
  isDealtWith(consumer: ConsumerName, event: AcceptedEvent): boolean {
    switch (dueTo(consumer, event)) {
      case 'line':
        return this.#ledger.identities.has(event.requestId);
      case 'row': {
        const sequencer = this.#rowOf(consumer, event.key)?.['sequencer'];
        return typeof sequencer === 'string' && sequencer >= orderable(event.sequencer!);
      }
      case 'letter':
        return false;
      case 'skip':
      case 'nothing':
      default:
        return true;
    }
  }
}
