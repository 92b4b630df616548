import { App, Stack } from 'aws-cdk-lib';
import { Annotations as AnnotationsOf, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { warnOfNothingLocked } from '../../../infra/ledger-lock.ts';
import { stageFromContext } from '../../../infra/stage.ts';
import { OPERATOR_ASSERTIONS } from '../assertions/operator-assertions.ts';
import { POLICY_ASSERTIONS } from '../assertions/policy-assertions.ts';
import { RESOURCE_ASSERTIONS } from '../assertions/resource-assertions.ts';
import {
  resource,
  resourcesOfType,
  statementsOfRole,
  synthesize,
  type PipelineTemplate,
  type RoleStatement,
} from '../support/pipeline-template.ts';
import type { Keeps } from '../../../shared/keeps.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ASSERTIONS = [...OPERATOR_ASSERTIONS, ...POLICY_ASSERTIONS, ...RESOURCE_ASSERTIONS];

/** What the lock allows of that which no template may allow without it. */
const BY_THE_LOCK: Readonly<Record<string, readonly string[]>> = {
  'no function may delete, change a policy, take a role on or call another function': [
    'LedgerExporterHandlerCalls: Allow s3:PutObjectRetention on OutputBucket/ledger/*',
  ],
};

const peoplesPolicies = (template: PipelineTemplate) =>
  ['OperatorRead', 'OperatorAct', 'OperatorUpload', 'OperatorDestroy'].map(
    (policy) => resource(template, 'AWS::IAM::ManagedPolicy', policy).Properties['PolicyDocument'] as object,
  );

const stageOf = (context: Record<string, unknown>) =>
  stageFromContext(new App({ context, outdir: temporaryFolder() }).node);

/** What a statement says, without the conditions that all of the same role have. */
const said = ({ Effect, Action, Condition = {} }: RoleStatement) => {
  const { ArnEquals: _, ...own } = Condition;
  return [Effect, Action, own];
};

describe.each(['dev', 'prod'] as const)('the context ledgerLock in %s', (stage) => {
  const template = synthesize({ stage, ledgerLock: '30' });

  test('makes the output bucket with Object Lock, no other, and locks none of its objects by itself', () => {
    const locked = resourcesOfType(template, 'AWS::S3::Bucket').filter(
      ([, { Properties }]) => 'ObjectLockEnabled' in Properties || 'ObjectLockConfiguration' in Properties,
    );

    expect(locked.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['OutputBucket']);
    expect(locked[0]![1].Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(locked[0]![1].Properties['ObjectLockConfiguration']).not.toHaveProperty('Rule');
  });

  test('tells the ledger’s function for how many days, and no other', () => {
    const told = resourcesOfType(template, 'AWS::Lambda::Function').flatMap(
      ([id, { Properties }]): [string, string][] => {
        const { LEDGER_LOCK_DAYS: days } = Properties['Environment'].Variables;
        return days === undefined ? [] : [[id.replace(/Function[0-9A-F]{8}$/, ''), days]];
      },
    );

    expect(told).toEqual([['LedgerExporter', '30']]);
  });

  test('lets the ledger’s role lock below ledger/ alone, no longer than that, and not under compliance', () => {
    const statements = resourcesOfType(template, 'AWS::IAM::Role').flatMap(([id, role]) =>
      statementsOfRole(template, role)
        .filter(({ Action }) =>
          [Action].flat().some((action) => /Retention|LegalHold|ObjectLock/.test(action)),
        )
        .map((statement) => [id.replace(/[0-9A-F]{8}$/, ''), statement] as const),
    );

    expect(new Set(statements.map(([id]) => id))).toEqual(new Set(['LedgerExporterRole']));
    expect(statements.map(([, statement]) => said(statement))).toEqual([
      ['Allow', 's3:PutObjectRetention', {}],
      ['Deny', 's3:PutObjectRetention', { StringEquals: { 's3:object-lock-mode': 'COMPLIANCE' } }],
      [
        'Deny',
        's3:PutObjectRetention',
        { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': '31' } },
      ],
    ]);
    for (const [, { Resource }] of statements) {
      expect(Resource).toEqual({
        'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^OutputBucket/), 'Arn'] }, '/ledger/*']],
      });
    }
  });

  test('lets no other of the people than a destroyer bypass a lock, which is so without it too', () => {
    const [read, act, upload, destroy] = peoplesPolicies(template).map((policy) => JSON.stringify(policy));

    // a bucket keeps its lock when the option is taken away
    expect(peoplesPolicies(template)).toEqual(peoplesPolicies(synthesize({ stage })));
    expect(destroy).toContain('"s3:BypassGovernanceRetention"');
    for (const policy of [read, act, upload]) expect(policy).not.toMatch(/Retention|LegalHold|ObjectLock/);
  });

  test('in place leaves out the property for which CloudFormation makes a bucket anew, and nothing else', () => {
    const inPlace = synthesize({ stage, ledgerLock: '30', ledgerLockInPlace: 'true' });
    const { ObjectLockEnabled: _, ...others } = resource(
      template,
      'AWS::S3::Bucket',
      'OutputBucket',
    ).Properties;

    expect(resource(inPlace, 'AWS::S3::Bucket', 'OutputBucket').Properties).toEqual(others);
    expect({ ...inPlace.Resources, ...bucketIn(template) }).toEqual(template.Resources);
  });

  test('changes nothing where it is not given', () => {
    expect(JSON.stringify(synthesize({ stage }))).not.toMatch(
      /PutObjectRetention|ObjectLock(Enabled|Mode)|LEDGER_LOCK/,
    );
  });

  test.each(ASSERTIONS.map((one) => [one.name, one] as const))(
    'leaves it so that %s, but for what the lock is for',
    (name, { violations }) => {
      expect(violations(template, stage)).toEqual(BY_THE_LOCK[name] ?? []);
    },
  );
});

const bucketIn = ({ Resources }: PipelineTemplate) =>
  Object.fromEntries(
    Object.entries(Resources).filter(([id]) => id.startsWith('OutputBucket') && !id.includes('Policy')),
  );

const warningsWith = (keeps: Keeps) => {
  const stack = new Stack(new App({ outdir: temporaryFolder() }), 'Stack');
  warnOfNothingLocked(stack, { ledgerLock: { days: 7 } }, [{ keeps: 'nothing' }, { keeps }]);
  return AnnotationsOf.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => entry.data);
};

test('a lock in a pipeline without a ledger is a warning, and in one with a ledger none', () => {
  expect(warningsWith('nothing')).toEqual([
    expect.stringMatching(/^context ledgerLock is 7, and no consumer of this pipeline keeps lines/),
  ]);
  expect(warningsWith({ lines: 'ledger/', lockDays: 7 })).toEqual([]);
});

describe('the context ledgerLock', () => {
  test.each([
    ['1', 1],
    [365, 365],
    ['36500', 36_500],
  ])('%j is so many days', (ledgerLock, days) => {
    expect(stageOf({ ledgerLock }).ledgerLock).toEqual({ days });
  });

  test.each([['0'], [-1], ['36501'], [1.5], ['a year'], ['365d'], [''], [true], [null]])(
    'cannot be %j',
    (ledgerLock) => {
      expect(() => stageOf({ ledgerLock })).toThrow(
        `context ledgerLock is ${JSON.stringify(ledgerLock)}: it must be a whole number of days, 1 to 36500, such as 365; without it nothing is locked`,
      );
    },
  );

  test('is what ledgerLockInPlace belongs to', () => {
    expect(stageOf({ ledgerLock: '7', ledgerLockInPlace: 'true' }).ledgerLock).toEqual({
      days: 7,
      isInPlace: true,
    });
    expect(stageOf({ ledgerLock: '7', ledgerLockInPlace: 'false' }).ledgerLock).toEqual({ days: 7 });
    expect(stageOf({ ledgerLockInPlace: 'false' })).not.toHaveProperty('ledgerLock');
    expect(() => stageOf({ ledgerLockInPlace: 'true' })).toThrow(
      'context ledgerLockInPlace is true: it says how the ledger is locked, and nothing locks it; add -c ledgerLock=DAYS',
    );
  });
});
