import type { Principal } from '../iam.ts';
import type { Input } from '../protocols/input.ts';

/** One operation of the wire protocol. */
export interface Operation {
  /** The ARN that a role's statement must cover, or each of several. */
  readonly resource: (input: Input) => string | readonly string[];
  /** The answer's JSON object; nothing = an empty one. Times in it are seconds since 1970. */
  readonly answer: (input: Input, principal: Principal) => object | void;
}
