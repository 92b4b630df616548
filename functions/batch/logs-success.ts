import type { ObjectEvent } from '../../shared/object-event/object-event.ts';

/** The share of live events whose success is logged: all of them, where the function is not told. @throws Error naming what it was told */
export function loggedShare(): number {
  const said = process.env['LOGGED_SUCCESSES'] ?? '1';
  const share = said === '' ? Number.NaN : Number(said);
  if (share >= 0 && share <= 1) return share;
  throw new Error(
    `environment variable LOGGED_SUCCESSES is ${JSON.stringify(said)}: it must be a share from 0 to 1, such as 0.1`,
  );
}

/** How finely a share is told apart. */
const PARTS = 10_000;

/**
 * Whether the success of an event is worth a line. What is replayed, filled in later or tried again always is: verbs read the log
 * of it. Of live events that succeed at once, a share: the same of them at every consumer, by the key and its sequencer.
 *
 * @param share of the live events, 0 to 1
 */
export function logsSuccess(event: ObjectEvent, receiveCount: number, share: number): boolean {
  if (share >= 1 || receiveCount > 1 || event.origin === 'backfill' || event.replayName !== undefined) {
    return true;
  }
  return hashOf(`${event.key} ${event.sequencer ?? ''}`) % PARTS < share * PARTS;
}

/** FNV-1a of 32 bits, and then mixed, so that keys which differ in their last character alone do not lie side by side. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
