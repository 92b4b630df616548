const DAY_MS = 86_400_000;

/** Less than this before they are dropped, letters are warned of: a weekend fits into it. */
const SOON_MS = 3 * DAY_MS;

/** @param expires ISO 8601 */
export const isSoon = (expires: string, nowMs: number): boolean => Date.parse(expires) - nowMs < SOON_MS;

/**
 * When a letter is dropped: its queue keeps it as long as it keeps the oldest of its group.
 *
 * @param group the oldest letter's time and when that one is dropped, ISO 8601
 */
export function expiryOf(
  sentAt: string,
  group: { readonly oldest: string; readonly expires: string },
): string {
  const keptMs = Date.parse(group.expires) - Date.parse(group.oldest);
  return new Date(Date.parse(sentAt) + keptMs).toISOString();
}
