import type { Command } from 'commander';
import type { Row } from '../cell.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { keyOf, locationText } from '../object-location.ts';
import { Repair } from '../repair.ts';
import { withChange, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { parseDuration, parseWhole } from '../time.ts';
import { countText, plural } from '../units.ts';
import { Verification, type Finding } from '../verify.ts';

interface VerifyFlags extends CommonFlags {
  readonly prefix?: string;
  readonly grace?: string;
  readonly limit: string;
  readonly repair?: boolean;
  readonly dryRun?: boolean;
}

const HELP = `
Is every object of the bucket, at its current version, in the metadata table, every CSV counted, and nothing else there?

  missing                 the object has no row
  stale                   its row is of another version
  tombstoned-but-present  its row says that it is deleted
  present-but-gone        the row shows an object that the bucket holds no more
  not-counted             a CSV without a count, or with one of another version
  foreign                 a row that no rule here would have made; it is only reported

Exit 5 when it finds any. What changed within --grace may be on its way, and is counted as pending.

  sluice verify                       looks, and changes nothing
  sluice verify --prefix csv/ --json
  sluice verify --repair              sends just those to just the consumer concerned, on condition that the row still is
                                      as it was seen; verify again when the queues are empty`;

const GRACE = { local: '5s', aws: '60s' };

export function addVerify(program: Command, session: Session): void {
  const command = program
    .command('verify')
    .description('compare the bucket with the tables; --repair mends what differs')
    .option('--prefix <prefix>', 'only keys that begin so')
    .option('--grace <time>', `do not judge what is younger (default: ${GRACE.local}; in AWS ${GRACE.aws})`)
    .option('--limit <n>', 'show so many findings; all are counted, and --json has all', '100')
    .option('--repair', 'send what differs to the consumer concerned')
    .addHelpText('after', HELP);
  withTarget(withChange(command)).action(async (flags: VerifyFlags) => {
    await session.run(flags, (scope) => verify(scope, flags));
  });
}

async function verify(scope: Scope, flags: VerifyFlags): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const limit = parseWhole(flags.limit, '--limit', 0, 1e9);
  const now = await pipeline.now();
  const graceMs = parseDuration(flags.grace ?? GRACE[pipeline.target.kind], '--grace');
  const isRepair = flags.repair === true && flags.dryRun !== true;
  if (isRepair) await terminal.confirm('repair whatever differs? (without --repair it is only shown)');
  const counts: Record<string, number> = {};
  const repair = isRepair ? new Repair(pipeline, now) : undefined;
  using progress = terminal.progress({ label: 'comparing; objects:' });
  const verification = new Verification(pipeline, {
    prefix: keyOf(flags.prefix ?? '', pipeline),
    judgedBefore: new Date(now.getTime() - graceMs),
    signal,
    onProgress: ({ objects }) => progress.show(objects),
  });
  let left = 0;
  const found = async function* () {
    for await (const finding of verification.findings()) {
      counts[finding.class] = (counts[finding.class] ?? 0) + 1;
      const isMended = (await repair?.add(finding)) ?? false;
      if (!isMended) left++;
      yield { ...finding, isRepairSent: isMended };
    }
    await repair?.finish();
  };
  if (terminal.isJson) {
    await terminal.listDocument({ verb: 'verify', target: pipeline.target }, 'findings', found(), () => ({
      counts,
      compared: verification.compared,
      repairsSent: repair?.sent ?? 0,
      isClean: Object.keys(counts).length === 0 && !signal.aborted,
    }));
  } else {
    const shown: Finding[] = [];
    for await (const finding of found()) if (shown.length < limit) shown.push(finding);
    if (shown.length > 0)
      terminal.rows(
        [
          { heading: 'what', kind: 'state' },
          { heading: 'consumer', kind: 'name' },
          { heading: 'object', kind: 'key' },
          { heading: 'bucket has', kind: 'id' },
          { heading: 'row has', kind: 'id' },
        ],
        shown.map(findingRow),
      );
  }
  const { objects, rows, csvObjects, pending } = verification.compared;
  terminal.note(
    `compared ${plural(objects, 'object')} with ${plural(rows, 'row')}, and ${plural(csvObjects, 'CSV')} with their counts${pending > 0 ? `; ${plural(pending, 'change')} too young to judge (--grace)` : ''}`,
  );
  if (signal.aborted) terminal.note('interrupted: nothing is known of the keys that come after');
  return conclude(scope, counts, left, repair);
}

function conclude(
  { terminal, signal }: Scope,
  counts: Readonly<Record<string, number>>,
  left: number,
  repair: Repair | undefined,
): ExitCode {
  const words = Object.entries(counts).map(([name, count]) => `${countText(count)} ${name}`);
  if (words.length === 0) {
    if (!signal.aborted) terminal.note('✔ they agree');
    return EXIT.done;
  }
  terminal.note(`✖ ${words.join(', ')}`);
  if (repair === undefined) {
    terminal.note('sluice verify --repair mends them');
    return EXIT.unhealthy;
  }
  terminal.note(
    `sent ${plural(repair.sent, 'repair')}; verify again when the queues are empty (sluice status)`,
  );
  if (left === 0) return EXIT.done;
  terminal.note(`${plural(left, 'foreign row')} left alone: find out who wrote them`);
  return EXIT.partlyDone;
}

function findingRow({ class: what, consumer, bucket, key, object, row }: Finding): Row {
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
