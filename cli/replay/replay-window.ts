import { DescribeArchiveCommand, ResourceNotFoundException } from '@aws-sdk/client-eventbridge';
import { CliError, usageError } from '../cli-error.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** Which events are replayed: those of these times, both included, as EventBridge takes them. */
export interface Window {
  readonly since: Date;
  readonly until: Date;
}

export interface Archive {
  readonly arn: string;
  /** The bus to which alone it can be replayed. */
  readonly busArn: string;
  readonly createdAt: Date | undefined;
  /** 0 = for ever. */
  readonly retentionDays: number;
}

/** @throws CliError when there is none */
export async function archiveOf({ events, archiveName, deployment }: Pipeline): Promise<Archive> {
  try {
    const {
      ArchiveArn = '',
      EventSourceArn = '',
      CreationTime,
      RetentionDays = 0,
    } = await events.send(new DescribeArchiveCommand({ ArchiveName: archiveName }));
    return { arn: ArchiveArn, busArn: EventSourceArn, createdAt: CreationTime, retentionDays: RetentionDays };
  } catch (cause) {
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
    throw new CliError(`there is no archive ${archiveName} in ${deployment.account} ${deployment.region}`, {
      nextStep:
        'nothing can be replayed; deploy the stack again, and use `sluice backfill` for what was before',
      cause,
    });
  }
}

/** An event takes minutes to reach its archive; a replay of the last ones would leave some out. */
const SETTLING_MS = 10 * 60_000;

/** @throws CliError, usage, on a window that cannot be meant */
export function checkWindow(
  { since, until }: Window,
  { deployment }: Pipeline,
  now: Date,
  isForced: boolean,
): void {
  if (since >= until) {
    throw usageError(
      `--since ${since.toISOString()} is not before --until ${until.toISOString()}`,
      'write the earlier time as --since',
    );
  }
  if (deployment.kind === 'aws' && !isForced && until.getTime() > now.getTime() - SETTLING_MS) {
    throw usageError(
      'the last ten minutes may not be in the archive yet: a replay would leave some of their events out',
      'say --until 10m, or --force when you know',
    );
  }
}
