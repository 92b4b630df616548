import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Whether the statement allows the action on something. Its conditions are not looked at. */
export function allowsAction(statement: PolicyStatement, action: string): boolean {
  const { Effect: effect = 'Allow', Action: actions = [] } = statement.toStatementJson() as {
    Effect?: string;
    Action?: string | string[];
  };
  return (
    effect === 'Allow' && [actions].flat().some((one) => covers(one.toLowerCase(), action.toLowerCase()))
  );
}

/** Whether the statement alone allows the action on the resource. */
export function allows(statement: PolicyStatement, action: string, resource: string): boolean {
  return allowsAction(statement, action) && statement.resources.some((one) => covers(one, resource));
}

/** A star stands at the end, as in the ARNs and actions that entries write. */
export const covers = (wildcard: string, one: string): boolean =>
  wildcard.endsWith('*') ? one.startsWith(wildcard.slice(0, -1)) : wildcard === one;
