import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 5;

/** Resolves when the condition holds. @param what completes "waited in vain for …" @throws Error after the deadline */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  what: string | (() => string),
  deadlineMs = 30_000,
  lookAgainMs = LOOK_AGAIN_MS,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()} (${deadlineMs} ms)`);
    }
    await pause(lookAgainMs);
  }
}
