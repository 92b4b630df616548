import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { LogFields, LoggedLine } from '../../shared/log-fields.ts';
import type { FunctionConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { parsedLine } from './parsed-line.ts';

export interface LogEvent {
  readonly eventId: string;
  readonly timestampMs: number;
  /** The line, as it was logged. */
  readonly message: string;
}

export interface LogQuery {
  readonly since: Date;
  readonly until?: Date;
  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
  readonly filterPattern?: string;
}

/** What a consumer's function has logged, oldest first, a page in memory at a time. */
export async function* logEvents(
  { logs }: Pipeline,
  { logGroupName }: FunctionConsumer,
  { since, until, filterPattern }: LogQuery,
): AsyncGenerator<LogEvent> {
  const pages = paginateFilterLogEvents(
    { client: logs },
    {
      logGroupName,
      startTime: since.getTime(),
      ...(until !== undefined && { endTime: until.getTime() }),
      ...(filterPattern !== undefined && { filterPattern }),
    },
  );
  for await (const { events = [] } of pages) {
    for (const { eventId = '', timestamp = 0, message = '' } of events) {
      yield { eventId, timestampMs: timestamp, message };
    }
  }
}

/** The line's JSON object, of which only the fields that a function writes for programs are looked at. */
export const loggedLine = (message: string): LoggedLine | undefined => parsedLine(message);

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
const LONGEST_PATTERN = 1_024;

/**
 * A condition of a filter pattern: the field is this text, or begins like it where all of it would be too long (a key may
 * have 1,024 bytes). What holds for that and for a `*` in it, the reader must check.
 */
export function fieldIs(field: keyof LogFields, text: string): string {
  const whole = patternOf(field, text);
  if (whole.length <= LONGEST_PATTERN) return whole;
  let room = LONGEST_PATTERN - patternOf(field, '*').length;
  let beginning = '';
  for (const character of text) {
    room -= JSON.stringify(character).length - '""'.length;
    if (room < 0) break;
    beginning += character;
  }
  return patternOf(field, `${beginning}*`);
}

const patternOf = (field: string, text: string): string => `{ $.${field} = ${JSON.stringify(text)} }`;
