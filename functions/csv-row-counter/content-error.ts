import type { NotCountedStatus } from '../../shared/count-status.ts';
import { ObjectError, type ObjectStatus } from '../objects/object-error.ts';

/** What the counter can say of an object that it could not count, as the row's `status`. */
export type ContentStatus = NotCountedStatus;

/**
 * The object itself, and no trouble on the way to it, is why there is no count: trying again cannot help. It becomes a
 * row with this status for the uploader to see, never a dead letter.
 */
export class ContentError extends ObjectError<ContentStatus> {
  constructor(status: ContentStatus, message: string, options?: ErrorOptions) {
    super(status, message, options);
    this.name = 'ContentError';
  }
}

/** What the row says of an object that could not be counted. */
export function notCountedBecause(error: ObjectError): {
  readonly status: ContentStatus;
  readonly error: string;
} {
  const { status, message } = error as ObjectError<ContentStatus | ObjectStatus>;
  if (status === 'object-changed') {
    return {
      status: 'object-gone',
      error: 'the object was overwritten before it was read: the event of the newer one has its count',
    };
  }
  if (status === 'damaged-content') return { status: 'malformed-csv', error: message };
  if (status === 'object-too-short') throw error;
  return { status, error: message };
}
