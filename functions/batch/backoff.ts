const FIRST_DELAY_SECONDS = 15;
const LONGEST_DELAY_SECONDS = 900;

/**
 * Seconds until a message that failed on its `receiveCount`-th receive is tried again: 15 doubling to 900, of which
 * half is fixed and half random, so that messages that failed together do not come back together.
 *
 * @param random in [0, 1), as Math.random gives it.
 */
export function backoffSeconds(receiveCount: number, random: number): number {
  const delay = Math.min(FIRST_DELAY_SECONDS * 2 ** (Math.max(receiveCount, 1) - 1), LONGEST_DELAY_SECONDS);
  return Math.ceil(delay / 2 + (delay / 2) * random);
}
