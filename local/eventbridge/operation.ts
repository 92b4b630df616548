import type { Input } from '../protocols/input.ts';

/** One operation of the wire protocol. */
export interface Operation {
  /** The ARN that a role's statement must cover. */
  readonly resource: (input: Input) => string;
  /** The answer's JSON object; nothing = an empty one. Times in it are seconds since 1970. */
  readonly answer: (input: Input) => object | void;
}
