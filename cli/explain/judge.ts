import { readFile } from 'node:fs/promises';
import { InvalidEventPatternError } from '../../shared/event-pattern/pattern-clauses.ts';
import {
  parseEvent,
  InvalidEventTextError,
  type ParsedEvent,
} from '../../shared/event-pattern/pattern-event.ts';
import {
  type ClauseResult,
  compilePattern,
  type EventMatcher,
} from '../../shared/event-pattern/pattern-matcher.ts';
import { usageError } from '../cli-error.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { routesOf, type Reach } from '../pipeline/routing.ts';
import { whySkippedThere } from '../pipeline/skipped-name.ts';
import type { AskedEvent } from './asked-events.ts';
import { isJsonText } from './asked-events.ts';

/** Somebody who wants some events: a consumer by its rule, or a pattern that is tried. */
export interface Judge {
  /** The consumer's name, or `the pattern`. */
  readonly name: string;
  readonly pattern: string;
  readonly matcher: EventMatcher;
  /** A disabled rule lets events pass by. */
  readonly isEnabled: boolean;
  /** Why nothing is kept of a key that the pattern lets through; undefined when something is. */
  readonly whySkipped: (key: string) => string | undefined;
}

/** What one of them says of an event. */
export interface Judgement {
  readonly consumer: string;
  readonly verdict: Reach;
  readonly isEnabled: boolean;
  /** Why it is skipped. */
  readonly why?: string;
  readonly clauses: readonly ClauseResult[];
}

/** The consumers by their rules as they are deployed now. @throws CliError, usage, on a name that is none */
export async function judgesOf(
  pipeline: Pipeline,
  names: readonly string[] | undefined,
): Promise<readonly Judge[]> {
  const routes = await routesOf(pipeline, pipeline.consumersNamed(names));
  return routes.map((route) => ({
    name: route.consumer.name,
    pattern: route.pattern,
    matcher: route.matcher,
    isEnabled: route.isEnabled,
    whySkipped: (key) => whySkippedThere(pipeline, route, key),
  }));
}

/** A pattern as JSON text, or a file that holds one. @throws CliError, usage, naming clause and reason where it is none */
export async function patternJudge(argument: string): Promise<Judge> {
  const pattern = isJsonText(argument) ? argument : await patternFile(argument);
  try {
    const matcher = compilePattern(pattern);
    return { name: 'the pattern', pattern, matcher, isEnabled: true, whySkipped: () => undefined };
  } catch (cause) {
    if (!(cause instanceof InvalidEventPatternError)) throw cause;
    throw usageError(
      `no pattern: ${cause.message}`,
      'EventBridge refuses it too; its operators: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html',
    );
  }
}

async function patternFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw usageError(
      `${JSON.stringify(file)} is no pattern, and no file of one: ${(cause as Error).message}`,
      `write it as JSON: '{"detail":{"object":{"key":[{"prefix":"csv/"}]}}}'`,
    );
  }
}

/** What each of them says of an event, of this key if it has one. */
export function judge(
  judges: readonly Judge[],
  parsed: ParsedEvent,
  key: string | undefined,
): readonly Judgement[] {
  return judges.map(({ name, matcher, isEnabled, whySkipped }) => {
    const clauses = matcher.explain(parsed);
    const matched = clauses.every((clause) => clause.matched);
    const why = matched && key !== undefined ? whySkipped(key) : undefined;
    const verdict = !matched ? 'not-matched' : why === undefined ? 'wanted' : 'skipped';
    return { consumer: name, verdict, isEnabled, clauses, ...(why !== undefined && { why }) };
  });
}

/** @throws CliError, usage */
export function parsedEvent({ text, from }: AskedEvent): ParsedEvent {
  try {
    return parseEvent(text);
  } catch (cause) {
    if (!(cause instanceof InvalidEventTextError)) throw cause;
    throw usageError(`${from}: ${cause.message}`);
  }
}

/** The key of an S3 event; undefined when it is none. */
export function keyIn(event: ParsedEvent): string | undefined {
  const value = event.leaves.get('detail.object.key')?.[0]?.value;
  return value?.kind === 'string' ? value.value : undefined;
}
