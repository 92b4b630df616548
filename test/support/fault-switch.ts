import type { Template } from './assembly.ts';

interface Statement {
  Action: string | string[];
}

const actionsOf = (statement: Statement) => [statement.Action].flat();

/** Takes every statement with `action` out of the policies of one consumer's role. */
export function withoutAction(template: Template, consumer: string, action: string): void {
  let removed = 0;
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    if (!logicalId.startsWith(consumer) || !['AWS::IAM::Policy', 'AWS::IAM::Role'].includes(Type)) continue;
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
