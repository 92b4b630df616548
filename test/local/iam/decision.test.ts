import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  findInOwn,
  findInResource,
  isYes,
  type Call,
  type Caller,
  type PolicyStatement,
} from '../../../local/iam/decision.ts';

const ROLE = 'arn:aws:iam::111122223333:role/Writer';
const CALLER: Caller = { names: [ROLE], accountId: '111122223333' };

const statement = fc.record(
  {
    effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    actions: fc.subarray(['s3:GetObject', 's3:PutObject', 's3:*', 's3:Get*', 'S3:getobject'], {
      minLength: 1,
    }),
    resources: fc.subarray(['arn:aws:s3:::a/x', 'arn:aws:s3:::a/*', 'arn:aws:s3:::?/x', '*'], {
      minLength: 1,
    }),
    conditions: fc.option(
      fc.record({
        Bool: fc.record({ 'aws:SecureTransport': fc.subarray(['true', 'false'], { minLength: 1 }) }),
      }),
      { nil: undefined },
    ),
    principals: fc.subarray(
      [
        '*',
        ROLE,
        '111122223333',
        'arn:aws:iam::111122223333:root',
        'arn:aws:iam::999999999999:root',
        'events.amazonaws.com',
      ],
      { minLength: 1 },
    ),
  },
  { requiredKeys: ['effect', 'actions', 'resources', 'principals'] },
) as fc.Arbitrary<PolicyStatement>;
const statements = fc.array(statement, { maxLength: 5 });
const call: fc.Arbitrary<Call> = fc.record({
  action: fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:ListBucket'),
  resource: fc.constantFrom('arn:aws:s3:::a/x', 'arn:aws:s3:::a/y', 'arn:aws:s3:::b/x'),
  context: fc.record({ 'aws:securetransport': fc.constantFrom('true', 'false') }),
});

// a pattern of IAM
const asExpression = (pattern: string, flags = '') =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    flags,
  );

/** The documented logic written down another way: by regular expressions, with nothing of the code under test. */
function documented(
  own: readonly PolicyStatement[],
  resource: readonly PolicyStatement[],
  asked: Call,
): boolean {
  const meets = ({ actions, resources, conditions }: PolicyStatement): boolean =>
    actions.some((one) => asExpression(one, 'i').test(asked.action)) &&
    resources.some((one) => asExpression(one).test(asked.resource)) &&
    (conditions?.['Bool']?.['aws:SecureTransport'] ?? [asked.context['aws:securetransport']]).includes(
      asked.context['aws:securetransport'] as string,
    );
  const ofOwn = own.filter(meets);
  const named = resource.filter(meets).filter(({ principals = [], effect }) =>
    principals.some(
      (one) =>
        ['*', ROLE].includes(one) ||
        // an Allow to the account leaves it to the account's own policies
        (effect === 'Deny' && ['111122223333', 'arn:aws:iam::111122223333:root'].includes(one)),
    ),
  );
  const all = [...ofOwn, ...named];
  if (all.some(({ effect }) => effect === 'Deny')) return false;
  return all.some(({ effect }) => effect === 'Allow');
}

const decide = (
  own: readonly PolicyStatement[],
  resource: readonly PolicyStatement[],
  asked: Call,
): boolean => isYes(findInOwn(own, asked), findInResource(resource, asked, CALLER));

describe('a decision', () => {
  test('is as the documented logic has it', () => {
    fc.assert(
      fc.property(statements, statements, call, (own, resource, asked) => {
        expect(decide(own, resource, asked)).toBe(documented(own, resource, asked));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is no where nothing is said', () => {
    fc.assert(
      fc.property(call, (asked) => {
        expect(decide([], [], asked)).toBe(false);
      }),
    );
  });

  test('does not depend on the order of statements, nor on one being there twice', () => {
    fc.assert(
      fc.property(statements, statements, call, (own, resource, asked) => {
        const turned = decide([...own, ...own].toReversed(), resource.toReversed(), asked);
        expect(turned).toBe(decide(own, resource, asked));
      }),
    );
  });

  test('is never turned to yes by a further Deny, nor to no by a further Allow', () => {
    fc.assert(
      fc.property(statements, statements, statement, call, (own, resource, further, asked) => {
        const before = decide(own, resource, asked);
        for (const after of [
          decide([...own, further], resource, asked),
          decide(own, [...resource, further], asked),
        ]) {
          const isTurned = further.effect === 'Deny' ? after && !before : before && !after;
          expect(isTurned).toBe(false);
        }
      }),
    );
  });

  test('is no under a Deny of everything, whoever allows', () => {
    const deny: PolicyStatement = { effect: 'Deny', actions: ['*'], resources: ['*'], principals: ['*'] };
    fc.assert(
      fc.property(statements, statements, call, (own, resource, asked) => {
        expect(decide([...own, deny], resource, asked)).toBe(false);
        expect(decide(own, [...resource, deny], asked)).toBe(false);
      }),
    );
  });
});

const allowing = (principal: string): PolicyStatement => ({
  effect: 'Allow',
  actions: ['sqs:SendMessage'],
  resources: ['*'],
  principals: [principal],
});

describe('the policy of a resource', () => {
  const asked: Call = {
    action: 'sqs:SendMessage',
    resource: 'arn:aws:sqs:eu-west-1:111122223333:q',
    context: {},
  };

  test.each([
    ['everybody', '*', 'allowed'],
    ['the role', ROLE, 'allowed'],
    ['another role', `${ROLE}2`, 'silent'],
    ['a part of the role’s name', 'arn:aws:iam::111122223333:role/*', 'silent'],
    ['its account, whose own policies decide', 'arn:aws:iam::111122223333:root', 'silent'],
    ['a service', 'events.amazonaws.com', 'silent'],
  ])('that allows %s is for a role of the account: %s → %s', (_, principal, finding) => {
    expect(findInResource([allowing(principal)], asked, CALLER)).toBe(finding);
  });

  test('that denies an account denies all its roles, and no service', () => {
    const deny = { ...allowing('arn:aws:iam::111122223333:root'), effect: 'Deny' as const };
    expect(findInResource([deny], asked, CALLER)).toBe('denied');
    expect(findInResource([deny], asked, { names: ['events.amazonaws.com'] })).toBe('silent');
  });
});
