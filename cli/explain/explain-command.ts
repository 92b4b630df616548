import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { nearestWord } from '../../shared/nearest-word.ts';
import { usageError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { keyOf } from '../objects/object-location.ts';
import { withConsumers, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { eventsIn, eventsOfFile, isJsonText, type AskedEvent } from './asked-events.ts';
import { explainArchive, type ArchiveFlags } from './explain-archive.ts';
import type { explainDocument } from './explain-document.ts';
import { measured } from './measured-patterns.ts';
import { explanationLines, type Explained } from './explanation-lines.ts';
import { judge, judgesOf, keyIn, parsedEvent, patternJudge } from './judge.ts';
import { eventOfKey, REASONS } from './key-event.ts';

interface ExplainFlags extends CommonFlags, ArchiveFlags {
  readonly consumer?: readonly string[];
  readonly pattern?: string;
  readonly deleted?: boolean;
  readonly reason?: string;
}

const HELP = `
What is asked about is the key of an object, there or not; an event as JSON; a file of events (one, an array, or one a line); or
- for standard input. A file that lies here and holds JSON is taken for events: write s3://BUCKET/KEY for the key of that name.
A classic notification, a backfill and a batch of SQS messages are understood too.

Of each clause of a rule stands the field, what was found there, and what was wanted. What is matched may still be skipped, by
its name. With --last or --since: which archived events the patterns would have matched. In AWS nobody can read an archive:
there they are events of the ledger's last hours (a day unless --since says otherwise), rebuilt from its lines: without id,
without what the ledger's rule lets by, the last minute not yet.

Exit code: 0 when a consumer wants an event of these, 3 when none does.

  sluice explain csv/report.csv
  sluice explain csv/report.csv --deleted --consumer CONSUMER
  sluice explain images/cat.png --pattern '{"detail":{"object":{"key":[{"suffix":".png"}]}}}'
  sluice samples csv/a.csv --kind copy | sluice explain -
  sluice explain --last 20 --pattern new-pattern.json
  sluice explain --since 2h --consumer CONSUMER`;

export function defineExplain(command: Command, session: Session): void {
  command
    .argument('[what]', 'a key, an event as JSON, a file of events, or - for standard input')
    .option('--pattern <pattern>', 'try this one, as JSON or a file, in place of the rules')
    .option('--deleted', 'as if the object of the key were deleted')
    .option(
      '--reason <reason>',
      `of the key’s event: ${REASONS.created.join(', ')}; ${REASONS.deleted.join(', ')}`,
    )
    .option('--last <n>', 'the last archived events, so many')
    .option('--since <time>', 'archived events since then: 10m, 2h, 07:00, 2026-11-20')
    .addHelpText('after', HELP);
  withConsumers(withTarget(command)).action(async (what: string | undefined, flags: ExplainFlags) => {
    checkFlags(what, flags);
    // a mistake in the pattern is said before anybody is asked anything
    const tried = flags.pattern === undefined ? undefined : await patternJudge(flags.pattern);
    await session.run(flags, async (scope) => {
      const judges = tried === undefined ? await judgesOf(scope.pipeline, flags.consumer) : [tried];
      if (what === undefined) return await explainArchive(scope, judges, flags);
      return explain(scope, await asked(scope, what, flags, session), judges);
    });
  });
}

/** @throws CliError, usage, on flags that do not go together */
function checkFlags(what: string | undefined, flags: ExplainFlags): void {
  const { last, since, pattern, consumer, deleted, reason } = flags;
  const isOfArchive = last !== undefined || since !== undefined;
  if (what === undefined && !isOfArchive) {
    throw usageError(
      'there is nothing to explain',
      'name a key, an event or a file of events, or say --last 20 or --since 2h',
    );
  }
  if (what === '') {
    throw usageError('the key is empty, and no object has such a one', 'name a key, such as csv/a.csv');
  }
  if (what !== undefined && isOfArchive) {
    throw usageError(
      `--last and --since ask the archive, and ${JSON.stringify(what)} is something else`,
      'leave one of them out',
    );
  }
  if (pattern !== undefined && consumer !== undefined) {
    throw usageError(
      '--pattern stands in place of the rules, and --consumer names one',
      'leave one of them out',
    );
  }
  const known = REASONS[deleted === true ? 'deleted' : 'created'];
  if (reason !== undefined && !known.includes(reason)) {
    const meant = nearestWord(reason, known);
    throw usageError(
      `--reason ${JSON.stringify(reason)} is none that S3 gives for ${deleted === true ? 'a delete' : 'an object created'}`,
      meant === undefined ? `one of ${known.join(', ')}` : `did you mean ${JSON.stringify(meant)}?`,
    );
  }
}

type Asked = AskedEvent & Pick<Explained, 'isThere' | 'notes'>;

async function asked(
  { pipeline, terminal }: Scope,
  what: string,
  flags: ExplainFlags,
  { streams }: Session,
): Promise<readonly Asked[]> {
  const owner = pipeline.deployment;
  const isFile =
    what !== '-' &&
    !isJsonText(what) &&
    !/^s3:/i.test(what) &&
    existsSync(what) &&
    isJsonText(await readFile(what, 'utf8'));
  if (what !== '-' && !isJsonText(what) && !isFile) {
    return [await eventOfKey(pipeline, keyOf(what, pipeline), flags)];
  }
  if (flags.deleted === true || flags.reason !== undefined) {
    throw usageError('--deleted and --reason make an event of a key; an event says these itself');
  }
  if (isFile) {
    terminal.note(`${what} lies here: read as events; s3://${pipeline.ingestBucket}/${what} is the key`);
  }
  return isJsonText(what)
    ? eventsIn(what, 'the event', owner)
    : await eventsOfFile(what, streams.stdin, owner);
}

function explain(
  { pipeline, terminal }: Scope,
  events: readonly Asked[],
  judges: Parameters<typeof judge>[0],
) {
  const explained = events.map((event): Explained => {
    const parsed = parsedEvent(event);
    const key = keyIn(parsed);
    return { ...event, ...(key !== undefined && { key }), consumers: judge(judges, parsed, key) };
  });
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof explainDocument>>({
      verb: 'explain',
      target: pipeline.deployment,
      ...measured(judges),
      events: explained.map(({ from, key, isThere, was, text, consumers }) => ({
        from,
        ...(key !== undefined && { key }),
        ...(isThere !== undefined && { isThere }),
        ...(was !== undefined && { was }),
        event: JSON.parse(text) as Record<string, unknown>,
        consumers,
      })),
    });
  } else {
    for (const [index, one] of explained.entries()) {
      if (index > 0) terminal.line('');
      for (const line of explanationLines(one)) terminal.line(line);
    }
  }
  const isWanted = explained.some(({ consumers }) => consumers.some(({ verdict }) => verdict === 'wanted'));
  return isWanted ? EXIT.done : EXIT.nothingMatched;
}
