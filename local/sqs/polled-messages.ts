import type { Clock } from '../clock.ts';
import { log } from '../log.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import { parseHandle } from './receipt-handle.ts';

/** So often the end of the runtime is not taken for the fault of the message that a function had in hand. */
const MOST_GIVEN_BACK = 3;
const NAMED = 10;

/** As `receiver` of a message: taken for a function, which has not got it yet. */
export const GATHERED = 'event-source-mapping';
/** As `receiver` of a message: a function has it in hand. */
const INVOKED = 'function';

/** What pollers inside this process have taken. A receive counts from when a function gets the message, not before. */
export class PolledMessages {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** A function gets them now: they count as received. */
  begin(receiptHandles: readonly string[]): void {
    const update = this.#store.prepare(
      `UPDATE sqs_message SET receiver = '${INVOKED}', receive_count = receive_count + 1,
         first_received_at = coalesce(first_received_at, ?) WHERE id = ? AND receipt = ?`,
    );
    const nowMs = this.#clock.now();
    for (const handle of receiptHandles) {
      const { id, receipt } = parseHandle(handle);
      update.run(nowMs, id, receipt);
    }
  }

  /** The function has them in hand still: they stay invisible for so long from now on, at least. */
  hide(receiptHandles: readonly string[], visibilityMs: number): void {
    const update = this.#store.prepare(
      `UPDATE sqs_message SET visible_at = max(visible_at, ?) WHERE id = ? AND receipt = ? AND receiver = '${INVOKED}'`,
    );
    const visibleAtMs = this.#clock.now() + visibilityMs;
    for (const handle of receiptHandles) {
      const { id, receipt } = parseHandle(handle);
      update.run(visibleAtMs, id, receipt);
    }
  }

  /** The function has failed on them: they come again when they are visible, whatever becomes of this process. */
  fail(receiptHandles: readonly string[]): void {
    const update = this.#store.prepare('UPDATE sqs_message SET receiver = NULL WHERE id = ? AND receipt = ?');
    for (const handle of receiptHandles) {
      const { id, receipt } = parseHandle(handle);
      update.run(id, receipt);
    }
  }

  /**
   * Makes visible what the pollers of an earlier start had taken. The receive of a message that a function had in hand when
   * the runtime ended is given back, up to three times: an object that takes the machine down is not tried for ever.
   */
  release(): void {
    this.#store.transaction(() => {
      const givenBack = this.#store
        .prepare(
          `UPDATE sqs_message SET receive_count = receive_count - 1, given_back = given_back + 1
           WHERE receiver = '${INVOKED}' AND given_back < ${MOST_GIVEN_BACK} RETURNING message_id`,
        )
        .all() as unknown as readonly { message_id: string }[];
      this.#store
        .prepare('UPDATE sqs_message SET visible_at = 0, receiver = NULL WHERE receiver IS NOT NULL')
        .run();
      if (givenBack.length === 0) return;
      new Tally(this.#store).add('given-back', givenBack.length);
      const ids = givenBack.slice(0, NAMED).map(({ message_id }) => message_id);
      log('the runtime ended while functions had messages in hand: these receives do not count', {
        count: givenBack.length,
        message_ids: ids,
      });
    });
  }
}
