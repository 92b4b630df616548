import { matchesGlob } from '../shared/glob.ts';
import { AwsError } from './protocols/aws-error.ts';

/** One statement of a policy in the template, its intrinsics resolved. */
export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  /** `["s3:GetObject"]`, wildcards allowed. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Service principals (`events.amazonaws.com`), `*`, or account principals; absent in a role's own policy. */
  readonly principals?: readonly string[];
  /** operator → condition key → values, e.g. `{ ArnEquals: { "aws:SourceArn": ["arn:…"] } }`. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Who signs a request: a function in its role, or whoever has any other access key (the user of this machine). */
export type Principal =
  | { readonly kind: 'operator' }
  | {
      readonly kind: 'role';
      readonly roleName: string;
      readonly functionName: string;
      readonly accountId: string;
      readonly statements: readonly PolicyStatement[];
    };

/** Who has not said yet who signs: may do nothing. */
export const NOBODY: Principal = {
  kind: 'role',
  roleName: 'nobody',
  functionName: 'nobody',
  accountId: '000000000000',
  statements: [],
};

/** The function's name; `local` for whoever has another key. */
export function callerName(principal: Principal): string {
  return principal.kind === 'role' ? principal.functionName : 'local';
}

/** 403, in AWS's words. Each service writes it under its own code (`AccessDenied` in S3, `AccessDeniedException` elsewhere). */
export class AccessDeniedError extends AwsError {
  override readonly name = 'AccessDeniedError';

  constructor(principal: string, action: string, resource: string) {
    super(
      'AccessDenied',
      `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
      403,
    );
  }
}

const covered = (patterns: readonly string[], text: string) =>
  patterns.some((pattern) => matchesGlob(pattern, text));

function appliesTo(statement: PolicyStatement, action: string, resource: string): boolean {
  return (
    statement.actions.some((pattern) => matchesGlob(pattern.toLowerCase(), action.toLowerCase())) &&
    covered(statement.resources, resource)
  );
}

/** Whether the principal may do `action` (`dynamodb:PutItem`) to `resource` (an ARN, or `*`): an Allow covers it and no Deny does. */
export function isAllowed(principal: Principal, action: string, resource: string): boolean {
  if (principal.kind === 'operator') return true;
  const applying = principal.statements.filter((statement) => appliesTo(statement, action, resource));
  return (
    applying.some(({ effect }) => effect === 'Allow') && !applying.some(({ effect }) => effect === 'Deny')
  );
}

/** @throws AccessDeniedError unless the principal may */
export function authorize(principal: Principal, action: string, resource: string): void {
  if (isAllowed(principal, action, resource) || principal.kind === 'operator') return;
  throw new AccessDeniedError(
    `arn:aws:sts::${principal.accountId}:assumed-role/${principal.roleName}/${principal.functionName}`,
    action,
    resource,
  );
}

/** What a service presents when it calls on behalf of a resource: EventBridge with the rule's ARN. */
export interface ServiceCall {
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/**
 * Whether a queue's policy lets a service in.
 * Knows the condition keys that the pipeline's policies use; a statement with any other one does not apply.
 */
export function resourcePolicyAllows(statements: readonly PolicyStatement[], call: ServiceCall): boolean {
  const applying = statements.filter(
    (statement) =>
      appliesTo(statement, call.action, call.resource) &&
      covered(statement.principals ?? [], call.service) &&
      conditionsHold(statement, call),
  );
  return (
    applying.some(({ effect }) => effect === 'Allow') && !applying.some(({ effect }) => effect === 'Deny')
  );
}

/** Whether a queue's policy with that condition can be evaluated here: `ArnEquals`, `aws:SourceArn`. */
export function isKnownCondition(operator: string, key: string): boolean {
  const lowerKey = key.toLowerCase();
  if (operator === 'Bool') return lowerKey === 'aws:securetransport';
  return /^(Arn|String)(Equals|Like)$/.test(operator) && /^aws:source(arn|account)$/.test(lowerKey);
}

function conditionsHold(statement: PolicyStatement, call: ServiceCall): boolean {
  const context: Readonly<Record<string, string>> = {
    'aws:sourcearn': call.sourceArn,
    'aws:sourceaccount': call.sourceAccount,
    // the loopback interface stands for TLS: nothing else can listen in
    'aws:securetransport': 'true',
  };
  return Object.entries(statement.conditions ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const actual = context[key.toLowerCase()];
      if (actual === undefined) return false;
      // ArnEquals takes wildcards too, StringEquals does not
      if (operator === 'StringEquals') return values.includes(actual);
      if (/^(ArnEquals|(Arn|String)Like)$/.test(operator)) return covered(values, actual);
      return operator === 'Bool' && values.includes(actual);
    }),
  );
}
