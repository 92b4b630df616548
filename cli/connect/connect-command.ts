import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { checkBucketPlace } from '../pipeline/bucket-place.ts';
import { withChange, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { readNotifications } from './bucket-notifications.ts';
import type { connectBucketDocument } from './connect-document.ts';
import { destinationsIn, destinationText, isOn, withEventBridge } from './notifications.ts';
import { switchEventBridge, type Switched } from './switch-event-bridge.ts';

interface ConnectFlags extends CommonFlags {
  readonly disconnect?: boolean;
  readonly dryRun?: boolean;
}

const HELP = `
For a pipeline on a bucket that was there before: S3 sends the bucket's events to EventBridge once its notification
configuration says so, which a template cannot do for a bucket that it does not make. Every other destination (functions,
queues, topics) stays as it is: what is there is read, shown, and written again with EventBridge beside it; then it is read
once more, and what another writer has done meanwhile is told. It takes s3:GetBucketNotification and
s3:PutBucketNotification. What was uploaded before is for sluice backfill.

  sluice connect-bucket --dry-run          what it has, and what it would have
  sluice connect-bucket --yes
  sluice connect-bucket --disconnect       the way back; other rules that hear of this bucket hear no more either`;

export function defineConnectBucket(command: Command, session: Session): void {
  command.option('--disconnect', 'switch it off again').addHelpText('after', HELP);
  withTarget(withChange(command)).action(async (flags: ConnectFlags) => {
    await session.run(flags, (scope) => connectBucket(scope, flags));
  });
}

async function connectBucket(scope: Scope, flags: ConnectFlags): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const { ingestBucket: bucket, deployment } = pipeline;
  const on = flags.disconnect !== true;
  const dryRun = flags.dryRun === true;
  if (!on && pipeline.existingBucket === undefined) {
    throw usageError(
      `${bucket} is the stack’s own: its template switches EventBridge on`,
      'to let events pass by, disable the rules: aws events disable-rule',
    );
  }
  await checkBucketPlace(pipeline);
  const before = await readNotifications(pipeline);
  const wanted = withEventBridge(before, on);
  const isThere = isOn(before) === on;
  showPlan(scope, before, wanted);
  let switched: Switched = { after: dryRun ? wanted : before, lost: [], added: [] };
  const isChanged = !isThere && !dryRun;
  if (isChanged) {
    await terminal.confirm(
      on
        ? `let ${bucket} send its events to EventBridge?`
        : `let ${bucket} send EventBridge nothing any more, whoever listens there?`,
    );
    if (signal.aborted) throw new CliError('interrupted: nothing was written');
    switched = await switchEventBridge(pipeline, on, before);
  }
  const { after, lost, added } = switched;
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof connectBucketDocument>>({
      verb: 'connect-bucket',
      target: deployment,
      dryRun,
      bucket,
      isConnected: on,
      isChanged,
      before: shown(before),
      after: shown(after),
      lost,
      added,
    });
  }
  if (isThere) terminal.note(`${bucket}: EventBridge is ${on ? 'on' : 'off'} already`);
  if (!isChanged) return EXIT.done;
  terminal.note(
    on
      ? `${bucket} sends its events; sluice backfill sends what was there before`
      : `${bucket} sends EventBridge nothing any more; sluice connect-bucket is the way back`,
  );
  for (const one of added) terminal.note(`– somebody else put in meanwhile, and it is kept: ${one}`);
  for (const one of lost) {
    terminal.note(
      `✖ somebody else took out meanwhile: ${one}; if nobody meant that, put it in again where it comes from`,
    );
  }
  return lost.length > 0 ? EXIT.partlyDone : EXIT.done;
}

const shown = (configuration: NotificationConfiguration) => ({
  eventBridge: isOn(configuration),
  destinations: destinationsIn(configuration),
});

const stateText = (configuration: NotificationConfiguration): string =>
  `EventBridge ${isOn(configuration) ? 'on' : 'off'}`;

function showPlan(
  { terminal, pipeline }: Scope,
  before: NotificationConfiguration,
  after: NotificationConfiguration,
): void {
  const others = destinationsIn(before).map(destinationText);
  terminal.note(`${pipeline.ingestBucket}, before: ${stateText(before)}`);
  terminal.note(`${pipeline.ingestBucket}, after:  ${stateText(after)}`);
  terminal.note(others.length === 0 ? 'no other destination' : 'as it is stays:');
  for (const one of others) terminal.note(`  ${one}`);
}
