import { DescribeArchiveCommand, ResourceNotFoundException } from '@aws-sdk/client-eventbridge';
import { CliError } from '../cli-error.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** An archive as EventBridge describes it. */
export interface Archive {
  readonly arn: string;
  /** The bus to which alone it can be replayed. */
  readonly busArn: string;
  readonly createdAt: Date | undefined;
  /** 0 = for ever. */
  readonly retentionDays: number;
  /** `ENABLED` where it takes events in. */
  readonly state: string;
  /** What it holds; in AWS up to a day behind. */
  readonly events: number;
  readonly bytes: number;
}

/** @throws CliError when there is none */
export async function archiveOf({ events, archiveName, deployment }: Pipeline): Promise<Archive> {
  try {
    const {
      ArchiveArn = '',
      EventSourceArn = '',
      CreationTime,
      RetentionDays = 0,
      State = 'ENABLED',
      EventCount = 0,
      SizeBytes = 0,
    } = await events.send(new DescribeArchiveCommand({ ArchiveName: archiveName }));
    return {
      arn: ArchiveArn,
      busArn: EventSourceArn,
      createdAt: CreationTime,
      retentionDays: RetentionDays,
      state: State,
      events: EventCount,
      bytes: SizeBytes,
    };
  } catch (cause) {
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
    throw new CliError(`there is no archive ${archiveName} in ${deployment.account} ${deployment.region}`, {
      nextStep:
        'nothing can be replayed; deploy the stack again, and use `sluice backfill` for what was before',
      cause,
    });
  }
}
