import type { Cancel, Clock } from '../clock.ts';
import { logError } from '../log.ts';
import type { PolledQueue } from './source-queue.ts';

/** After an error of the store: a full disk, say. */
const TRY_AGAIN_MS = 1_000;

/**
 * Hides messages again and again while a debugger may hold their invocation at a breakpoint: they would come a second
 * time otherwise.
 *
 * @returns what ends it; from then on they stay invisible for the queue's visibility timeout at most
 */
export function keepInvisible(queue: PolledQueue, receiptHandles: readonly string[], clock: Clock): Cancel {
  let cancel: Cancel | undefined;
  const hide = (): void => {
    let nextMs = TRY_AGAIN_MS;
    try {
      nextMs = queue.hide(receiptHandles) / 2;
    } catch (error) {
      logError('messages of an inspected function cannot be kept invisible; trying again', { error });
    }
    cancel = clock.after(nextMs, hide);
  };
  hide();
  return () => cancel?.();
}
