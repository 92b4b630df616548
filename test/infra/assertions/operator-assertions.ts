import type { Assertion } from './assertion.ts';
import { isAllow, ofTypes, operatorStatements, told } from './policy-view.ts';

/** What the policies say that an operator may be given. */
export const OPERATOR_ASSERTIONS: readonly Assertion[] = [
  {
    name: 'what an operator may be given is attached to nobody',
    violations: (template) =>
      ofTypes(template, 'AWS::IAM::ManagedPolicy')
        .filter(([id]) => id.includes('Operator'))
        .filter(([, { Properties }]) =>
          ['Roles', 'Users', 'Groups'].some((name) => (Properties[name] ?? []).length > 0),
        )
        .map(([id]) => id),
  },
  {
    name: 'an operator may not change the pipeline itself, nor write what functions write',
    violations: (template) =>
      operatorStatements(template)
        .filter(isAllow)
        .filter(
          ({ actions, resources }) =>
            actions.some((one) =>
              /^(iam|kms:(?!Decrypt|GenerateDataKey|DescribeKey)|lambda:(?!Get|List|UpdateEventSourceMapping)|dynamodb:(?!Get|BatchGet|Query|Scan|Describe)|events:(Put|Delete|Remove)|s3:(.*Policy|Bypass|PutLifecycle))/i.test(
                one,
              ),
            ) ||
            (actions.includes('s3:PutObject') && resources.some((one) => one.startsWith('OutputBucket'))),
        )
        .map(told),
  },
];
