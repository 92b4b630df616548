/**
 * What the people around a pipeline may be. Of each, the stack's outputs that name the policies which make somebody so.
 *
 * `reader` is who looks only; `operator` does the daily work; `destroyer` deletes for good, with a second factor.
 */
export const OPERATOR_ROLES = {
  uploader: ['UploaderPolicyArn'],
  reader: ['OperatorReadPolicyArn'],
  operator: ['OperatorReadPolicyArn', 'OperatorPolicyArn'],
  destroyer: ['DestroyerPolicyArn'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type OperatorRole = keyof typeof OPERATOR_ROLES;

export const OPERATOR_ROLE_NAMES = Object.keys(OPERATOR_ROLES) as readonly OperatorRole[];
