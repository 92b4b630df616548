import type { Template } from './assembly.ts';

interface Statement {
  Action: string | string[];
}

const actionsOf = (statement: Statement) => [statement.Action].flat();

const POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role'];

/** Takes every statement with `action` out of the policies of one consumer's role. */
export function withoutAction(template: Template, consumer: string, action: string): void {
  let removed = 0;
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    if (!logicalId.startsWith(consumer) || !POLICIES.includes(Type)) continue;
    const documents = [
      Properties['PolicyDocument'],
      ...((Properties['Policies'] as { PolicyDocument: unknown }[]) ?? []).map(
        (policy) => policy.PolicyDocument,
      ),
    ];
    for (const document of documents as ({ Statement: Statement[] } | undefined)[]) {
      if (document === undefined) continue;
      const kept = document.Statement.filter((statement) => !actionsOf(statement).includes(action));
      removed += document.Statement.length - kept.length;
      document.Statement = kept;
    }
  }
  if (removed === 0) throw new Error(`no statement of ${consumer} has ${action}`);
}
