import type { ForwardingConsumer } from '../pipeline/consumer.ts';
import { TARGET_WORDS } from '../pipeline/consumer.ts';
import { plural } from '../terminal/units.ts';
import type { Letter } from './letter.ts';

/** EventBridge gives up on an event a day after it came: one whose own time cannot be read is at most so old. */
const LONGEST_RETRY_MS = 25 * 3_600_000;

/** From when to when the archive has the events of these letters. @param letters at least one */
export function windowOf(letters: readonly Letter[]): { readonly since: string; readonly until: string } {
  const spans = letters.map(spanOf);
  return {
    since: new Date(Math.min(...spans.map(({ from }) => from))).toISOString(),
    until: new Date(Math.max(...spans.map(({ to }) => to))).toISOString(),
  };
}

/**
 * What to do with letters that cannot be redriven: there is no queue to send them back to, and nobody but S3 can publish its
 * events. The archive has them: a replay of their time, to this consumer alone, delivers them again.
 *
 * @param letters at least one, all of the consumer's rule
 */
export function replayInstead(
  { name, kind }: ForwardingConsumer,
  letters: readonly Letter[],
): { readonly what: string; readonly nextStep: string } {
  const { since, until } = windowOf(letters);
  return {
    what: `${plural(letters.length, 'letter')} of ${name} cannot be redriven: it sends to ${TARGET_WORDS[kind]}, and nobody but S3 can publish its events again`,
    nextStep: `sluice replay --since ${since} --until ${until} --consumer ${name} delivers what the archive has of that time; then sluice dead purge --consumer ${name}`,
  };
}

/** Events have whole seconds. */
function spanOf({ events, sentAt }: Letter): { from: number; to: number } {
  const times = events.map(({ eventTime }) => Date.parse(eventTime));
  if (times.length === 0) return { from: Date.parse(sentAt) - LONGEST_RETRY_MS, to: Date.parse(sentAt) };
  return { from: Math.min(...times), to: Math.max(...times) + 1_000 };
}
