import type { backfillDocument } from './backfill-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { join } from 'node:path';
import type { Command } from 'commander';
import { backfill } from './backfill.ts';
import { backfillKeys, keysOf, noteDisabled, showMessages } from './backfill-keys.ts';
import { Checkpoint, type Progress } from './checkpoint.ts';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { Inventory } from '../inventory/inventory.ts';
import { takeLock } from './lock.ts';
import { keyOf } from '../objects/object-location.ts';
import { hasQueue, TARGET_WORDS, type QueuedConsumer } from '../pipeline/consumer.ts';
import { routesOf } from '../pipeline/routing.ts';
import {
  collect,
  withChange,
  withConsumers,
  withTarget,
  type CommonFlags,
  type Scope,
  type Session,
} from '../session.ts';
import { parseWhole } from '../terminal/time.ts';
import { countText, plural } from '../terminal/units.ts';

interface BackfillFlags extends CommonFlags {
  readonly consumer?: readonly string[];
  readonly prefix?: string;
  readonly key?: readonly string[];
  readonly rate?: string;
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly checkpoint?: string;
  readonly inventory?: string;
  readonly dryRun?: boolean;
}

const HELP = `
For objects that were in the bucket before the pipeline, or that came while a rule was disabled. Each is sent straight to
the queues of the consumers whose pattern it matches, a disabled rule's too. A backfill writes only rows that no event of
S3 has written, so that it can be run at any time, again too; the ledger names it as a backfill.

  sluice backfill --dry-run                            how many objects, to whom
  sluice backfill --prefix csv/ --consumer CONSUMER
  sluice backfill --key csv/a.csv --key csv/b.csv      these very keys; one without an object is said, exit code 4
  sluice backfill --rate 200                           objects a second, when others need the consumers
  sluice backfill --resume                             go on where one was broken off
  sluice backfill --inventory s3://BUCKET/…/manifest.json   what an S3 Inventory has (CSV or Parquet), for a bucket that is too
                                                       large to be listed; it is sorted on this machine, with DuckDB

Ctrl-C ends the ten objects in hand; killed at any moment, at most ten are sent a second time.`;

export function defineBackfill(command: Command, session: Session): void {
  command
    .option('--prefix <prefix>', 'only keys that begin with this')
    .option('--key <key>', 'only this very key; may be repeated', collect)
    .option('--rate <n>', 'at most this many objects a second')
    .option('--resume', 'go on from the checkpoint')
    .option('--restart', 'forget the checkpoint, and start from the first object')
    .option(
      '--checkpoint <file>',
      'where to keep how far it has come (default: in the data folder, by stack)',
    )
    .option('--inventory <manifest>', 'take the objects of an S3 Inventory: a file, or s3://…/manifest.json')
    .addHelpText('after', HELP);
  withTarget(withChange(withConsumers(command))).action(async (flags: BackfillFlags) => {
    await session.run(flags, (scope) => backfillObjects(scope, flags));
  });
}

async function backfillObjects(scope: Scope, flags: BackfillFlags): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  if (flags.resume === true && flags.restart === true) {
    throw usageError('--resume and --restart exclude one another', 'choose one');
  }
  const keys = keysOf(scope, flags);
  const prefix = keyOf(flags.prefix ?? '', pipeline);
  const perSecond = flags.rate === undefined ? Infinity : parseWhole(flags.rate, '--rate', 1, 1e6);
  const routes = await routesOf(pipeline, reachable(scope, flags.consumer));
  if (keys !== undefined) return await backfillKeys(scope, flags, { keys, routes, perSecond });
  const checkpoint = checkpointOf(
    scope,
    flags,
    prefix,
    routes.map(({ consumer }) => consumer.name),
  );
  const isDryRun = flags.dryRun === true;
  // a dry run counts everything, unless it is asked what is left
  const isNew = flags.restart === true || (isDryRun && flags.resume !== true);
  await using held = new AsyncDisposableStack();
  const inventory =
    flags.inventory === undefined ? undefined : held.use(await Inventory.open(pipeline, flags.inventory));
  if (!isDryRun) held.use(await takeLock(`${checkpoint.file}.lock`));
  const kept = isNew ? undefined : await checkpoint.read();
  // what is left is counted from zero
  const from = isDryRun && kept !== undefined ? { ...kept, objects: 0, messages: {} } : kept;
  checkResume(flags, from, checkpoint);
  noteDisabled(scope, routes);
  if (!isDryRun) {
    await terminal.confirm(
      `send what is under ${JSON.stringify(prefix)} to ${routes.map(({ consumer }) => consumer.name).join(', ')}?`,
    );
  }
  const done = await (async () => {
    using progress = terminal.progress({ label: isDryRun ? 'counting' : 'backfilling; objects:' });
    return await backfill(pipeline, {
      routes,
      prefix,
      objects: inventory?.objects({ prefix, after: from?.lastKey }),
      from,
      perSecond,
      checkpoint: isDryRun ? undefined : checkpoint,
      signal,
      onProgress: ({ objects }) => progress.show(objects),
    });
  })();
  const { objects, messages, isComplete } = done;
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof backfillDocument>>({
      verb: 'backfill',
      target: pipeline.deployment,
      dryRun: isDryRun,
      prefix,
      ...(inventory !== undefined && { inventory: inventory.told }),
      notFound: [],
      objects,
      messages,
      isComplete,
      ...(!isComplete && !isDryRun && { checkpoint: checkpoint.file }),
    });
  } else showMessages(terminal, messages, isDryRun);
  terminal.note(`looked at ${plural(objects, 'object')}${inventory === undefined ? '' : inventory.words}`);
  if (!isComplete && !isDryRun) {
    terminal.note(`interrupted; go on with \`sluice backfill --resume\` (${checkpoint.file})`);
  }
  if (objects > 0) return EXIT.done;
  terminal.note(`there is no object under ${JSON.stringify(prefix)}`);
  return EXIT.nothingMatched;
}

/**
 * The consumers that have a queue; the others are passed over with a line.
 *
 * @throws CliError, usage, where none has, or one that was named has not
 */
function reachable(
  { pipeline, terminal }: Scope,
  named: readonly string[] | undefined,
): readonly QueuedConsumer[] {
  const consumers = pipeline.consumersNamed(named);
  for (const consumer of consumers) {
    if (hasQueue(consumer)) continue;
    const { name, kind } = consumer;
    const why = `a backfill cannot reach ${name}: it sends to ${TARGET_WORDS[kind]}, and nobody but S3 can publish its events`;
    if (named !== undefined) throw usageError(why, replayOf(name));
    terminal.note(`${why}; ${replayOf(name)}`);
  }
  const queued = consumers.filter(hasQueue);
  if (queued.length > 0) return queued;
  throw usageError('no consumer has a queue that a backfill could send to', 'sluice replay --since TIME');
}

const replayOf = (name: string): string =>
  `what the archive has, sluice replay --since TIME --consumer ${name} sends`;

function checkpointOf(
  { pipeline }: Scope,
  { checkpoint, inventory, dataDir = '.sluice' }: BackfillFlags,
  prefix: string,
  consumers: readonly string[],
): Checkpoint {
  const { scopeName, deployment } = pipeline;
  const { account, region, stack } = deployment;
  const file = checkpoint ?? join(dataDir, `backfill-${account}-${region}-${scopeName}.json`);
  return new Checkpoint(file, {
    account,
    region,
    stack,
    bucket: pipeline.ingestBucket,
    prefix,
    consumers,
    ...(inventory !== undefined && { inventory }),
  });
}

function checkResume(
  { resume = false, dryRun = false }: BackfillFlags,
  from: Progress | undefined,
  { file }: Checkpoint,
): void {
  if (dryRun) return;
  if (from !== undefined && !resume) {
    throw usageError(
      `a backfill was broken off after ${countText(from.objects)} objects, at ${JSON.stringify(from.lastKey)} (${file})`,
      'go on with --resume, or start from the first object with --restart',
    );
  }
  if (from === undefined && resume) {
    throw new CliError(`there is no checkpoint ${file} to go on from`, {
      exitCode: EXIT.nothingMatched,
      nextStep: 'leave --resume out; what was backfilled before is not written again',
    });
  }
}
