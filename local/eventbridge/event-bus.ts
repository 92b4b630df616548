import type { BusWork } from '../../shared/control-api.ts';
import { InvalidEventTextError, parseEvent } from '../../shared/event-pattern/pattern-event.ts';
import type { Clock } from '../clock.ts';
import type { Plan } from '../plan.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import { Archives } from './archives.ts';
import type { BusLocation } from './arns.ts';
import { Deliveries, type DeliveriesOptions, type Log } from './deliveries.ts';
import { Pump } from '../pump.ts';
import type { WouldSendRecords } from '../would-send/would-send-records.ts';
import { Replays } from './replays.ts';
import { Rules } from './rules.ts';

export interface EventBusOptions extends BusLocation, DeliveriesOptions {
  /** Keeps what is put on another bus. */
  readonly wouldSend: Pick<WouldSendRecords, 'add'>;
}

const BATCH = 100;

/**
 * The classic default bus: takes events from the outbox, keeps them in archives and hands them to the targets of the
 * rules that they match. All of its state is in the store: after `kill -9` a start goes on with whatever was under way.
 */
export class EventBus {
  readonly location: BusLocation;
  readonly wouldSend: Pick<WouldSendRecords, 'add'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly rules: Rules;
  readonly archives: Archives;
  readonly replays: Replays;
  readonly #deliveries: Deliveries;
  readonly #log: Log;
  readonly #counts: DeliveriesOptions['counts'];
  readonly #dispatching: Pump;
  readonly #retrying: Pump;
  readonly #replaying: Pump;
  readonly #sweeping: Pump;

  constructor(options: EventBusOptions) {
    const { store, clock, log, counts, wouldSend, accountId, region } = options;
    this.wouldSend = wouldSend;
    this.location = { accountId, region };
    this.store = store;
    this.clock = clock;
    this.#log = log;
    this.#counts = counts;
    this.rules = new Rules(store, this.location);
    this.archives = new Archives(store, clock, this.location, log);
    this.#deliveries = new Deliveries(options, () => this.#retrying.wake());
    this.replays = new Replays({
      store,
      clock,
      location: this.location,
      archives: this.archives,
      rules: this.rules,
      deliveries: this.#deliveries,
      log,
    });
    const pump = (name: string, step: () => number | undefined) =>
      new Pump(clock, step, (error) => {
        log(`${name} failed; trying again`, { error });
      });
    this.#dispatching = pump('dispatching events', () => this.#dispatch());
    this.#retrying = pump('retrying deliveries', () => this.#deliveries.retryDue());
    this.#replaying = pump('replaying events', () => this.replays.step());
    this.#sweeping = pump('sweeping archives', () => this.archives.sweep());
  }

  /** Makes the template's rules, targets and archives. */
  provision({ rules, archives }: Pick<Plan, 'archives' | 'rules'>): void {
    this.rules.provision(rules);
    this.archives.provision(archives);
    this.#sweeping.wake();
  }

  start(): void {
    for (const pump of this.#pumps()) pump.start();
  }

  /** Nothing is lost: a later start goes on. */
  stop(): void {
    for (const pump of this.#pumps()) pump.stop();
  }

  /**
   * Puts an event on its way. Called inside the transaction that changes what the event tells of, an object say: the two
   * commit together, or neither.
   *
   * @param eventText the whole envelope as JSON text: `{"version":"0","id":"…","detail-type":"Object Created",…}`
   * @param availableAtMs milliseconds since 1970 on the runtime's clock: the bus sees it no earlier (a late event)
   */
  publish(eventText: string, availableAtMs = 0): void {
    this.store
      .prepare('INSERT INTO event_outbox (event, available_at) VALUES (?, ?)')
      .run(eventText, availableAtMs);
    this.store.afterCommit(() => this.#dispatching.wake());
  }

  /** A replay was started or cancelled. */
  wakeReplays(): void {
    this.#replaying.wake();
  }

  /** An archive was made: its retention counts from now. */
  wakeSweep(): void {
    this.#sweeping.wake();
  }

  /** What has not ended yet, be it due or waiting for its time. */
  pending(): BusWork {
    const { n: outbox } = this.store.prepare('SELECT count(*) AS n FROM event_outbox').get() as { n: number };
    return { outbox, deliveries: this.#deliveries.pending(), replays: this.replays.active() };
  }

  /** Whether something could move on right now, without the clock moving. */
  isBusy(): boolean {
    const dueMs = Math.min(this.#nextEventMs() ?? Infinity, this.#deliveries.nextDueMs() ?? Infinity);
    return dueMs <= this.clock.now() || this.replays.active() > 0;
  }

  #pumps(): readonly Pump[] {
    return [this.#dispatching, this.#retrying, this.#replaying, this.#sweeping];
  }

  /** Takes a batch of events from the outbox: their archive entries and messages commit with their removal. */
  #dispatch(): number | undefined {
    return this.store.repeatableTransaction(() => {
      const rows = this.store
        .prepare(
          `SELECT id, event FROM event_outbox WHERE available_at <= ? ORDER BY available_at, id LIMIT ${BATCH}`,
        )
        .all(this.clock.now()) as unknown as { id: number; event: string }[];
      const remove = this.store.prepare('DELETE FROM event_outbox WHERE id = ?');
      for (const { id, event } of rows) {
        this.#route(event);
        remove.run(id);
      }
      return this.#nextEventMs();
    });
  }

  #route(text: string): void {
    try {
      const event = parseEvent(text);
      this.archives.keep(text, event);
      this.#counts?.published();
      for (const rule of this.rules.matching(event)) this.#deliveries.deliver(text, rule);
    } catch (error) {
      // it would stand before all others for ever
      if (!(error instanceof InvalidEventTextError)) throw error;
      new Tally(this.store).add('dropped-events');
      this.#log('event dropped: it is not an event', { error: error.message, event: text });
    }
  }

  #nextEventMs(): number | undefined {
    const { due } = this.store.prepare('SELECT min(available_at) AS due FROM event_outbox').get() as {
      due: number | null;
    };
    return due ?? undefined;
  }
}
