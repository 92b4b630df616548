import type { logsDocument, logsLineDocument } from './logs-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { Option, type Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { logEvents, type LogEvent } from './log-events.ts';
import { isCountsLine } from '../../shared/log-fields.ts';
import { logLineText } from './log-line.ts';
import { parsedLine } from './parsed-line.ts';
import { hasFunction, TARGET_WORDS, type FunctionConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { withConsumers, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { parseMoment, parseWhole } from '../terminal/time.ts';
import { plural } from '../terminal/units.ts';
import { pause } from '../../shared/pause.ts';

interface LogsFlags extends CommonFlags {
  readonly consumer?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly filter?: string;
  readonly limit?: string;
  readonly last?: string;
  readonly follow?: boolean;
  readonly all?: boolean;
}

const HELP = `
The functions' logs, oldest first, of several consumers in the order of their times. --filter takes CloudWatch's pattern
syntax. Metrics, which travel in the log too, are left out unless --all.

  sluice logs --consumer CONSUMER --since 2h
  sluice logs --filter '{ $.level = "ERROR" || $.level = "WARN" }'
  sluice logs --filter '{ $.key = "csv/orders.csv" }' --json
  sluice logs --last 20                       the end of it
  sluice logs --follow                        what comes from now on, until Ctrl-C
  sluice logs --follow --since 1h             and before it the last hour`;

interface ConsumerEvent extends LogEvent {
  readonly consumer: string;
}

const LOOK_AGAIN_MS = { local: 500, aws: 3_000 };
// lines of one moment may arrive in any order, and late
const LOOK_BACK_MS = 5_000;
const REMEMBERED = 10_000;

export function defineLogs(command: Command, session: Session): void {
  command
    .option('--since <time>', 'only lines after this time (default: 10m; with --follow now)')
    .option('--until <time>', 'only lines before this time')
    .option('--filter <pattern>', 'CloudWatch filter pattern')
    .option('--limit <n>', 'show at most this many lines')
    .addOption(
      new Option('--last <n>', 'show at most this many lines, the newest').conflicts(['limit', 'follow']),
    )
    .addOption(new Option('--follow', 'keep looking for new lines').conflicts('until'))
    .option('--all', 'metrics too')
    .addHelpText('after', HELP);
  withTarget(withConsumers(command)).action(async (flags: LogsFlags) => {
    await session.run(flags, async (scope) => {
      try {
        return await logs(scope, flags);
      } catch (error) {
        if (flags.filter === undefined || (error as Error).name !== 'InvalidParameterException') throw error;
        throw usageError(`--filter ${JSON.stringify(flags.filter)} is refused: ${(error as Error).message}`);
      }
    });
  });
}

async function logs(scope: Scope, flags: LogsFlags): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const now = await pipeline.now();
  const limit = flags.limit === undefined ? Infinity : parseWhole(flags.limit, '--limit', 1, 1e9);
  const consumers = withLogs(pipeline, flags.consumer);
  let since =
    flags.since === undefined && flags.follow === true ? now : parseMoment(sinceOf(flags), '--since', now);
  const until = flags.until === undefined ? undefined : parseMoment(flags.until, '--until', now);
  const query = () => ({
    since,
    ...(until !== undefined && { until }),
    ...(flags.filter !== undefined && { filterPattern: flags.filter }),
  });
  let count = 0;
  const seen = new Set<string>();
  async function* lines() {
    for await (const event of inOrder(scope, consumers, query())) {
      if (signal.aborted || count >= limit) return;
      if ((flags.all !== true && isCountsLine(event.message)) || seen.has(event.consumer + event.eventId)) {
        continue;
      }
      count++;
      yield event;
    }
  }
  if (flags.follow !== true) {
    const last = flags.last === undefined ? undefined : parseWhole(flags.last, '--last', 1, 10_000);
    await show(scope, last === undefined ? lines() : newestOf(lines(), last), sinceOf(flags));
    if (count === 0) terminal.note('no line matches');
    return count === 0 ? EXIT.nothingMatched : EXIT.done;
  }
  for (;;) {
    for await (const event of lines()) {
      seen.add(event.consumer + event.eventId);
      since = new Date(Math.max(since.getTime(), event.timestampMs - LOOK_BACK_MS));
      if (terminal.isJson) {
        terminal.document<DocumentOf<typeof logsLineDocument>>({
          verb: 'logs line',
          target: pipeline.deployment,
          ...documentOf(event),
        });
      } else terminal.line(textOf(event));
    }
    if (signal.aborted || count >= limit) break;
    forget(seen);
    await pause(LOOK_AGAIN_MS[pipeline.deployment.kind], signal);
  }
  terminal.note(`followed ${plural(count, 'line')}`);
  return EXIT.done;
}

async function* newestOf<Line>(lines: AsyncIterable<Line>, count: number): AsyncGenerator<Line> {
  const newest: Line[] = [];
  for await (const line of lines) {
    newest.push(line);
    if (newest.length > count) newest.shift();
  }
  yield* newest;
}

/** Those of the consumers whose functions log. @throws CliError, usage, on a consumer that is named and has no function */
function withLogs(pipeline: Pipeline, names: readonly string[] | undefined): readonly FunctionConsumer[] {
  const consumers = pipeline.consumersNamed(names);
  const without = consumers.find((consumer) => !hasFunction(consumer));
  if (names !== undefined && without !== undefined) {
    throw usageError(
      `${without.name} has no log: it sends to ${TARGET_WORDS[without.kind]}, and to no function of the stack`,
      `sluice status KEY --consumer ${without.name} says what became of an object`,
    );
  }
  return consumers.filter(hasFunction);
}

async function show(
  { pipeline, terminal }: Scope,
  lines: AsyncIterable<ConsumerEvent>,
  since: string,
): Promise<void> {
  if (!terminal.isJson) {
    for await (const event of lines) terminal.line(textOf(event));
    return;
  }
  async function* documents() {
    for await (const event of lines) yield documentOf(event);
  }
  await terminal.listDocument<DocumentOf<typeof logsDocument>, 'events', never>(
    { verb: 'logs', target: pipeline.deployment, since },
    'events',
    documents(),
    () => ({}),
  );
}

/** Several logs as one, by time; one line of each in memory. */
async function* inOrder(
  { pipeline }: Scope,
  consumers: readonly FunctionConsumer[],
  query: Parameters<typeof logEvents>[2],
): AsyncGenerator<ConsumerEvent> {
  const heads = await Promise.all(
    consumers.map(async (consumer) => {
      const events = logEvents(pipeline, consumer, query);
      return { consumer, events, head: await events.next() };
    }),
  );
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const one of heads) {
      if (one.head.done === true) continue;
      if (first === undefined || one.head.value.timestampMs < timeOf(first.head)) first = one;
    }
    if (first === undefined || first.head.done === true) return;
    yield { ...first.head.value, consumer: first.consumer.name };
    first.head = await first.events.next();
  }
}

const sinceOf = ({ since = '10m' }: LogsFlags): string => since;

const timeOf = (head: IteratorResult<LogEvent>): number =>
  head.done === true ? Infinity : head.value.timestampMs;

const textOf = ({ timestampMs, consumer, message }: ConsumerEvent): string =>
  `${new Date(timestampMs).toISOString()} ${consumer} ${logLineText(message)}`;

const documentOf = ({ timestampMs, consumer, message }: ConsumerEvent) => ({
  timestamp: new Date(timestampMs).toISOString(),
  consumer,
  // a line of JSON is what one wants to pick from
  message: parsedLine(message) ?? message,
});

/** The oldest ids are of lines that are not asked for any more. */
function forget(seen: Set<string>): void {
  for (const id of seen) {
    if (seen.size <= REMEMBERED) return;
    seen.delete(id);
  }
}
