import { statfsSync } from 'node:fs';
import type { ArchiveHistogram } from '../../shared/archive-histogram.ts';
import type {
  ArchivePage,
  ObjectRecord,
  ReplayRest,
  RuntimeStatus,
  WouldSendPage,
} from '../../shared/control-api.ts';
import type { FlowCounts, MeasuredPeriods } from '../../shared/measures.ts';
import type { ArchivedAbout, NewestPage, Standing, UndonePage } from '../../shared/control-objects.ts';
import { parseEvent } from '../../shared/event-pattern/pattern-event.ts';
import type { Clock } from '../clock.ts';
import { archiveHistogram, type HistogramWindow } from '../eventbridge/archive-histogram.ts';
import { archivedAbout, archivedEvents, type ArchiveWindow } from '../eventbridge/archived-events.ts';
import type { FlowLook } from '../measures/flow-look.ts';
import { measuredPeriods, type MeasuresWindow } from '../measures/measured-periods.ts';
import type { Measures } from '../measures/measures.ts';
import type { EventSourceMappingPlan } from '../plan.ts';
import { newestObjects, type NewestSearch } from '../s3/newest-objects.ts';
import { messagesAbout } from '../sqs/messages-about.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import type { WouldSendRecords, WouldSendSearch } from '../would-send/would-send-records.ts';
import { standingOfKeys } from './standing-of-keys.ts';
import { leftOfReplay, undoneEvents, type UndoneOfKeysSearch, type UndoneSearch } from './undone-events.ts';
import type { WorkingServices, Workload } from './workload.ts';

export interface RuntimeAnswersOptions extends WorkingServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly workload: Workload;
  readonly wouldSend: WouldSendRecords;
  readonly measures: Measures;
  readonly flow: FlowLook;
  /** The mappings of the template as it is now. */
  readonly mappings: () => readonly EventSourceMappingPlan[];
}

/** What the runtime knows of itself, and AWS of nobody: asked by the control calls and by the lines of `npm start`. */
export class RuntimeAnswers {
  readonly #options: RuntimeAnswersOptions;

  constructor(options: RuntimeAnswersOptions) {
    this.#options = options;
  }

  /** What waits where. */
  status(): RuntimeStatus {
    const { sqs, bus, functions, store, clock, workload } = this.#options;
    return {
      now: new Date(clock.now()).toISOString(),
      drained: workload.isDrained(),
      bus: bus.pending(),
      asyncInvocations: functions.pendingAsync(),
      functions: functions.health(),
      disk: { freeBytes: freeBytes(store.dataDir) },
      tally: new Tally(store).counts(),
      queues: Object.fromEntries(sqs.queues.all().map((queue) => [queue.name, sqs.stats(queue)])),
    };
  }

  /** What was tried with an object's events, and which messages about it are in the queues. */
  record(bucket: string, key: string): ObjectRecord {
    const { sqs, functions } = this.#options;
    return { attempts: functions.attempts.of(bucket, key), messages: messagesAbout(sqs, bucket, key) };
  }

  /** What no consumer has dealt with yet, by its key. */
  undone(search: UndoneSearch): UndonePage {
    return undoneEvents(this.#options.store, search);
  }

  /** How the events flow. */
  flow(): FlowCounts {
    return this.#options.flow.counts();
  }

  /** What was measured up to this moment, period by period. */
  measures(window: MeasuresWindow): MeasuredPeriods {
    return measuredPeriods(this.#options.measures.between(window), window);
  }

  /** What keys hold now, what changed last first. */
  newest(search: NewestSearch): NewestPage {
    return newestObjects(this.#options.store, search);
  }

  /** The newest archived events about an object. */
  archivedAbout(name: string, bucket: string, key: string): ArchivedAbout {
    const { store, bus } = this.#options;
    return archivedAbout(store, bus.archives, { name, bucket, key });
  }

  /** How some keys stand. */
  standing(search: UndoneOfKeysSearch): Standing {
    const { store, functions, wouldSend } = this.#options;
    return standingOfKeys({ store, attempts: functions.attempts, wouldSend }, search);
  }

  /** What is left of a replay, by queue. */
  replayLeft(name: string): ReplayRest {
    return { queues: leftOfReplay(this.#options.store, name) };
  }

  archive(window: ArchiveWindow): ArchivePage {
    return archivedEvents(this.#options.bus.archives, window);
  }

  archiveHistogram(window: HistogramWindow): ArchiveHistogram {
    const { store, bus } = this.#options;
    return archiveHistogram(store, bus.archives, window);
  }

  wouldSend(search: WouldSendSearch): WouldSendPage {
    return this.#options.wouldSend.page(search);
  }

  /**
   * The functions that an event on the bus goes to, by the rules as they are now; undefined for one that goes elsewhere,
   * as a replay to some of them, or a message that is no event of the bus.
   */
  functionsFor(eventText: string): readonly string[] | undefined {
    const { bus, mappings } = this.#options;
    try {
      if (Object.hasOwn(JSON.parse(eventText) as object, 'replay-name')) return undefined;
      const rules = bus.rules.matching(parseEvent(eventText));
      const queues = new Set(rules.flatMap(({ targets }) => targets.map(({ arn }) => arn)));
      const reached = mappings().filter(({ queueArn }) => queues.has(queueArn));
      return reached.length === 0 ? undefined : reached.map(({ functionName }) => functionName);
    } catch {
      // a message may hold anything
      return undefined;
    }
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
