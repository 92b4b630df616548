import type { Node } from 'constructs';

/** What a stack has beyond the rest because the context asks for it: each costs money every month, or something of the account. */
export interface Hardening {
  /** A key of KMS of the pipeline's own encrypts what it keeps (context `kms`). @default keys of the services */
  readonly kms?: true;
}

const OPTIONS = ['kms'] as const satisfies readonly (keyof Hardening)[];

/**
 * What the CDK context asks for: `-c kms=true`
 *
 * @throws Error naming what the context holds and what it may
 */
export function hardeningFromContext(node: Node): Hardening {
  return Object.fromEntries(OPTIONS.flatMap((name) => (isAsked(node, name) ? [[name, true]] : [])));
}

function isAsked(node: Node, name: string): boolean {
  const said: unknown = node.tryGetContext(name);
  // text from the command line
  if (said === undefined || String(said) === 'false') return false;
  if (said === true || said === 'true') return true;
  throw new Error(`context ${name} is ${JSON.stringify(said)}: it must be true or false`);
}
