import { usageError } from '../cli-error.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** Which events are replayed: those of these times, both included, as EventBridge takes them. */
export interface Window {
  readonly since: Date;
  readonly until: Date;
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
