/**
 * Hexadecimal digits of a normalised sequencer. S3 has been seen to send 16 and 18; twice as many leave room for a
 * longer form. Rows hold sequencers of this width, so raising it means rewriting them.
 */
const SEQUENCER_WIDTH = 32;

/** Whether the text can be normalised: 1 to 32 hexadecimal digits of either case. */
export function isSequencer(text: string): boolean {
  return /^[0-9a-f]+$/i.test(text) && text.length <= SEQUENCER_WIDTH;
}

/**
 * The form of an S3 sequencer in which string order is event order, in JavaScript and in DynamoDB: lower-case and
 * padded on the LEFT with zeros. The lengths differ between events of one key (`00ff08299329d18900` is later than
 * `617f08299329d189`), and the leading digits are a Unix time, so padding on the right would order by length.
 * Only sequencers of one key may be compared. May be repeated: a normalised sequencer is its own normal form.
 *
 * @throws RangeError on text that is empty, longer than 32 digits, or not hexadecimal.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function normaliseSequencer(sequencer: string): string {
  if (!isSequencer(sequencer)) {
    throw new RangeError(
      `sequencer ${JSON.stringify(sequencer)} is not 1 to ${SEQUENCER_WIDTH} hexadecimal digits: it cannot be ordered`,
    );
  }
  return sequencer.toLowerCase().padStart(SEQUENCER_WIDTH, '0');
}

/** Negative when `left` came before `right`, zero when they are one event, positive when it came after. Either may be raw. */
export function compareSequencers(left: string, right: string): number {
  const [before, after] = [normaliseSequencer(left), normaliseSequencer(right)];
  return before < after ? -1 : Number(before > after);
}
