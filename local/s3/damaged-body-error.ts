import { basename } from 'node:path';
import { AwsError } from '../protocols/aws-error.ts';

/** A body on the disk is not what was uploaded. Every read of it fails; nothing is changed. */
export class DamagedBodyError extends AwsError {
  override readonly name = 'DamagedBodyError';
  readonly path: string;

  /** @param what `it is missing`, `it has 3 bytes of 5` */
  constructor(path: string, what: string, cause?: unknown) {
    super(
      'InternalError',
      `We encountered an internal error: the body of the object is damaged on the disk of the local runtime: ${what} (objects/${basename(path)}); upload the object again, or put a copy of that file back`,
      500,
    );
    this.path = path;
    this.cause = cause;
  }
}
