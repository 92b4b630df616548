/**
 * The message attributes of a dead letter: a function writes them, and the local queues on a message that is too old. The
 * CLI reads them, and takes them off when it sends the message back to its queue.
 */
export interface LetterAttributes<Value = string> {
  /** `malformed-event`, `unsupported-event`, `retries-exhausted`; `expired` in the local runtime alone. */
  readonly Reason: Value;
  readonly ErrorName: Value;
  readonly ErrorMessage: Value;
  readonly OriginalMessageId: Value;
}

/**
 * The message attribute, with any value, of a letter that `sluice redrive` has sent back to its queue. There its receives are
 * counted from one again, and without the attribute a function could not tell that somebody may have worked on it before.
 */
export const REDRIVEN_ATTRIBUTE = 'sluice-redriven';
