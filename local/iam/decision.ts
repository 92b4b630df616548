import { matchesGlob } from '../../shared/glob.ts';
import { conditionsHold, type PolicyConditions } from './policy-conditions.ts';
import type { RequestContext } from './condition-keys.ts';

/** One statement of a policy in the template, its intrinsics resolved. */
export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  /** `["s3:GetObject"]`, wildcards allowed. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /**
   * In the policy of a resource, whom it is about: `events.amazonaws.com`, `*`, an account (`arn:aws:iam::111122223333:root`, or its
   * digits), a role's or user's ARN. Absent in a role's own policy.
   */
  readonly principals?: readonly string[];
  readonly conditions?: PolicyConditions;
}

/** A call that policies are asked about. */
export interface Call {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** An ARN, or `*` for an action that names no resource. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** Which statements of a policy a call meets: a Deny, else an Allow, else none. */
export type Finding = 'denied' | 'allowed' | 'silent';

/** What the own policies of a caller say of a call. */
export function findInOwn(statements: readonly PolicyStatement[], call: Call): Finding {
  return found(statements.filter((statement) => appliesTo(statement, call)));
}

/** Who calls, as the policy of a resource may name it. */
export interface Caller {
  /** What names the caller itself: a service, or the ARNs of a role and its session. */
  readonly names: readonly string[];
  /** The account of a role or user: a policy that names it leaves an Allow to the account's own policies, and denies to all of it. */
  readonly accountId?: string;
}

/** What the policy of a resource says of a call by this caller. */
export function findInResource(
  statements: readonly PolicyStatement[],
  call: Call,
  { names, accountId }: Caller,
): Finding {
  return found(
    statements.filter((statement) => {
      const { principals = [], effect } = statement;
      const named = principals.some((one) => one === '*' || names.includes(one));
      const account = accountId !== undefined && principals.some((one) => isAccount(one, accountId));
      return (named || (account && effect === 'Deny')) && appliesTo(statement, call);
    }),
  );
}

/**
 * Whether findings of several policies, the caller's and the resource's, come to a yes within one account: an explicit Deny wins over
 * every Allow, and where nobody says anything the answer is no.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function isYes(...findings: readonly Finding[]): boolean {
  return !findings.includes('denied') && findings.includes('allowed');
}

function found(applying: readonly PolicyStatement[]): Finding {
  if (applying.some(({ effect }) => effect === 'Deny')) return 'denied';
  return applying.length > 0 ? 'allowed' : 'silent';
}

/** Actions are compared without regard to case, resources with it. */
function appliesTo(statement: PolicyStatement, { action, resource, context }: Call): boolean {
  return (
    statement.actions.some((pattern) => matchesGlob(pattern.toLowerCase(), action.toLowerCase())) &&
    statement.resources.some((pattern) => matchesGlob(pattern, resource)) &&
    conditionsHold(statement.conditions ?? {}, context)
  );
}

const isAccount = (principal: string, accountId: string): boolean =>
  principal === accountId ||
  (principal.endsWith(':root') && principal.split(':').slice(2, 5).join(':') === `iam::${accountId}`);
