/** What this folder says of an object that cannot be used, as a word for a row. A consumer has further ones of its own. */
export type ObjectStatus =
  /** Deleted, or its version, before it was read; or the event names a delete marker. */
  | 'object-gone'
  /** Overwritten before it was read, in a bucket without versions. */
  | 'object-changed'
  /** In a storage class that has to be restored first. */
  | 'object-archived'
  /** More than was asked for, than memory has room for, or than can be read in time. */
  | 'object-too-large'
  /** Shorter than where the bytes that were asked for begin. */
  | 'object-too-short'
  /** Compressed in a way that is not known, or not in the way that is announced. */
  | 'unsupported-encoding'
  /** Compressed, and damaged, cut, or followed by something else. */
  | 'damaged-content';

/**
 * The object itself, and no trouble on the way to it, is why it cannot be used: trying again cannot help. Catch it and
 * keep its `status` and `message` as a row for the uploader to see; it is no dead letter. Everything else that is
 * thrown, let pass: the record is tried again.
 *
 *     catch (error) {
 *       if (!(error instanceof ObjectError)) throw error;
 *       return await write({ status: error.status, error: error.message });
 *     }
 *
 * Throw it for what you find in the content, too: `new ObjectError('malformed-json', 'line 3 …: mend it and upload the file again')`.
 */
export class ObjectError<Status extends string = string> extends Error {
  readonly status: Status;

  constructor(status: Status, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ObjectError';
    this.status = status;
  }
}
