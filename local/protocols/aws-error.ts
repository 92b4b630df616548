/** An error as an AWS service answers it: each protocol writes it in its own form. */
export class AwsError extends Error {
  override readonly name: string = 'AwsError';
  /** AWS's code, e.g. `NoSuchKey`. */
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** 501, for every operation that no part of the pipeline, the command line or an ordinary client needs. */
export function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', `${what} is not implemented by the local runtime`, 501);
}
