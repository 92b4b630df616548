import type { Assertion } from './assertion.ts';
import { conditionOn, isAllow, ofTypes, operatorStatements, told } from './policy-view.ts';

/** What the policies say that an operator may be given. */
export const OPERATOR_ASSERTIONS: readonly Assertion[] = [
  {
    name: 'nobody deletes a version without a second factor',
    violations: (template) =>
      operatorStatements(template)
        .filter(isAllow)
        .filter(({ actions }) =>
          actions.some((one) => /^s3:(\*|Delete\*|Delete.*Version|Bypass|PutObjectRetention)/i.test(one)),
        )
        .filter((one) => conditionOn(one, 'aws:MultiFactorAuthPresent', /^Bool$/)?.join() !== 'true')
        .map(told),
  },
  {
    name: 'a destroyer may do nothing without a second factor',
    violations: (template) =>
      operatorStatements(template)
        .filter(({ of }) => of.endsWith('OperatorDestroy'))
        .filter(isAllow)
        .filter((one) => conditionOn(one, 'aws:MultiFactorAuthPresent', /^Bool$/)?.join() !== 'true')
        .map(told),
  },
  {
    name: 'nobody but a destroyer bypasses a lock',
    violations: (template) =>
      operatorStatements(template)
        .filter(isAllow)
        .filter(({ of }) => !of.endsWith('OperatorDestroy'))
        .filter(({ actions }) => actions.some((one) => /^s3:(\*|Bypass)/i.test(one)))
        .map(told),
  },
  {
    name: 'of all objects people read the ledger’s alone',
    violations: (template) =>
      operatorStatements(template)
        .filter(isAllow)
        .filter(({ actions }) =>
          actions.some((one) => /^s3:(\*|Get\*|GetObject(?!Retention$|LegalHold$))/i.test(one)),
        )
        .filter(({ resources }) => !resources.every((one) => /^OutputBucket\/[^*]+\/\*$/.test(one)))
        .map(told),
  },
  {
    name: 'an uploader takes no message, and reads no log',
    violations: (template) =>
      operatorStatements(template)
        .filter(({ of }) => of.endsWith('OperatorUpload'))
        .filter(isAllow)
        .filter(({ actions }) => actions.some((one) => /^(\*|sqs:|logs:)/i.test(one)))
        .map(told),
  },
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
              /^(iam|kms:(?!Decrypt|GenerateDataKey|DescribeKey)|lambda:(?!Get|List|UpdateEventSourceMapping)|dynamodb:(?!Get|BatchGet|Query|Scan|Describe)|events:(Put|Delete|Remove)|s3:(.*Policy|PutLifecycle))/i.test(
                one,
              ),
            ) ||
            (actions.includes('s3:PutObject') && resources.some((one) => one.startsWith('OutputBucket'))),
        )
        .map(told),
  },
];
