import { parseEvent } from '../../shared/event-pattern/pattern-event.ts';
import { AwsError } from '../protocols/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import type { Archives } from './archives.ts';
import { type BusLocation, eventsArn } from './arns.ts';
import type { Deliveries, Log } from './deliveries.ts';
import type { Rules } from './rules.ts';

type ReplayState = 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

export interface Replay {
  readonly name: string;
  readonly archiveName: string;
  readonly description: string | null;
  /** ARNs of the rules that it reaches; none = all rules of the bus. */
  readonly filterArns: readonly string[];
  readonly eventStart: number;
  readonly eventEnd: number;
  readonly state: ReplayState;
  readonly stateReason: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The time of the last event replayed: the progress. */
  readonly lastReplayed: number | null;
}

interface RunningReplay extends Replay {
  readonly cursorTime: number;
  readonly cursorId: number;
}

const MOST_ACTIVE = 10;
const RECORDS_KEPT_MS = 90 * 86_400_000;
const SLICE_MS = 60_000;
// a busy minute is taken in portions, so that requests are answered in between
const LARGEST_PORTION = 200;
const ACTIVE = "state IN ('STARTING', 'RUNNING', 'CANCELLING')";
const COLUMNS = `name, archive_name AS archiveName, description, filter_arns AS filterArns, event_start AS eventStart,
  event_end AS eventEnd, state, state_reason AS stateReason, started_at AS startedAt, ended_at AS endedAt,
  last_replayed AS lastReplayed, cursor_time AS cursorTime, cursor_id AS cursorId`;

/** Plays archived events again, minute by minute of their own time, to the rules that are named. */
export class Replays {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #location: BusLocation;
  readonly #archives: Archives;
  readonly #rules: Rules;
  readonly #deliveries: Deliveries;
  readonly #log: Log;

  constructor(bus: {
    readonly store: Store;
    readonly clock: Clock;
    readonly location: BusLocation;
    readonly archives: Archives;
    readonly rules: Rules;
    readonly deliveries: Deliveries;
    readonly log: Log;
  }) {
    this.#store = bus.store;
    this.#clock = bus.clock;
    this.#location = bus.location;
    this.#archives = bus.archives;
    this.#rules = bus.rules;
    this.#deliveries = bus.deliveries;
    this.#log = bus.log;
  }

  arn(name: string): string {
    return eventsArn(this.#location, 'replay', name);
  }

  /** @throws AwsError `ResourceAlreadyExistsException`; `LimitExceededException` beyond ten active ones */
  start(
    replay: Pick<Replay, 'archiveName' | 'description' | 'eventEnd' | 'eventStart' | 'filterArns' | 'name'>,
  ): Replay {
    const { name, archiveName, description, filterArns, eventStart, eventEnd } = replay;
    if (this.#find(name) !== undefined) {
      throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
    }
    if (this.active() >= MOST_ACTIVE) {
      throw new AwsError(
        'LimitExceededException',
        `The requested resource exceeds the maximum number allowed: ${MOST_ACTIVE} active replays.`,
      );
    }
    this.#store
      .prepare(
        `INSERT INTO event_replay (name, archive_name, description, filter_arns, event_start, event_end, state,
           started_at, cursor_time, cursor_id) VALUES (?, ?, ?, ?, ?, ?, 'STARTING', ?, ?, -1)`,
      )
      .run(
        name,
        archiveName,
        description,
        JSON.stringify(filterArns),
        eventStart,
        eventEnd,
        this.#clock.now(),
        eventStart,
      );
    return this.get(name);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  get(name: string): Replay {
    const replay = this.#find(name);
    if (replay !== undefined) return replay;
    throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
  }

  /** All whose record is still kept, by name. */
  list(): readonly Replay[] {
    this.#forgetOld();
    return this.#store.prepare(`SELECT ${COLUMNS} FROM event_replay ORDER BY name`).all().map(asReplay);
  }

  /** @throws AwsError `ResourceNotFoundException`; `IllegalStatusException` when it has ended */
  cancel(name: string): Replay {
    const { state } = this.get(name);
    if (state !== 'STARTING' && state !== 'RUNNING') {
      throw new AwsError('IllegalStatusException', `Replay ${name} is not in a valid state: ${state}.`);
    }
    this.#store.prepare("UPDATE event_replay SET state = 'CANCELLING' WHERE name = ?").run(name);
    return this.get(name);
  }

  active(): number {
    return (
      this.#store.prepare(`SELECT count(*) AS n FROM event_replay WHERE ${ACTIVE}`).get() as { n: number }
    ).n;
  }

  /**
   * Moves every active replay on by one portion: its events, their deliveries and the progress commit together, so
   * that a replay cut short goes on where it was.
   *
   * @returns now while some replay is active
   */
  step(): number | undefined {
    const active = this.#store
      .prepare(`SELECT ${COLUMNS} FROM event_replay WHERE ${ACTIVE} ORDER BY started_at, name`)
      .all()
      .map(asReplay);
    for (const replay of active) this.#store.transaction(() => this.#advance(replay));
    return active.length > 0 ? this.#clock.now() : undefined;
  }

  #advance(replay: RunningReplay): void {
    if (replay.state === 'CANCELLING') return this.#end(replay.name, 'CANCELLED');
    if (replay.state === 'STARTING') {
      this.#store.prepare("UPDATE event_replay SET state = 'RUNNING' WHERE name = ?").run(replay.name);
      return;
    }
    const { name, archiveName, filterArns, cursorTime, cursorId, eventEnd } = replay;
    if (this.#archives.find(archiveName) === undefined) {
      return this.#end(name, 'FAILED', `Archive ${archiveName} does not exist.`);
    }
    const portion = this.#portion(archiveName, { time: cursorTime, id: cursorId }, eventEnd);
    const last = portion.at(-1);
    if (last === undefined) return this.#end(name, 'COMPLETED');
    for (const { event } of portion) this.#replayEvent(withReplayName(event, name), filterArns);
    this.#store
      .prepare('UPDATE event_replay SET last_replayed = ?, cursor_time = ?, cursor_id = ? WHERE name = ?')
      .run(last.eventTime, last.eventTime, last.id, name);
  }

  /** The next events, of one minute of event time. */
  #portion(archiveName: string, cursor: { readonly time: number; readonly id: number }, eventEnd: number) {
    const events = this.#archives.eventsAfter(archiveName, cursor, eventEnd, LARGEST_PORTION);
    const minute = Math.floor((events[0]?.eventTime ?? 0) / SLICE_MS);
    return events.filter(({ eventTime }) => Math.floor(eventTime / SLICE_MS) === minute);
  }

  // not archived again: only the outbox leads into archives
  #replayEvent(text: string, filterArns: readonly string[]): void {
    for (const rule of this.#rules.matching(parseEvent(text))) {
      if (filterArns.length > 0 && !filterArns.includes(rule.arn)) continue;
      this.#deliveries.deliver(text, rule);
    }
  }

  #end(name: string, state: ReplayState, reason: string | null = null): void {
    this.#store
      .prepare(
        'UPDATE event_replay SET state = ?, state_reason = ?, ended_at = ?, ended_running = ? WHERE name = ?',
      )
      .run(state, reason, this.#clock.now(), this.#clock.runningMs(), name);
  }

  #find(name: string): RunningReplay | undefined {
    this.#forgetOld();
    const row = this.#store.prepare(`SELECT ${COLUMNS} FROM event_replay WHERE name = ?`).get(name);
    return row === undefined ? undefined : asReplay(row);
  }

  #forgetOld(): void {
    this.#store.transaction(() => {
      const forgotten = this.#store
        .prepare('DELETE FROM event_replay WHERE ended_running < ? RETURNING name')
        .all(this.#clock.runningMs() - RECORDS_KEPT_MS) as unknown as readonly { name: string }[];
      if (forgotten.length === 0) return;
      new Tally(this.#store).add('expired-replay-records', forgotten.length);
      const replays = forgotten.map(({ name }) => name);
      this.#store.afterCommit(() => this.#log('the records of replays expired after 90 days', { replays }));
    });
  }
}

function asReplay(row: Record<string, unknown>): RunningReplay {
  return {
    ...row,
    filterArns: JSON.parse(String(row['filterArns'])) as string[],
  } as unknown as RunningReplay;
}

/** Set into the text, since parsing and writing it again would change its numbers. An envelope is never empty. */
const withReplayName = (event: string, name: string) =>
  event.replace('{', () => `{"replay-name":${JSON.stringify(name)},`);
