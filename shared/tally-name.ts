/**
 * What the runtime did to something of yours without being asked. One name a kind; `sluice status` has words for each.
 *
 * - `expired-messages` older than their queue's retention, now letters with the reason `expired`
 * - `expired-letters` older than their dead-letter queue's retention: gone
 * - `expired-archive-events` older than their archive's retention, or of an archive that the template has no more: gone
 * - `expired-replay-records` of replays that ended 90 days ago: gone
 * - `expired-would-send` records of what would have gone to AWS, older than 30 days, or beyond the newest 64 MB: gone
 * - `expired-measures` periods of what the runtime measured, older than 14 days: gone
 * - `expired-rows` whose time to live is over: gone
 * - `expired-objects` versions, delete markers and unfinished uploads that a lifecycle rule ended
 * - `dropped-events` that could not be read, delivered or processed, and had no dead-letter queue to go to: gone but for the log line
 * - `dropped-logs` files of 32 MB of a function's log, two files back: gone
 * - `dropped-attempts` records of what was tried, beyond the newest 200,000: gone
 * - `given-back` receives and tries that the end of the runtime cut off: not counted against the message
 * - `cut-off-uploads` bodies that were coming in when the runtime ended, so that nobody was told they had come: removed
 * - `damaged-bodies` reads of a body that is missing, cut short or not what was uploaded: refused
 * - `lost-and-found` files that nothing in the store knows, set aside
 */
export const TALLY_NAMES = [
  'expired-messages',
  'expired-letters',
  'expired-archive-events',
  'expired-replay-records',
  'expired-would-send',
  'expired-measures',
  'expired-rows',
  'expired-objects',
  'dropped-events',
  'dropped-logs',
  'dropped-attempts',
  'given-back',
  'cut-off-uploads',
  'damaged-bodies',
  'lost-and-found',
] as const;

export type TallyName = (typeof TALLY_NAMES)[number];

/** `{"given-back": 2}` */
export type TallyCounts = Readonly<Partial<Record<TallyName, number>>>;
