import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** A statement that allows these actions on these resources, and nothing else. */
export function allow(actions: string[], resources: string | string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [resources].flat() });
}
