import type { NotCountedStatus } from '../../shared/count-status.ts';

/** What the counter can say of an object that it could not count, as the row's `status`. */
export type ContentStatus = NotCountedStatus;

/**
 * The object itself, and no trouble on the way to it, is why there is no count: trying again cannot help. It becomes a
 * row with this status for the uploader to see, never a dead letter.
 */
export class ContentError extends Error {
  readonly status: ContentStatus;

  constructor(status: ContentStatus, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ContentError';
    this.status = status;
  }
}
