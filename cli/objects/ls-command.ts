import type { Command } from 'commander';
import { NOT_COUNTED_STATUSES } from '../../shared/count-status.ts';
import { usageError } from '../cli-error.ts';
import { lsKeys } from './ls-keys.ts';
import { lsNewest } from './ls-newest.ts';
import { keyOf } from './object-location.ts';
import { lsStatus } from './ls-status.ts';
import { withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { parseWhole } from '../terminal/time.ts';

interface LsFlags extends CommonFlags {
  readonly limit?: string;
  readonly status?: string;
  readonly newest?: boolean;
  readonly after?: string;
  readonly since?: string;
  readonly outcomes?: boolean;
}

const HELP = `
On a terminal the first 1,000 are shown; elsewhere all of them, a line each with tabs between the fields, or with --json
as one document. --after goes on behind a key, or, with --newest, from the \`next\` of the document before.

With --newest: what changed last first, deleted keys among them. S3 lists by key alone: on this machine the runtime knows
the order; in AWS it is that of the last day's events, or of those since --since, which a consumer keeps as lines (up to 500 objects of
its ledger, 64 MB). A line comes a minute or two after its event.

With --outcomes: what became of each object at each consumer, in the words of \`sluice status KEY\`, by one look at the rows, the
letters and, on this machine, what the runtime knows; not-counted where a row says that there is no count. What only
the ledger's lines or logs could tell is unknown here.

With --status: the objects that a consumer could not deal with, by the status of its row, each with the reason, and what to
do about it. Of a counter of rows: ${NOT_COUNTED_STATUSES.join(', ')};
or all. They come from an index, whatever the size of the table; each is looked at again in the table. The index follows the table
within a second or so, and what it does not show yet is not listed.

  sluice ls                                  everything
  sluice ls csv/2026/                        under a prefix
  sluice ls csv/ --newest --limit 20         what came last; with --outcomes, and what became of it
  sluice ls --after csv/a.csv                what comes behind that key
  sluice ls csv/ --status malformed-csv,not-csv
  sluice ls --json | jq -r '.objects[].key'`;

const SHOWN_ON_A_TERMINAL = 1_000;

export function defineLs(command: Command, session: Session): void {
  command
    .argument('[prefix]', 'of the keys; s3://BUCKET/ may be left out', '')
    .option('--limit <n>', 'list at most this many')
    .option('--newest', 'what changed last first')
    .option(
      '--since <time>',
      'with --newest: only what changed since then (1h, 3d); in AWS, where lines are read, a day',
    )
    .option('--after <key>', 'go on behind this key, or with --newest from the next of a document')
    .option('--outcomes', 'and what became of each at each consumer')
    .option('--status <status,...>', 'only what a consumer could not deal with, such as malformed-csv')
    .addHelpText('after', HELP);
  withTarget(command).action(async (prefix: string, flags: LsFlags) => {
    await session.run(flags, (scope) => ls(scope, prefix, flags));
  });
}

async function ls(scope: Scope, location: string, flags: LsFlags) {
  const { pipeline, terminal } = scope;
  const { status, newest, after, since, outcomes: hasOutcomes = false } = flags;
  const prefix = keyOf(location, pipeline);
  const asked = flags.limit === undefined ? undefined : parseWhole(flags.limit, '--limit', 1, 1e9);
  const limit = asked ?? (terminal.isTable ? SHOWN_ON_A_TERMINAL : Infinity);
  if (status !== undefined) {
    const other = Object.entries({
      '--newest': newest,
      '--after': after,
      '--since': since,
      '--outcomes': flags.outcomes,
    });
    const given = other.find(([, value]) => value !== undefined);
    if (given !== undefined) throw usageError(`--status goes without ${given[0]}`, 'leave one of them out');
    return await lsStatus(scope, { prefix, statuses: status, limit });
  }
  if (newest === true) return await lsNewest(scope, { prefix, limit, after, since, hasOutcomes });
  if (since !== undefined) {
    throw usageError('--since goes with --newest alone', 'add --newest, or leave it out');
  }
  return await lsKeys(scope, {
    prefix,
    limit,
    hasOutcomes,
    ...(after !== undefined && { after: keyOf(after, pipeline) }),
  });
}
