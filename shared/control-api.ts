import type { ArchiveHistogram, HistogramQuestion } from './archive-histogram.ts';
import type { FlowCounts, MeasuredPeriods, MeasuresQuestion, QueueStats } from './measures.ts';
import type {
  ArchivedAbout,
  ArchiveAboutQuestion,
  NewestPage,
  NewestQuestion,
  Standing,
  StandingQuestion,
  UndonePage,
  UndoneQuestion,
} from './control-objects.ts';
import type { Credentials, RoleCredentials } from './credentials.ts';
import type { PageQuestion } from './page-question.ts';
import type { TallyCounts } from './tally-name.ts';

/**
 * The contract between the local runtime and its tools: what it leaves in its data folder, and its own calls under
 * `/_sluice/`, for what AWS has no API for. Both sides take their types from here.
 */

/** The running pipeline: what `runtime.json` in the data folder holds, and `npm start -- --json` prints. */
export interface RuntimeDescription {
  readonly schemaVersion: 1;
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  /** Every output of the stack, with its value on this machine. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly dataDir: string;
  /** For the calls under `/_sluice/`. */
  readonly controlToken: string;
  readonly pid: number;
  /**
   * What every client has to sign with, where the pipeline was started with `--private`. Only `runtime.json` holds it, which
   * only its user can read; it is never printed.
   */
  readonly credentials?: Credentials;
  /** What signs as somebody whom a policy of the stack was given; in `runtime.json` alone, as above. @default nothing does */
  readonly roles?: readonly RoleCredentials[];
}

/**
 * The calls that only ask, by name: `GET /_sluice/attempts?bucket=B&key=K`. A number goes as its digits. A question that is too
 * long for a URL is posted, as JSON with the token.
 */
export interface ControlReads {
  /** What waits where. */
  readonly status: { readonly question: Readonly<Record<never, string>>; readonly answer: RuntimeStatus };
  /** What was tried with an object, and what waits about it. */
  readonly attempts: { readonly question: ObjectQuestion; readonly answer: ObjectRecord };
  /** Events on the bus and in queues, a page at a time. */
  readonly undone: { readonly question: UndoneQuestion; readonly answer: UndonePage };
  /** How the events flow. */
  readonly flow: { readonly question: Readonly<Record<never, string>>; readonly answer: FlowCounts };
  /** What was measured, period by period. */
  readonly measures: { readonly question: MeasuresQuestion; readonly answer: MeasuredPeriods };
  /** What keys hold now, what changed last first, a page at a time. */
  readonly newest: { readonly question: NewestQuestion; readonly answer: NewestPage };
  /** How each of some keys stands: what is undone about it, and what was done with it. */
  readonly standing: { readonly question: StandingQuestion; readonly answer: Standing };
  /** What is left of a replay. */
  readonly replay: { readonly question: { readonly name: string }; readonly answer: ReplayRest };
  /** Archived events, a page at a time. */
  readonly archive: { readonly question: ArchiveQuestion; readonly answer: ArchivePage };
  /** The newest archived events about an object, at most 20. */
  readonly 'archive-about': { readonly question: ArchiveAboutQuestion; readonly answer: ArchivedAbout };
  /** How many events came to an archive, by the time and by the detail-type. */
  readonly 'archive-histogram': { readonly question: HistogramQuestion; readonly answer: ArchiveHistogram };
  /** What would have gone to something that does not run here, newest first, a page at a time. */
  readonly 'would-send': { readonly question: WouldSendQuestion; readonly answer: WouldSendPage };
}

/** The calls that move the runtime's clock, by name: `POST /_sluice/clock` with `{"advanceMs": 60000}`. */
export interface ControlChanges {
  /** Moves the clock on, letting due work finish on the way. */
  readonly clock: { readonly question: { readonly advanceMs: number }; readonly answer: RuntimeStatus };
  /** Moves it on until nothing waits, by a day at most unless `limitMs` says otherwise. */
  readonly drain: { readonly question: { readonly limitMs?: number }; readonly answer: RuntimeStatus };
}

/** What a call that is refused is answered. */
export interface ControlRefusal {
  readonly code: string;
  readonly message: string;
}

interface ObjectQuestion {
  readonly bucket: string;
  readonly key: string;
}

interface ArchiveQuestion extends PageQuestion {
  readonly name: string;
  /** ISO 8601; both included, as a replay takes them. */
  readonly since: string;
  readonly until: string;
  /** @default oldest */
  readonly first?: 'oldest' | 'newest';
}

interface WouldSendQuestion extends PageQuestion {
  /** Only what is about objects of this bucket. @default whatever it is about */
  readonly bucket?: string;
  /** Only what is about this key. @default any */
  readonly key?: string;
}

/** What waits where, and how the functions do. */
export interface RuntimeStatus {
  /** ISO 8601, on the runtime's clock, which can be ahead of the machine's. */
  readonly now: string;
  /** No event, message, replay or asynchronous invocation is on its way. */
  readonly drained: boolean;
  readonly bus: BusWork;
  /** Asynchronous invocations that are not done with. */
  readonly asyncInvocations: number;
  /** By the function's name; counts are since the start. */
  readonly functions: Readonly<Record<string, FunctionHealth>>;
  readonly disk: { readonly freeBytes: number };
  /** What the runtime has removed, given back or set aside: the counts that are not 0, for the life of the data folder. */
  readonly tally: TallyCounts;
  /** By the queue's name. */
  readonly queues: Readonly<Record<string, QueueStats>>;
}

/** What waits on the bus. */
export interface BusWork {
  readonly outbox: number;
  readonly deliveries: number;
  readonly replays: number;
}

/** How a function does. */
export interface FunctionHealth {
  readonly invocations: number;
  /** Invocations that failed as a whole. */
  readonly errors: number;
  readonly inHand: number;
  /** Messages that were tried in vain, each time counted. */
  readonly failed: number;
  /** Messages that were tried in vain and wait for another try, or have it now. */
  readonly retrying: number;
  /** The last message that was tried in vain. */
  readonly lastFailure?: FailedTry;
  /** Why no environment of it comes to load the handler. */
  readonly startFailure?: string;
  /** Why its queue cannot be polled: a full disk, say. */
  readonly trouble?: string;
}

/** A message that was tried in vain. */
export interface FailedTry {
  /** ISO 8601. */
  readonly at: string;
  /** When the invocation failed as a whole; else the function's log says it. */
  readonly error?: string;
}

/** What was tried with the events of an object, oldest first, and the messages about it. */
export interface ObjectRecord {
  readonly attempts: readonly ObjectAttempt[];
  readonly messages: readonly MessageAbout[];
}

/** One time that a function had an event of the object in hand. */
export interface ObjectAttempt {
  readonly functionName: string;
  readonly queueName: string;
  readonly messageId: string;
  /** How often the message had been received, this time included. */
  readonly attempt: number;
  /** When the message came into the queue, ISO 8601; absent of an attempt of an earlier version of the runtime. */
  readonly sentAt?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly outcome: TryOutcome;
  readonly error?: string;
  readonly versionId?: string;
  readonly sequencer?: string;
  readonly eventName?: string;
  readonly eventTime?: string;
  readonly replayName?: string;
}

/** `succeeded`: deleted. `failed`: given back by its id. `function-error`: the invocation failed as a whole. */
export type TryOutcome = 'succeeded' | 'failed' | 'function-error';

/** A message about an object, where it is now: in a queue, perhaps one of dead letters. */
export interface MessageAbout {
  readonly queueName: string;
  readonly messageId: string;
  readonly receiveCount: number;
  readonly sentAt: string;
  /** When it is handed out next. */
  readonly visibleAt: string;
  readonly inFlight: boolean;
}

/** What is left of a replay, by the queue's name, dead-letter queues included. */
export interface ReplayRest {
  readonly queues: Readonly<Record<string, ReplayedInQueue>>;
}

/** How much of a replay one queue holds, or is still to get. */
export interface ReplayedInQueue {
  readonly waiting: number;
  /** Received before: in a function's hand, or backed off after a failure. */
  readonly retried: number;
}

export interface ArchivePage {
  /** As they were published. */
  readonly events: readonly unknown[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

export interface WouldSendPage {
  readonly events: readonly WouldSend[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

/** What a rule or a function sent to something that runs in AWS alone: another event bus, a state machine, a topic. */
export interface WouldSend {
  /** ISO 8601, on the runtime's clock. */
  readonly at: string;
  /** The rule's or the function's name; `local` for a client of this machine. */
  readonly by: string;
  /** ARN of where it would have gone. */
  readonly to: string;
  /** Key of the object that it is about; absent where none could be told. */
  readonly key?: string;
  /** The whole event, or the execution's input. */
  readonly event: unknown;
}
