import type { Node } from 'constructs';

/**
 * A yes or no of the CDK context: `-c kms=true`, which is text, or a boolean of cdk.json.
 *
 * @returns undefined where the context does not say
 * @throws Error naming the value and what it may be
 */
export function flagFrom(node: Node, name: string): boolean | undefined {
  const said: unknown = node.tryGetContext(name);
  if (said === undefined) return undefined;
  if (said === true || said === 'true') return true;
  if (said === false || said === 'false') return false;
  throw new Error(`context ${name} is ${JSON.stringify(said)}: it must be true or false`);
}
