import { normaliseSequencer } from '../../shared/object-event/sequencer.ts';

/** Clocks differ, by less than this. */
const LEEWAY_MS = 86_400_000;

/**
 * Whether no change of an object can have this sequencer yet: it says a time that lies ahead. Of its digits the last sixteen are Unix seconds
 * and a fraction, so that the events of a key are in order: `617f0829` of `617f08299329d189` is October 2021. AWS does not promise it;
 * its published examples agree.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function isSequencerAhead(sequencer: string, now: Date): boolean {
  const latestSecond = BigInt(Math.floor((now.getTime() + LEEWAY_MS) / 1_000));
  return normaliseSequencer(sequencer) > normaliseSequencer((latestSecond << 32n).toString(16));
}

/** Whether nothing can have happened at this time yet. */
export const isTimeAhead = (time: string, now: Date): boolean => Date.parse(time) > now.getTime() + LEEWAY_MS;
