import type { verifyDocument } from './verify-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Command } from 'commander';
import type { TableLine } from '../terminal/cell.ts';
import { nothingMatched, usageError } from '../cli-error.ts';
import type { ExitCode } from '../exit-code.ts';
import { ChosenFindings } from './chosen-findings.ts';
import type { Finding } from './finding.ts';
import { Inventory } from '../inventory/inventory.ts';
import { keyOf, locationText } from '../objects/object-location.ts';
import { notCompared } from './not-compared.ts';
import { canMend, Repair } from './repair.ts';
import { conclude, isSettled } from './verdict.ts';
import { collect, withChange, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import { parseDuration, parseWhole } from '../terminal/time.ts';
import { queueDepths, undoneKeys } from '../fate/undone.ts';
import { countText, plural } from '../terminal/units.ts';
import { GRACE, Verification } from './verify.ts';

type VerifyDocument = DocumentOf<typeof verifyDocument>;

interface VerifyFlags extends CommonFlags {
  readonly prefix?: string;
  readonly inventory?: string;
  readonly grace?: string;
  readonly limit: string;
  readonly repair?: boolean;
  readonly key?: readonly string[];
  readonly class?: readonly string[];
  readonly dryRun?: boolean;
}

const HELP = `
Has every object of the bucket, at its current version, its row at each consumer that keeps rows, and is nothing else there?
What consumers that keep lines, objects or nothing have done cannot be compared, which is said of each.

  missing                 the object has no row
  stale                   its row is of another version
  tombstoned-but-present  its row says that it is deleted
  present-but-gone        the row shows an object that the bucket holds no more
  not-counted             an object without a count, or with one of another version
  foreign                 a row that no rule here would have made. Of a name that its consumer skips --repair makes it
                          a tombstone; any other is only reported
  ahead                   its row agrees, and claims a place in the order of events that none can have yet, so that every
                          later upload would be superseded: somebody has forged it. --repair takes the place away
  dead-lettered           they differ, and a dead letter holds an event of the key: mend the cause, sluice redrive
  waiting                 they differ, and an event of the key is on its way, in the queue or being tried again

Exit 5 when it finds any that differ, 4 when some only wait, 3 when nothing is under the prefix. In AWS nobody can look
into a queue: while a consumer's holds messages, what is said of its rows is not settled, and the exit code is 4. What
changed within --grace may be on its way, and is counted as pending.

  sluice verify                       looks, and changes nothing
  sluice verify --prefix csv/ --json
  sluice verify --inventory s3://BUCKET/…/manifest.json     against an S3 Inventory, for a bucket that is too large to be listed:
                                      what differs from it is looked at again; what changed since it is pending
  sluice verify --repair              sends just those to just the consumer concerned, on condition that the row still is
                                      as it was seen; verify again when the queues are empty
  sluice verify --repair --key csv/a.csv --class stale     only this finding; all are shown. Either may be repeated, and
                                      left out: then any key, or any class. Exit 4 while others differ`;

export function defineVerify(command: Command, session: Session): void {
  command
    .option('--prefix <prefix>', 'only keys that begin with this')
    .option('--inventory <manifest>', 'take the objects of an S3 Inventory: a file, or s3://…/manifest.json')
    .option('--grace <time>', `do not judge what is younger (default: ${GRACE.local}; in AWS ${GRACE.aws})`)
    .option('--limit <n>', 'show this many findings; all are counted, and --json has all', '100')
    .option('--repair', 'send what differs to the consumer concerned')
    .option('--key <key>', 'with --repair: mend only what differs at this very key; may be repeated', collect)
    .option('--class <class>', 'with --repair: mend only findings of this class; may be repeated', collect)
    .addHelpText('after', HELP);
  withTarget(withChange(command)).action(async (flags: VerifyFlags) => {
    await session.run(flags, (scope) => verify(scope, flags));
  });
}

async function verify(scope: Scope, flags: VerifyFlags): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const limit = parseWhole(flags.limit, '--limit', 0, 1e9);
  const now = await pipeline.now();
  const graceMs = parseDuration(flags.grace ?? GRACE[pipeline.deployment.kind], '--grace');
  const isRepair = flags.repair === true && flags.dryRun !== true;
  if (flags.repair !== true && (flags.key ?? flags.class) !== undefined) {
    throw usageError(
      '--key and --class choose what --repair mends',
      'add --repair; with --dry-run it only looks',
    );
  }
  const chosen = new ChosenFindings(
    flags.key?.map((key) => keyOf(key, pipeline)),
    flags.class,
  );
  if (isRepair) {
    await terminal.confirm(`repair ${chosen.words} differs? (without --repair it is only shown)`);
  }
  const prefix = keyOf(flags.prefix ?? '', pipeline);
  await using inventory =
    flags.inventory === undefined ? undefined : await Inventory.open(pipeline, flags.inventory);
  const unproven = notCompared(pipeline);
  // before the rows are read: what is done meanwhile agrees by then
  const undone = await undoneKeys(pipeline, prefix);
  const queued = undone === undefined ? await queueDepths(pipeline) : {};
  const counts: Record<string, number> = {};
  /** Differ for certain: nothing waits that could mend them. */
  let certain = 0;
  const repair = isRepair ? new Repair(pipeline, now) : undefined;
  using progress = terminal.progress({ label: 'comparing; objects:' });
  const verification = new Verification(pipeline, {
    prefix,
    undone,
    now,
    inventory: inventory?.objects({ prefix }),
    judgedBefore: new Date(Math.min(now.getTime() - graceMs, inventory?.createdAt.getTime() ?? Infinity)),
    signal,
    onProgress: ({ objects }) => progress.show(objects),
  });
  let left = 0;
  let repairable = 0;
  async function* found() {
    for await (const finding of verification.findings()) {
      counts[finding.class] = (counts[finding.class] ?? 0) + 1;
      const isChosen = chosen.take(finding);
      if (isChosen && canMend(pipeline, finding)) repairable++;
      const isMended = isChosen && ((await repair?.add(finding)) ?? false);
      if (finding.class === 'foreign' && isChosen && !isMended) left++;
      if (finding.class === 'foreign' || (finding.class !== 'waiting' && !(finding.consumer in queued))) {
        certain++;
      }
      yield { ...finding, isRepairSent: isMended };
    }
    await repair?.finish();
  }
  if (terminal.isJson) {
    await terminal.listDocument<
      VerifyDocument,
      'findings',
      | 'counts'
      | 'compared'
      | 'skipped'
      | 'repairable'
      | 'repairsSent'
      | 'notFound'
      | 'isClean'
      | 'isSettled'
      | 'queued'
      | 'notCompared'
    >(
      {
        verb: 'verify',
        target: pipeline.deployment,
        ...(inventory !== undefined && { inventory: inventory.told }),
      },
      'findings',
      found(),
      () => ({
        counts,
        compared: verification.compared,
        skipped: verification.skipped,
        repairable,
        repairsSent: repair?.sent ?? 0,
        notFound: chosen.notFound,
        isClean: Object.keys(counts).length === 0 && !signal.aborted,
        isSettled: isSettled(counts, queued),
        queued,
        notCompared: unproven,
      }),
    );
  } else {
    const shown: Finding[] = [];
    for await (const finding of found()) if (shown.length < limit) shown.push(finding);
    if (shown.length > 0) {
      terminal.rows(
        [
          { heading: 'what', kind: 'state' },
          { heading: 'consumer', kind: 'name' },
          { heading: 'object', kind: 'key' },
          { heading: 'bucket has', kind: 'id' },
          { heading: 'row has', kind: 'id' },
          // other programs have it in --json
          ...(terminal.isTable ? [{ heading: 'why', kind: 'below' } as const] : []),
        ],
        shown.map((finding) => [...findingRow(finding), ...(terminal.isTable ? [finding.skipped] : [])]),
      );
    }
  }
  const { objects, rows, byConsumer } = verification.compared;
  const needed = Object.entries(byConsumer).map(([name, count]) => `${countText(count)} a row of ${name}`);
  terminal.note(
    `compared ${plural(objects, 'object')} and ${plural(rows, 'row')}; of the objects must have: ${needed.join(', ')}`,
  );
  for (const { consumer, why, objects: count } of verification.skipped) {
    terminal.note(`– ${consumer} keeps nothing of ${plural(count, 'object')}: ${terminalText(why)}`);
  }
  if (inventory !== undefined) {
    terminal.note(
      `– against the objects${inventory.words}; rows of keys that neither it nor a table in order has are not looked for`,
    );
  }
  for (const { note } of unproven) terminal.note(`– ${note}`);
  if (signal.aborted) terminal.note('interrupted: nothing is known of the keys that come after');
  if (prefix !== '' && verification.keys === 0 && !signal.aborted) {
    throw nothingMatched(
      `neither the bucket nor the tables hold anything under ${JSON.stringify(prefix)}`,
      'prefixes are written as S3 has them, case included: `sluice ls` shows what there is',
    );
  }
  const exitCode = conclude(scope, {
    counts,
    certain,
    queued,
    left,
    repair,
    chosen,
    compared: verification.compared,
  });
  if (flags.repair === true && !isRepair) terminal.note(`would send ${plural(repairable, 'repair')}`);
  if (verification.told > 0) {
    const where = prefix === '' ? '' : `${shellWord(prefix)} `;
    terminal.note(
      `– of ${plural(verification.told, 'object')} the row says why nothing could be made of it: sluice ls ${where}--status all`,
    );
  }
  return exitCode;
}

function findingRow({ class: what, consumer, bucket, key, object, row }: Finding): TableLine {
  return [
    { value: what, style: 'yellow' },
    consumer,
    locationText(bucket, key),
    { value: stateText(object), style: 'dim' },
    { value: stateText(row), style: 'dim' },
  ];
}

function stateText(
  one: { versionId?: string; isDeleted?: boolean; isDeleteMarker?: boolean } | null,
): string {
  if (one === null) return 'nothing';
  if (one.isDeleted === true || one.isDeleteMarker === true) return 'deleted';
  return one.versionId ?? 'an object';
}
