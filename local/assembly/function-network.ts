import { matchesGlob } from '../../shared/glob.ts';
import type { PolicyStatement } from '../iam/decision.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import type { ResourceProperties } from './resource-properties.ts';

/** What Lambda asks of the role of a function in a network, before it makes the function. */
const NEEDED = ['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DeleteNetworkInterface'];

/**
 * A function in a network (`VpcConfig`) runs on this machine like any other, so that its subnets and security groups are not read.
 *
 * @throws UnsupportedFeatureError where AWS would make no such function, since its role may make no network interface
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function checkNetwork(
  where: string,
  properties: ResourceProperties,
  { name, statements }: { readonly name: string; readonly statements: readonly PolicyStatement[] },
): void {
  const { SubnetIds: subnets = [] } = (properties.asWritten('VpcConfig') ?? {}) as { SubnetIds?: unknown };
  if (Array.isArray(subnets) && subnets.length === 0) return;
  const missing = NEEDED.map((operation) => `ec2:${operation}`).find(
    (action) =>
      !statements.some(
        ({ effect, actions }) =>
          effect === 'Allow' &&
          actions.some((pattern) => matchesGlob(pattern.toLowerCase(), action.toLowerCase())),
      ),
  );
  if (missing === undefined) return;
  throw new UnsupportedFeatureError(
    `${where} in a network with the role ${name}, which does not allow ${missing}; AWS would not make the function`,
    'give the role AWSLambdaVPCAccessExecutionRole, or the same statements',
  );
}
