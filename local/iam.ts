import { ACCOUNT_ID } from './account-id.ts';
import { findInOwn, findInResource, isYes, type Caller, type PolicyStatement } from './iam/decision.ts';
import { OVER_LOOPBACK, type RequestContext } from './iam/condition-keys.ts';
import { AwsError } from './protocols/aws-error.ts';

/** A role of the template, as whoever has its credentials. */
export interface RolePrincipal {
  readonly kind: 'role';
  readonly roleName: string;
  /** Names the session. */
  readonly functionName: string;
  /**
   * The function whose own environment the credentials are of. Absent for the calls that Lambda makes with the role by itself, as
   * when it polls a queue, and for whoever else has taken the role on.
   */
  readonly functionArn?: string;
  readonly accountId: string;
  readonly statements: readonly PolicyStatement[];
  /** Whether its session began with a second factor. @default it did not */
  readonly hasMfa?: boolean;
}

/** Who signs a request: a role, or whoever has any other access key (the user of this machine). */
export type Principal = { readonly kind: 'operator' } | RolePrincipal;

/** Who has not said yet who signs: may do nothing. */
export const NOBODY: Principal = {
  kind: 'role',
  roleName: 'nobody',
  functionName: 'nobody',
  accountId: '000000000000',
  statements: [],
};

/** The role of a function as the calls have it that Lambda makes by itself, polling its queue: they do not say for which function. */
export function asLambda(principal: RolePrincipal): RolePrincipal {
  const { functionArn, ...withoutFunction } = principal;
  return functionArn === undefined ? principal : withoutFunction;
}

/** The function's name; `local` for whoever has another key. */
export function callerName(principal: Principal): string {
  return principal.kind === 'role' ? principal.functionName : 'local';
}

/** 403, in AWS's words. Each service writes it under its own code (`AccessDenied` in S3, `AccessDeniedException` elsewhere). */
export class AccessDeniedError extends AwsError {
  override readonly name = 'AccessDeniedError';

  /** @param why @default no identity-based policy allows it */
  constructor(principal: string, action: string, resource: string, why?: string) {
    super(
      'AccessDenied',
      `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${why ?? `because no identity-based policy allows the ${action} action`}`,
      403,
    );
  }
}

/** What a request says beside its action and its resource. */
export interface Asked {
  /** What its conditions are held against, beside who asks. @default nothing */
  readonly context?: RequestContext;
  /** The policy of the resource itself. @default it has none */
  readonly policy?: readonly PolicyStatement[];
}

/**
 * Whether the principal may do `action` (`dynamodb:PutItem`) to `resource` (an ARN, or `*`): its own policies or that of the resource
 * allow it, and neither denies it. The user of this machine may do everything but what a resource's policy denies to everyone.
 */
export function isAllowed(
  principal: Principal,
  action: string,
  resource: string,
  asked: Asked = {},
): boolean {
  const { own, ofResource } = findingsOf(principal, action, resource, asked);
  return isYes(own, ofResource);
}

/** @throws AccessDeniedError unless the principal may */
export function authorize(principal: Principal, action: string, resource: string, asked: Asked = {}): void {
  const { own, ofResource } = findingsOf(principal, action, resource, asked);
  if (isYes(own, ofResource)) return;
  const denying = own === 'denied' ? 'identity' : ofResource === 'denied' ? 'resource' : undefined;
  const why =
    denying && `with an explicit deny in ${denying === 'identity' ? 'an' : 'a'} ${denying}-based policy`;
  throw new AccessDeniedError(sessionArn(principal), action, resource, why);
}

function findingsOf(principal: Principal, action: string, resource: string, { context, policy }: Asked) {
  const call = { action, resource, context: { ...context, ...contextOf(principal) } };
  return {
    own: principal.kind === 'operator' ? 'allowed' : findInOwn(principal.statements, call),
    ofResource: policy === undefined ? 'silent' : findInResource(policy, call, callerOf(principal)),
  } as const;
}

/** `arn:aws:sts::000000000000:assumed-role/WriterRole/writer` */
export function sessionArn(principal: Principal): string {
  if (principal.kind === 'operator') return principalArn(principal);
  return `arn:aws:sts::${principal.accountId}:assumed-role/${principal.roleName}/${principal.functionName}`;
}

/** ARN of whoever signs; that of a role, without its session. */
export const principalArn = (principal: Principal): string =>
  principal.kind === 'operator'
    ? `arn:aws:iam::${ACCOUNT_ID}:user/local`
    : `arn:aws:iam::${principal.accountId}:role/${principal.roleName}`;

const callerOf = (principal: Principal): Caller => ({
  names: [principalArn(principal), sessionArn(principal)],
  accountId: principal.kind === 'operator' ? ACCOUNT_ID : principal.accountId,
});

/** What every request tells of who signs it. */
function contextOf(principal: Principal): RequestContext {
  const everyone = {
    ...OVER_LOOPBACK,
    'aws:principalarn': principalArn(principal),
    'aws:principalisawsservice': 'false',
    'aws:viaawsservice': 'false',
  };
  // a key that does not end has no second factor to tell of
  if (principal.kind === 'operator') return { ...everyone, 'aws:principalaccount': ACCOUNT_ID };
  const { accountId, functionArn, hasMfa = false } = principal;
  return {
    ...everyone,
    'aws:principalaccount': accountId,
    'aws:multifactorauthpresent': String(hasMfa),
    ...(functionArn !== undefined && { 'lambda:sourcefunctionarn': functionArn }),
  };
}

/** What a service presents when it calls on behalf of a resource: EventBridge with the rule's ARN. */
export interface ServiceCall {
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
  /** What conditions are held against beside that. @default nothing */
  readonly context?: RequestContext;
}

/** Whether the policy of a queue, a function or a role lets a service in. */
export function resourcePolicyAllows(statements: readonly PolicyStatement[], call: ServiceCall): boolean {
  const { service, action, resource, sourceArn, sourceAccount } = call;
  const context = {
    ...call.context,
    ...OVER_LOOPBACK,
    'aws:sourcearn': sourceArn,
    'aws:sourceaccount': sourceAccount,
    'aws:principalisawsservice': 'true',
  };
  return isYes(findInResource(statements, { action, resource, context }, { names: [service] }));
}
