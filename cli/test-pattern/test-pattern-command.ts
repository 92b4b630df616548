import type { Command } from 'commander';
import { SURELY_ACCEPTED } from '../../shared/event-pattern/pattern-complexity.ts';
import { terminalText, terminalJson } from '../../shared/terminal-text.ts';
import { usageError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { eventsIn, eventsOfFile, isJsonText, type AskedEvent, type Owner } from '../explain/asked-events.ts';
import { clauseText } from '../explain/clause-lines.ts';
import { judge, judgesOf, keyIn, parsedEvent, patternJudge, type Judge } from '../explain/judge.ts';
import { withTarget, type CommonFlags, type Session } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { plural } from '../terminal/units.ts';
import type { testPatternDocument } from './test-pattern-document.ts';

interface TestPatternFlags extends CommonFlags {
  readonly consumer?: string;
  readonly events?: readonly string[];
  readonly wouldMatch?: boolean;
}

const HELP = `
A pattern is JSON, or a file of it; with --consumer it is the one that is deployed, and else no pipeline is asked. Events come
from files (one event as JSON, an array, or one a line), - is standard input, and an event may stand there as JSON.

Exit code: 0 when all match, 3 when some event does not, 2 when it is no pattern: then the clause and the reason are said. With
--would-match: the events that match, a line each, for another program; 0 when there is one, 3 when there is none.

  sluice test-pattern '{"detail":{"object":{"key":[{"suffix":".png"}]}}}' --events event.json
  sluice test-pattern new-pattern.json --events recorded/*.json
  sluice samples images/a.png | sluice test-pattern new-pattern.json --events - --would-match
  sluice test-pattern --consumer CONSUMER --events event.json --json`;

/** Whose classic notifications are, when no pipeline is asked. */
const NOBODY: Owner = { account: '111122223333', region: 'eu-west-1' };

/** What AWS's call wants of an event, which rules do not. */
const MANDATORY = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'] as const;

export function defineTestPattern(command: Command, session: Session): void {
  command
    .argument('[pattern]', 'as JSON, or a file of it')
    .option('--events <files...>', 'files of events, - for standard input, or an event as JSON')
    .option('--would-match', 'print the events that match')
    .option('--consumer <name>', 'the pattern of this consumer’s rule, as it is deployed')
    .addHelpText('after', HELP);
  withTarget(command).action(async (pattern: string | undefined, flags: TestPatternFlags) => {
    const { events = [], consumer } = flags;
    if ((pattern === undefined) === (consumer === undefined)) {
      throw usageError('one pattern is tested', 'write it as JSON or name its file, or name a --consumer');
    }
    if (events.length === 0) {
      throw usageError(
        'there is no event to test it with',
        'name files with --events; sluice samples prints some',
      );
    }
    if (pattern !== undefined) {
      const tried = await patternJudge(pattern);
      session.exitCode = await testPattern(session, session.terminal(flags), tried, flags, NOBODY);
      return;
    }
    await session.run(flags, async ({ pipeline, terminal }) => {
      const [judge] = await judgesOf(pipeline, [consumer!]);
      return await testPattern(session, terminal, judge!, flags, pipeline.deployment);
    });
  });
}

async function testPattern(
  { streams }: Session,
  terminal: Terminal,
  tried: Judge,
  { events: files = [], wouldMatch = false }: TestPatternFlags,
  owner: Owner,
) {
  const events: AskedEvent[] = [];
  for (const file of files) {
    const some = isJsonText(file)
      ? eventsIn(file, 'the event', owner)
      : await eventsOfFile(file, streams.stdin, owner);
    events.push(...some);
  }
  const results = events.map((event) => {
    const parsed = parsedEvent(event);
    const key = keyIn(parsed);
    const clauses = judge([tried], parsed, key)[0]!.clauses;
    return { ...event, key, clauses, Result: clauses.every(({ matched }) => matched) };
  });
  const { complexity } = tried.matcher;
  const matching = results.filter(({ Result }) => Result);
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof testPatternDocument>>({
      verb: 'test-pattern',
      pattern: JSON.parse(tried.pattern),
      complexity,
      results: (wouldMatch ? matching : results).map(({ Result, from, key }) => ({
        Result,
        from,
        ...(key !== undefined && { key }),
      })),
    });
  } else if (wouldMatch) {
    for (const { text } of matching) terminal.line(terminalJson(text));
  } else {
    for (const { from, key, clauses, Result } of results) {
      const failed = clauses.filter(({ matched }) => !matched).map(clauseText);
      terminal.line([Result ? '✔' : '✖', terminalText(key ?? from), ...failed].join('  '));
    }
  }
  if (complexity > SURELY_ACCEPTED) {
    terminal.note(
      `the pattern measures ${complexity}: AWS surely accepts up to ${SURELY_ACCEPTED}; use fewer wildcards, or a prefix or a suffix`,
    );
  }
  for (const event of events) noteMissing(terminal, event);
  terminal.note(`${matching.length} of ${plural(results.length, 'event')} match`);
  const isDone = wouldMatch ? matching.length > 0 : matching.length === results.length;
  return isDone ? EXIT.done : EXIT.nothingMatched;
}

function noteMissing(terminal: Terminal, { text, from, was }: AskedEvent): void {
  if (was !== undefined) {
    terminal.note(`${from}: ${was}`);
    return;
  }
  const event = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const missing = MANDATORY.filter((name) => event[name] === undefined);
  if (missing.length > 0) {
    terminal.note(`${from} has no ${missing.join(', ')}: aws events test-event-pattern would refuse it`);
  }
}
