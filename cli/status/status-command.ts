import type { statusObjectDocument } from '../fate/fate-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { fateOf, type Outcome } from '../fate/fate.ts';
import { fateLines } from '../fate/fate-lines.ts';
import { toldRow } from '../fate/told-row.ts';
import { keyOf, locationText } from '../objects/object-location.ts';
import type { ObjectVersion } from '../objects/object-versions.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { showPipeline } from './pipeline-status-view.ts';
import { showWouldSend } from './would-send-view.ts';
import { showPrefix } from './prefix-status-view.ts';
import { withConsumers, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import { bytesText } from '../terminal/units.ts';
import { pause } from '../../shared/pause.ts';

interface StatusFlags extends CommonFlags {
  readonly consumer?: readonly string[];
  readonly watch?: boolean;
  readonly check?: boolean;
  readonly since: string;
  readonly maxAge: string;
  readonly versionId?: string;
  readonly prefix?: string;
  readonly wouldSend?: boolean;
  readonly limit?: string;
}

const HELP = `
Without a key: what waits in each queue and what comes again after a failure, the letters in both dead-letter queues, and
every joint that does not hold, from the bucket to the function: the last error of what fails, a rule without its queue, a
mapping that is disabled. What cannot be asked is said so, and hides nothing else (exit 4).
With a key: what became of that object at each consumer. In AWS nobody can ask which messages wait in a queue; then it
says unknown, never a guess. Of a consumer that sends elsewhere it says queued or handed-over, and on this machine
would-send: what becomes of it there nobody here can see. With --json its versions are told too, and on this machine the
archived events about it. Attempts are read from the functions' logs, locally also from
the runtime's record.
With a prefix (a key that ends in /, or --prefix): how many keys came to what at each consumer, in the words of
\`sluice verify --help\`, and which are bad. \`recorded\`: the row shows what the bucket holds. \`waiting\`: on its way.
\`pending\`: too young to judge. \`unread\`: the consumer wants it and keeps no row, as the ledger does; with the key
alone its lines are read. Exit 3 when nothing is there.

  sluice status                              --watch keeps looking
  sluice status --check                      exit 5 when anything is wrong
  sluice status csv/orders.csv               what happened to my file?
  sluice status csv/ --check                 and to all of these? exit 5 when one is bad
  sluice status --prefix csv/2026-           a prefix that does not end in /
  sluice status csv/orders.csv --version-id RrpwApW6by8tu3A5Wif
  sluice status --would-send                 what other buses and state machines would have got, with its events in --json`;

const LOOK_AGAIN_MS = { local: 1_000, aws: 5_000 };

export function defineStatus(command: Command, session: Session): void {
  command
    .argument('[key]', 'an object, or a prefix that ends in /; s3://BUCKET/ may be left out')
    .option('--prefix <prefix>', 'instead of a key: count what became of all keys that begin with this')
    .option('--watch', 'look again and again until Ctrl-C')
    .option('--check', 'exit 5 when something is wrong')
    .option('--since <time>', 'count failures after this time (locally: since the runtime was started)', '1h')
    .option('--max-age <time>', 'a message that waits longer is a problem', '15m')
    .option('--version-id <id>', 'with a key: an older version of it')
    .option(
      '--would-send',
      'on this machine: what would have been sent to another bus, a state machine or a topic',
    )
    .option('--limit <n>', 'with --would-send: show at most this many')
    .addHelpText('after', HELP);
  withTarget(withConsumers(command)).action(async (key: string | undefined, flags: StatusFlags) => {
    // what consoles make to show a folder is an object too, and has versions
    const prefix =
      flags.prefix ?? (key?.endsWith('/') === true && flags.versionId === undefined ? key : undefined);
    if (flags.prefix !== undefined && key !== undefined) {
      throw usageError('a key and --prefix are two questions', 'ask one of them');
    }
    if (flags.versionId !== undefined && key === undefined) {
      throw usageError('--version-id is of an object', 'name it');
    }
    if (flags.wouldSend === true && flags.prefix !== undefined) {
      throw usageError('--would-send is of all, or of one key', 'leave --prefix out');
    }
    if (flags.limit !== undefined && flags.wouldSend !== true) {
      throw usageError('--limit is of --would-send', 'leave it out');
    }
    if ((key ?? prefix) !== undefined && (isGiven(command, 'since') || isGiven(command, 'maxAge'))) {
      throw usageError('--since and --max-age are of the whole pipeline', 'leave them out, or the key');
    }
    await session.run(flags, (scope) => {
      const look = () => {
        if (flags.wouldSend === true) return showWouldSend(scope, key, flags);
        if (prefix !== undefined) return showPrefix(scope, prefix, flags);
        return key === undefined ? showPipeline(scope, flags) : showObject(scope, key, flags);
      };
      return flags.watch === true ? watch(scope, look) : look();
    });
  });
}

/** Somebody has to look at it. */
const WRONG: ReadonlySet<Outcome> = new Set(['dead-lettered', 'removed-by-version', 'missing']);

const isGiven = (command: Command, option: string): boolean => command.getOptionValueSource(option) === 'cli';

async function watch({ pipeline, terminal, signal }: Scope, look: () => Promise<ExitCode>) {
  for (;;) {
    terminal.clear();
    const exitCode = await look();
    if (signal.aborted) return exitCode;
    await pause(LOOK_AGAIN_MS[pipeline.deployment.kind], signal);
    if (signal.aborted) return exitCode;
  }
}

const versionPlace = ({ isLatest, isRemoved }: ObjectVersion): string =>
  isRemoved === true
    ? ' (removed by version; the bucket holds none)'
    : isLatest
      ? ''
      : ' (not the current one)';

/** The archived events about a key, where somebody can read the archive. */
async function archivedAbout({ control, ingestBucket: bucket, archiveName: name }: Pipeline, key: string) {
  return control === undefined ? {} : await control.ask('archive-about', { name, bucket, key });
}

async function showObject({ pipeline, terminal, signal }: Scope, location: string, flags: StatusFlags) {
  const { versionId } = flags;
  const fate = await fateOf(pipeline, keyOf(location, pipeline), {
    consumers: pipeline.consumersNamed(flags.consumer),
    ...(versionId !== undefined && { versionId }),
    signal,
  });
  const { bucket, key, version, requestId, consumers } = fate;
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof statusObjectDocument>>({
      verb: 'status object',
      target: pipeline.deployment,
      ...fate,
      consumers: consumers.map((one) => ({ ...one, ...toldRow(one) })),
      ...(await archivedAbout(pipeline, key)),
    });
  } else {
    const what = version.isDeleteMarker ? 'deleted' : bytesText(version.size ?? 0);
    terminal.line(
      `${terminalText(locationText(bucket, key))}  ${what}  ${version.lastModified}  version ${version.versionId}${versionPlace(version)}${requestId === undefined ? '' : `  request ${terminalText(requestId)}`}`,
    );
    for (const one of consumers) for (const line of fateLines(one)) terminal.line(line);
  }
  const isWrong = consumers.some(({ outcome }) => WRONG.has(outcome));
  return flags.check === true && isWrong ? EXIT.unhealthy : EXIT.done;
}
