import type { Node } from 'constructs';
import { flagFrom } from '../flag-context.ts';

/** What a stack has beyond the rest because the context asks for it: each costs money every month, or something of the account. */
export interface Hardening {
  /** A key of KMS of the pipeline's own encrypts what it keeps (context `kms`). @default keys of the services */
  readonly kms?: true;
  /** The functions are in a network of their own, without a way to the internet (context `vpc`). @default a network of Lambda's */
  readonly vpc?: true;
  /**
   * Each function has as many invocations at a time set aside as its mapping makes, so that no other of the account takes them (context
   * `reservedConcurrency`). @default none: a new account has ten, and none of them to set aside
   */
  readonly reservedConcurrency?: true;
}

const OPTIONS = ['kms', 'vpc', 'reservedConcurrency'] as const satisfies readonly (keyof Hardening)[];

/**
 * What the CDK context asks for: `-c kms=true -c vpc=true -c reservedConcurrency=true`
 *
 * @throws Error naming what the context holds and what it may
 */
export function hardeningFromContext(node: Node): Hardening {
  return Object.fromEntries(OPTIONS.flatMap((name) => (flagFrom(node, name) === true ? [[name, true]] : [])));
}
