import { parseObjectEventText } from '../../shared/object-event/object-event-parser.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { TriedMessage } from '../../local/lambda/attempts.ts';
import {
  burstLine,
  factsIn,
  isBad,
  objectLine,
  type Counted,
  type Facts,
  type Tried,
} from './object-line.ts';

export interface ObjectLinesOptions {
  /** The functions that an event goes to now; undefined when nobody can tell, as for a replay to some of them. */
  readonly functionsFor: (eventText: string) => readonly string[] | undefined;
  readonly print: (line: string) => void;
}

/** An event of an object, on its way through the consumers. */
interface Pending {
  readonly event: ObjectEvent | undefined;
  /** Functions that have it still. */
  readonly awaited: ReadonlySet<string> | undefined;
  readonly tried: Map<string, TriedMessage>;
  /** It has had a line, and waits for what was missing then. */
  readonly isShown: boolean;
  /** When it was last heard of, by this machine's clock. */
  heardAtMs: number;
}

interface LoggedFacts {
  readonly facts: Facts;
  readonly firstAtMs: number;
}

const LOOK_MS = 250;
/** So many lines a second; the others are counted. */
const LINES_A_SECOND = 20;
/** So many objects are followed at a time; outcomes of more are only counted, without a look into them. */
const MOST_PENDING = 400;
const MOST_FACTS = 4_000;
/** How long before its end an invocation may have said something; of one that was killed nobody asks. */
const FACTS_KEPT_MS = 60_000;
/** How long a line waits for slow consumers; and, where nobody can say who has the event, for another outcome. */
const PATIENCE_MS = 5_000;
const QUIET_MS = 1_000;

/**
 * What `npm start` shows: a line per object when its consumers are done with it, from the runtime's record of what was
 * tried, and with what the functions' logs say of it. A burst has few lines a second, and one for all the others.
 */
export class ObjectLines {
  readonly #options: ObjectLinesOptions;
  /** By the event's text. */
  readonly #pending = new Map<string, Pending>();
  /** By function and message, in the order of their first line. */
  readonly #facts = new Map<string, LoggedFacts>();
  /** By consumer: outcomes without a line. */
  readonly #counted = new Map<string, Counted>();
  #consumers: ReadonlyMap<string, string> = new Map();
  #timer: NodeJS.Timeout | undefined;
  #linesLeft = LINES_A_SECOND;
  #looks = 0;

  constructor(options: ObjectLinesOptions) {
    this.#options = options;
  }

  /** The consumers by their functions, from now on: `Sluice-dev-OneConsumer` is `one-consumer`. */
  set consumers(consumers: ReadonlyMap<string, string>) {
    this.#consumers = consumers;
  }

  /** Begins to print. @param consumers as above */
  start(consumers: ReadonlyMap<string, string>): void {
    this.consumers = consumers;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  /** A line of a function's log may say more of an outcome. */
  log(functionName: string, line: string): void {
    if (this.#facts.size >= MOST_FACTS) return;
    const [messageId, facts] = factsIn(line) ?? [];
    if (messageId === undefined) return;
    const id = factsId(functionName, messageId);
    const { facts: earlier, firstAtMs = performance.now() } = this.#facts.get(id) ?? {};
    this.#facts.set(id, { facts: { ...earlier, ...facts }, firstAtMs });
  }

  /** Is called within a transaction, and only takes note. */
  tried(messages: readonly TriedMessage[]): void {
    for (const message of messages) {
      const pending = this.#pending.get(message.body) ?? this.#begin(message);
      if (pending === undefined) {
        this.#count(message);
        continue;
      }
      pending.tried.set(message.functionName, message);
      pending.heardAtMs = performance.now();
    }
  }

  /** Shows what is left. */
  stop(): void {
    clearInterval(this.#timer);
    this.#linesLeft = LINES_A_SECOND;
    for (const [body, pending] of this.#pending) if (!pending.isShown) this.#show(body, pending);
    this.#showCounted();
  }

  #begin({ body, receiveCount }: TriedMessage): Pending | undefined {
    if (this.#pending.size >= MOST_PENDING && !this.#forgetShown()) return undefined;
    // of one that comes again, the others may have been done with long ago
    const functions = receiveCount > 1 ? undefined : this.#options.functionsFor(body);
    return this.#wait(body, {
      event: eventIn(body),
      awaited: functions === undefined ? undefined : new Set(functions),
      tried: new Map(),
      isShown: false,
      heardAtMs: performance.now(),
    });
  }

  #wait(body: string, pending: Pending): Pending {
    this.#pending.set(body, pending);
    return pending;
  }

  /** Makes room: what waits longest has had its line. */
  #forgetShown(): boolean {
    for (const [body, { isShown, tried }] of this.#pending) {
      if (isShown && tried.size === 0) return this.#pending.delete(body);
    }
    return false;
  }

  #look(): void {
    if (this.#looks % (1_000 / LOOK_MS) === 0) {
      this.#showCounted();
      this.#linesLeft = LINES_A_SECOND;
    }
    this.#looks++;
    const nowMs = performance.now();
    for (const [body, pending] of this.#pending) {
      const { awaited, tried, heardAtMs } = pending;
      if (tried.size === 0) continue;
      const isWhole = awaited !== undefined && [...awaited].every((name) => tried.has(name));
      const patienceMs = awaited === undefined ? QUIET_MS : PATIENCE_MS;
      if (isWhole || nowMs - heardAtMs > patienceMs) this.#show(body, pending);
    }
    for (const [id, { firstAtMs }] of this.#facts) {
      if (nowMs - firstAtMs < FACTS_KEPT_MS) break;
      this.#facts.delete(id);
    }
  }

  #show(body: string, { event, awaited = new Set(), tried }: Pending): void {
    this.#pending.delete(body);
    // in the template's order, whoever was first
    const outcomes = [...this.#consumers.keys()].flatMap((name): readonly Tried[] => {
      const message = tried.get(name);
      return message === undefined ? [] : [this.#withFacts(message)];
    });
    const missing = [...awaited].filter((name) => !tried.has(name));
    if (this.#linesLeft > 0) {
      this.#linesLeft--;
      const names = missing.map((name) => this.#consumer(name));
      this.#options.print(objectLine(event, outcomes, names));
    } else {
      for (const outcome of outcomes) this.#countOne(outcome.consumer, isBad(outcome));
    }
    const left = new Set([
      ...missing,
      ...outcomes
        .filter(({ message }) => message.outcome !== 'succeeded')
        .map(({ message }) => message.functionName),
    ]);
    if (left.size > 0) {
      this.#wait(body, {
        event,
        awaited: left,
        tried: new Map(),
        isShown: true,
        heardAtMs: performance.now(),
      });
    }
  }

  #withFacts(message: TriedMessage): Tried {
    const id = factsId(message.functionName, message.messageId);
    const { facts = {} } = this.#facts.get(id) ?? {};
    this.#facts.delete(id);
    return { message, facts, consumer: this.#consumer(message.functionName) };
  }

  #consumer(functionName: string): string {
    return this.#consumers.get(functionName) ?? functionName;
  }

  #count({ functionName, messageId, outcome }: TriedMessage): void {
    this.#facts.delete(factsId(functionName, messageId));
    this.#countOne(this.#consumer(functionName), outcome !== 'succeeded');
  }

  #countOne(consumer: string, isFailed: boolean): void {
    const { tried, failed } = this.#counted.get(consumer) ?? { tried: 0, failed: 0 };
    this.#counted.set(consumer, { tried: tried + 1, failed: failed + (isFailed ? 1 : 0) });
  }

  #showCounted(): void {
    if (this.#counted.size === 0) return;
    this.#options.print(burstLine(new Date(), this.#counted));
    this.#counted.clear();
  }
}

const factsId = (functionName: string, messageId: string): string => `${functionName} ${messageId}`;

/** The first one: a notification may tell of several objects. */
function eventIn(body: string): ObjectEvent | undefined {
  try {
    return parseObjectEventText(body)[0];
  } catch {
    return undefined;
  }
}
