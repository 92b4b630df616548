import { matchesGlob } from '../../shared/glob.ts';

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * Whether a queue's policy lets EventBridge send on behalf of a rule, as the stack's own statement does. A statement with
 * other conditions than on the source is not understood, and does not count.
 *
 * @param policy JSON text; undefined when the queue has none
 */
export function letsRuleIn(policy: string | undefined, ruleArn: string): boolean {
  if (policy === undefined || policy === '') return false;
  const { Statement: statements = [] } = JSON.parse(policy) as {
    Statement?: Statement | readonly Statement[];
  };
  return [statements].flat().some((statement) => allows(statement, ruleArn));
}

function allows({ Effect, Principal, Action, Condition = {} }: Statement, ruleArn: string): boolean {
  const principals = typeof Principal === 'string' ? [Principal] : Object.values(Principal ?? {}).flat();
  return (
    Effect === 'Allow' &&
    principals.some((one) => one === '*' || one === 'events.amazonaws.com') &&
    [Action ?? []].flat().some((action) => /^(sqs:)?\*$|^sqs:Send(Message|\*)$/i.test(action)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(
        ([key, values]) =>
          /^(Arn|String)(Equals|Like)$/.test(operator) &&
          key.toLowerCase() === 'aws:sourcearn' &&
          [values].flat().some((value) => matchesGlob(value, ruleArn)),
      ),
    )
  );
}
