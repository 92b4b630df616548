import { RedriveError } from './work/operations.ts';

const BROKEN =
  /ECONNREFUSED|ECONNRESET|EPIPE|socket hang up|aborted|TimeoutError|no space is left on the disk|pipeline is starting/;

/** Whether a client may see this while the runtime is killed, and while its disk is full. */
export function comesOfAStrike(error: unknown): boolean {
  if (error instanceof RedriveError) return true;
  const { name, message, code = '' } = error as NodeJS.ErrnoException;
  return BROKEN.test(`${name} ${code} ${message}`);
}

/** Whether a client may see this when its own tries have all met a fault on the way. */
export function comesOfAFault(error: unknown): boolean {
  const { message, name } = error as Error;
  const isPutIn = message.includes('a fault that was put in on the way');
  // a replay that was started, and whose answer was lost, is there when it is tried again
  return isPutIn || name === 'ResourceAlreadyExistsException' || comesOfAStrike(error);
}
