import { describe, expect, test } from 'vitest';
import { authorize, isAllowed, type Principal } from '../../../local/iam.ts';
import type { PolicyStatement } from '../../../local/iam/decision.ts';

const roleWith = (...statements: PolicyStatement[]): Principal => ({
  kind: 'role',
  roleName: 'writer-role',
  functionName: 'writer',
  accountId: '000000000000',
  statements,
});
const allow = (action: string, resource: string): PolicyStatement => ({
  effect: 'Allow',
  actions: [action],
  resources: [resource],
});
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/rows';

describe('a role', () => {
  test.each<[what: string, statements: PolicyStatement[], allowed: boolean]>([
    ['with nothing', [], false],
    ['with the action on the resource', [allow('dynamodb:PutItem', TABLE)], true],
    ['with the action in another case', [allow('DynamoDB:putitem', TABLE)], true],
    ['with the action on another resource', [allow('dynamodb:PutItem', `${TABLE}2`)], false],
    ['with another action', [allow('dynamodb:GetItem', TABLE)], false],
    ['with wildcards', [allow('dynamodb:Put*', 'arn:aws:dynamodb:*:*:table/row?')], true],
    [
      'allowed and denied',
      [allow('dynamodb:*', '*'), { ...allow('dynamodb:PutItem', TABLE), effect: 'Deny' }],
      false,
    ],
  ])('%s', (_, statements, allowed) => {
    expect(isAllowed(roleWith(...statements), 'dynamodb:PutItem', TABLE)).toBe(allowed);
  });

  test('is refused in the words of AWS', () => {
    expect(() => authorize(roleWith(), 'dynamodb:PutItem', TABLE)).toThrow(
      `User: arn:aws:sts::000000000000:assumed-role/writer-role/writer is not authorized to perform: dynamodb:PutItem on resource: ${TABLE}`,
    );
  });

  test('does not bind the user of this machine', () => {
    expect(isAllowed({ kind: 'operator' }, 's3:DeleteObject', '*')).toBe(true);
  });
});
