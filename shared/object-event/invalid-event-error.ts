/**
 * Why an event cannot be read; also the reason on its dead letter. `malformed-event`: it is not what its sender
 * promises (no JSON, a field missing or of another type). `unsupported-event`: it is well formed, but of a kind or a
 * version that this code does not know, so that a later release may read it.
 */
export type InvalidEventKind = 'malformed-event' | 'unsupported-event';

/** A permanent failure: the same event will fail the same way however often it is delivered. */
export class InvalidEventError extends Error {
  readonly kind: InvalidEventKind;

  constructor(kind: InvalidEventKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InvalidEventError';
    this.kind = kind;
  }
}
