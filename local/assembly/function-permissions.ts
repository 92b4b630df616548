import { matchesGlob } from '../../shared/glob.ts';
import type { PolicyStatement } from '../iam/decision.ts';
import type { ResolvedResource } from './resolved-resource.ts';

/** Who may invoke a function, in its own policy. */
export interface FunctionPermission {
  /** The function's name, or its ARN. */
  readonly functionName: string;
  readonly statement: PolicyStatement;
}

/** The services that invoke functions here. What others may do, an API or another account, nobody asks. */
const SERVICES = ['s3.amazonaws.com', 'events.amazonaws.com'];

/** What one permission of the template allows; nothing for those that nobody here makes use of. */
export function functionPermission({ properties }: ResolvedResource): readonly FunctionPermission[] {
  properties.passOver(
    'Action',
    'FunctionName',
    'Principal',
    'SourceArn',
    'SourceAccount',
    'EventSourceToken',
  );
  properties.passOver('FunctionUrlAuthType', 'InvokedViaFunctionUrl', 'PrincipalOrgID');
  const principal = properties.required<string>('Principal');
  const action = properties.required<string>('Action');
  if (!SERVICES.includes(principal) || !matchesGlob(action.toLowerCase(), 'lambda:invokefunction')) return [];
  const sourceArn = properties.optional<string>('SourceArn');
  const sourceAccount = properties.optional<string>('SourceAccount');
  const conditions = {
    ...(sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': [sourceArn] } }),
    ...(sourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': [sourceAccount] } }),
  };
  return [
    {
      functionName: properties.required('FunctionName'),
      statement: {
        effect: 'Allow',
        actions: [action],
        resources: ['*'],
        principals: [principal],
        conditions,
      },
    },
  ];
}
