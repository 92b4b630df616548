import type { OperatorRole } from './operator-roles.ts';

/** An access key and its secret, as AWS's SDKs take them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Keys of a role that the stack has policies for: of this start, and known to nobody else. */
export interface RoleCredentials {
  readonly role: OperatorRole;
  /** What the names of its pipeline's outputs begin with: `Uploads`, or nothing for the one with the id `Default`. */
  readonly pipeline: string;
  readonly credentials: Credentials;
  /** The same after signing in with a second factor. */
  readonly withMfa: Credentials;
}
