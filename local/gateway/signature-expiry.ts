import { DoorError } from './door-error.ts';
import type { Signature } from './signature.ts';

/** Clocks of a client and of AWS may differ so much. */
const SKEW_MS = 15 * 60_000;

/**
 * Holds a presigned URL against the time. That is the machine's own, which signed it: a runtime whose clock was moved
 * on still takes what a client signs now.
 *
 * @throws DoorError `AccessDenied` before and after the time for which it was signed
 */
export function checkExpiry({ validity, version }: Signature, nowMs: number): void {
  if (validity === undefined) return;
  const { fromMs, untilMs, expiresSeconds } = validity;
  const times = { Expires: wholeSeconds(untilMs), ServerTime: wholeSeconds(nowMs) };
  if (nowMs > untilMs) {
    throw new DoorError('AccessDenied', 'Request has expired', 403, {
      ...(version !== 'SigV2' && { 'X-Amz-Expires': String(expiresSeconds) }),
      ...times,
    });
  }
  if (fromMs !== undefined && fromMs > nowMs + SKEW_MS) {
    throw new DoorError('AccessDenied', 'Request is not valid yet', 403, {
      'X-Amz-Date': wholeSeconds(fromMs),
      ...times,
    });
  }
}

const wholeSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
