import { AwsError } from '../protocols/aws-error.ts';

/** What the door itself refuses, with the elements that AWS puts beside code and message: `ArgumentName`, `ServerTime`. */
export class DoorError extends AwsError {
  override readonly name = 'DoorError';
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status: number, details: Readonly<Record<string, string>> = {}) {
    super(code, message, status);
    this.details = details;
  }
}
