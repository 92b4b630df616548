import type { emptyDocument } from './empty-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { Option, type Command } from 'commander';
import { contentsOf, emptyBucket, emptyUntilQuiet, type BucketContents } from './empty.ts';
import { CliError, usageError } from '../cli-error.ts';
import { lockRefusal, newLinesRefusal } from './lock-refusal.ts';
import { ifAllowed } from '../fate/if-allowed.ts';
import { routesOf } from '../pipeline/routing.ts';
import type { LockedVersions } from './locked-versions.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import { parseWhole } from '../terminal/time.ts';
import { countText, plural } from '../terminal/units.ts';

type EmptyDocument = DocumentOf<typeof emptyDocument>;

interface EmptyFlags extends CommonFlags {
  readonly bucket?: 'ingest' | 'output';
  readonly count?: string;
  readonly dryRun?: boolean;
  readonly bypassLock?: boolean;
}

const HELP = `
CloudFormation removes no bucket that holds anything. This deletes every version, every delete marker and every unfinished
upload of both buckets and of their access logs, for good: the ledger too, and with the versions what a replay would count
again. Their number must be typed, or given by --count. Each version deleted is an event like any other, and reaches the ledger while its rule is
enabled: the output bucket is emptied last, again and again until the queues are empty and nothing comes any more. An ingest
bucket that was there before the stack is never emptied.

Where versions are locked (-c ledgerLock=DAYS) nothing is deleted before they are free. Both buckets are emptied only while
the ledger's rule is disabled, which an operator does: what is deleted would make new locked lines. --bypass-lock deletes
what is locked under governance before, and takes s3:BypassGovernanceRetention; no one deletes what is under compliance, or
has a legal hold.

  sluice empty --dry-run                    what is there
  sluice empty                              then: npx aws-cdk destroy
  sluice empty --bucket output --count 1204`;

export function defineEmpty(command: Command, session: Session): void {
  command
    .addOption(new Option('--bucket <which>', 'only this one').choices(['ingest', 'output']))
    .option('--count <n>', 'how much there is, instead of typing it')
    .option('--bypass-lock', 'delete what is locked too, before its time')
    .option('--dry-run', 'show what there is, and delete nothing')
    .addHelpText('after', HELP);
  withTarget(command).action(async (flags: EmptyFlags) => {
    await session.run(flags, (scope) => empty(scope, flags));
  });
}

async function empty({ pipeline, terminal, signal }: Scope, flags: EmptyFlags): Promise<ExitCode> {
  const given = flags.count === undefined ? undefined : parseWhole(flags.count, '--count', 0, 1e12);
  const { existingBucket, ingestBucket } = pipeline;
  if (existingBucket !== undefined && flags.bucket === 'ingest') {
    throw usageError(
      `${ingestBucket} was there before the stack, and is not emptied: it stays when the stack goes`,
      'sluice empty --bucket output empties what is the stack’s; sluice connect-bucket --disconnect leaves the bucket as it was',
    );
  }
  const buckets = [
    ...(flags.bucket === 'output' || existingBucket !== undefined ? [] : [ingestBucket]),
    ...(flags.bucket === 'ingest' ? [] : [pipeline.outputBucket]),
    // last: what is deleted from the others is logged there
    ...(flags.bucket === undefined && pipeline.accessLogBucket !== undefined
      ? [pipeline.accessLogBucket]
      : []),
  ];
  if (existingBucket !== undefined) {
    terminal.note(`${ingestBucket} was there before the stack, and stays as it is`);
  }
  const contents: BucketContents[] = [];
  {
    using looking = terminal.progress({ label: 'looking for locks' });
    for (const bucket of buckets) {
      contents.push(await contentsOf(pipeline, bucket, signal, (asked) => looking.show(asked)));
    }
  }
  const count = contents.reduce((sum, one) => sum + one.versions + one.deleteMarkers + one.uploads, 0);
  const hasLock = contents.some(({ locks }) => lockedIn(locks) !== undefined);
  if (!terminal.isJson) {
    terminal.rows(
      [
        { heading: 'bucket', kind: 'name' },
        { heading: 'versions', kind: 'count' },
        { heading: 'delete markers', kind: 'count' },
        { heading: 'unfinished uploads', kind: 'count' },
        { heading: 'size', kind: 'size' },
        ...(hasLock
          ? [{ heading: 'locked', kind: 'count' } as const, { heading: 'until', kind: 'time' } as const]
          : []),
      ],
      contents.map(({ bucket, versions, deleteMarkers, uploads, bytes, locks }) => [
        bucket,
        versions,
        deleteMarkers,
        uploads,
        bytes,
        ...(hasLock ? [lockedIn(locks)?.versions, lockedIn(locks)?.until?.toISOString()] : []),
      ]),
    );
  }
  const bypassLock = flags.bypassLock === true;
  const deleted = contents.find(({ bucket }) => bucket === ingestBucket);
  const newLines = newLinesRefusal(
    pipeline,
    (deleted?.versions ?? 0) + (deleted?.deleteMarkers ?? 0),
    bypassLock ? [] : await lockingWriters(pipeline),
  );
  const isOutputToo = buckets.includes(pipeline.outputBucket);
  const refusal = lockRefusal(contents, bypassLock) ?? (isOutputToo ? newLines : undefined);
  let removed = 0;
  let isQuiet = true;
  const waitingFor: string[] = [];
  const failures: EmptyDocument['failures'][number][] = [];
  if (newLines !== undefined && !isOutputToo) terminal.note(newLines.why);
  if (flags.dryRun !== true && count > 0) {
    if (refusal !== undefined) {
      throw new CliError(`${refusal.why}: nothing was deleted`, { nextStep: refusal.nextStep });
    }
    const early = contents.reduce((sum, { locks }) => sum + (lockedIn(locks)?.versions ?? 0), 0);
    const before = early === 0 ? '' : `, ${plural(early, 'locked version')} before their time`;
    await terminal.confirmCount(
      `delete all of it from ${buckets.join(' and ')}, for good${before}?`,
      count,
      given,
    );
    using progress = terminal.progress({ label: 'deleting', total: count });
    for (const bucket of buckets) {
      const sofar = removed;
      const { locks = 'none' } = contents.find((one) => one.bucket === bucket) ?? {};
      // S3 refuses the header for a bucket that has no Object Lock
      const options = { bypassLock: bypassLock && lockedIn(locks) !== undefined };
      const show = (done: number) => progress.show(sofar + done);
      const emptied =
        bucket === pipeline.outputBucket
          ? await emptyUntilQuiet(pipeline, bucket, signal, show, options)
          : {
              ...(await emptyBucket(pipeline, bucket, signal, show, options)),
              isQuiet: true,
              waitingFor: [],
            };
      isQuiet &&= emptied.isQuiet;
      waitingFor.push(...emptied.waitingFor);
      removed += emptied.removed;
      failures.push(...emptied.failures.map((failure) => ({ bucket, ...failure })));
      for (const { key, error } of emptied.failures) {
        terminal.note(`${terminalText(key)}: ${terminalText(error)}`);
      }
    }
  }
  if (terminal.isJson) {
    terminal.document<EmptyDocument>({
      verb: 'empty',
      target: pipeline.deployment,
      dryRun: flags.dryRun === true,
      buckets: contents.map(({ locks, ...one }) => {
        const locked = lockedIn(locks);
        return {
          ...one,
          ...(locked !== undefined && { locked: locked.versions }),
          ...(locked?.until !== undefined && { lockedUntil: locked.until.toISOString() }),
        };
      }),
      ...(refusal !== undefined && { refusal }),
      removed,
      failures,
    });
  }
  if (flags.dryRun !== true) terminal.note(`deleted ${countText(removed)}`);
  else if (refusal === undefined) terminal.note(`would delete ${countText(count)}`);
  else terminal.note(`would delete nothing: ${refusal.why}\n  → ${refusal.nextStep}`);
  if (failures.length > 0) terminal.note(`${plural(failures.length, 'version')} could not be deleted`);
  // with a failure nobody waited any longer
  if (!isQuiet && failures.length === 0 && !signal.aborted) {
    terminal.note(
      `stopped waiting for ${waitingFor.length > 0 ? waitingFor.join(', ') : 'the consumers'}: what they have still to do may fill the output bucket again; is one paused, or does it fail? sluice status, then empty again`,
    );
  }
  return failures.length > 0 || !isQuiet ? EXIT.partlyDone : EXIT.done;
}

/** @returns undefined of a bucket that can lock none, or of which nobody could ask */
const lockedIn = (locks: BucketContents['locks']): LockedVersions | undefined =>
  typeof locks === 'string' ? undefined : locks;

/** The consumers whose lines are locked, and whose rule lets events through: so it is taken to be where nobody may ask. */
async function lockingWriters(pipeline: Pipeline) {
  const writers = pipeline.consumers.flatMap((consumer) => {
    const keeps = pipeline.keepsOf(consumer);
    const lockDays = keeps !== 'nothing' && 'lines' in keeps ? keeps.lockDays : undefined;
    return lockDays === undefined ? [] : [{ ...consumer, lockDays }];
  });
  const routes = await ifAllowed(routesOf(pipeline, writers));
  return writers.filter((_, index) => routes?.[index]?.isEnabled !== false);
}
