import { parseObjectEventText } from '../../shared/object-event/object-event-parser.ts';
import type { BusCounts } from '../eventbridge/bus-counts.ts';
import type { TriedMessage } from '../lambda/attempts.ts';
import type { EndedInvocation } from '../lambda/lambda-function.ts';
import { log } from '../log.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import type { Measures } from './measures.ts';

/** So many names of one function are measured: one that makes up a name for each event would fill the store. */
const MOST_NAMES = 200;
const WHOLE_SECOND_MS = 999;
const MB = 1_048_576;

/** What is measured of a pipeline: told by the services as it happens. */
export class PipelineMeasures implements BusCounts {
  readonly #measures: Measures;
  /** Names that functions count by themselves. */
  readonly #namesOf = new Map<string, Set<string>>();
  /** Functions whose further names are not measured, as the log was told. */
  readonly #told = new Set<string>();

  constructor(measures: Measures) {
    this.#measures = measures;
  }

  published(): void {
    this.#measures.count('bus', 'published');
  }

  matched(ruleArn: string): void {
    this.#measures.count(`rule ${lastPart(ruleArn, '/')}`, 'matched');
  }

  delivered(ruleArn: string): void {
    this.#measures.count(`rule ${lastPart(ruleArn, '/')}`, 'delivered');
  }

  /** Somebody has done with a message of the queue. */
  deleted(queueName: string): void {
    this.#measures.count(`queue ${queueName}`, 'deleted');
  }

  /** @param nowMs when the invocation has ended, in milliseconds since 1970 */
  tried(messages: readonly TriedMessage[], nowMs: number): void {
    for (const message of messages) {
      const subject = `queue ${lastPart(message.queueArn, ':')}` as const;
      if (message.outcome !== 'succeeded') this.#measures.count(subject, 'failed');
      else {
        for (const ageMs of agesMs(message, nowMs)) this.#measures.spread(subject, 'age-ms', ageMs);
      }
    }
  }

  invoked({ functionName, durationMs, peakBytes, isError }: EndedInvocation): void {
    const subject = `function ${functionName}` as const;
    if (isError) this.#measures.count(subject, 'errors');
    this.#measures.spread(subject, 'duration-ms', durationMs);
    this.#measures.peak(subject, 'memory-mb', Math.ceil(peakBytes / MB));
  }

  /** A line of a function's log may tell what it counts by itself. */
  logged(functionName: string, line: string): void {
    for (const [name, sum] of embeddedMetrics(line)) {
      if (this.#isKnown(functionName, name)) {
        this.#measures.add(`function ${functionName}`, `counted ${name}`, sum);
      }
    }
  }

  #isKnown(functionName: string, name: string): boolean {
    const names = this.#namesOf.get(functionName) ?? new Set();
    this.#namesOf.set(functionName, names);
    if (names.has(name)) return true;
    if (names.size < MOST_NAMES) {
      names.add(name);
      return true;
    }
    if (this.#told.has(functionName)) return false;
    this.#told.add(functionName);
    log('a function counts by too many names: no further ones are measured', {
      function: functionName,
      most: MOST_NAMES,
      name,
    });
    return false;
  }
}

const lastPart = (arn: string, separator: string): string => arn.slice(arn.lastIndexOf(separator) + 1);

/** How long the live events of a message took from S3 until now; a replay's and a backfill's are old. */
function agesMs({ body, sentAtMs }: TriedMessage, nowMs: number): readonly number[] {
  try {
    return parseObjectEventText(body).flatMap((event) =>
      event.origin === 'backfill' || event.replayName !== undefined
        ? []
        : [Math.max(0, nowMs - happenedAtMs(Date.parse(event.eventTime), sentAtMs))],
    );
  } catch {
    // a queue may be sent anything
    return [];
  }
}

/**
 * When an event happened. EventBridge writes whole seconds: it was somewhen in that second, and before it was sent to the
 * queue, which takes milliseconds as a rule.
 */
function happenedAtMs(eventTimeMs: number, sentAtMs: number | undefined): number {
  if (sentAtMs === undefined || eventTimeMs % 1_000 !== 0) return eventTimeMs;
  return Math.min(Math.max(sentAtMs, eventTimeMs), eventTimeMs + WHOLE_SECOND_MS);
}
