import { describe, expect, test } from 'vitest';
import { letsRuleIn } from '../../../cli/status/queue-policy.ts';

const RULE = 'arn:aws:events:eu-west-1:111122223333:rule/orders';

/** What the stack writes; each test changes a part of it. */
const OURS = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Condition: { ArnEquals: { 'aws:SourceArn': RULE } },
};

const policy = (...statements: readonly object[]): string => JSON.stringify({ Statement: statements });

describe('a queue’s policy lets a rule in', () => {
  test.each<[what: string, statement: object]>([
    ['with the stack’s own statement', {}],
    ['for everybody', { Principal: '*' }],
    ['for everybody in AWS’s other spelling', { Principal: { AWS: ['*'] } }],
    [
      'for EventBridge among others',
      { Principal: { Service: ['s3.amazonaws.com', 'events.amazonaws.com'] } },
    ],
    ['with the action among others', { Action: ['sqs:ReceiveMessage', 'sqs:SendMessage'] }],
    ['with the action in another case', { Action: 'SQS:sendmessage' }],
    ['with all actions of SQS', { Action: 'sqs:*' }],
    ['with all actions that send', { Action: 'sqs:Send*' }],
    ['without a condition', { Condition: undefined }],
    [
      'with a wildcard for the rule',
      { Condition: { ArnLike: { 'aws:SourceArn': `${RULE.slice(0, -3)}*` } } },
    ],
    ['with one of several rules', { Condition: { StringEquals: { 'AWS:sourceArn': ['arn:other', RULE] } } }],
  ])('%s', (_, change) => {
    expect(letsRuleIn(policy({ ...OURS, ...change }), RULE)).toBe(true);
  });

  test('when it has one statement, and not a list of them', () => {
    expect(letsRuleIn(JSON.stringify({ Statement: OURS }), RULE)).toBe(true);
  });

  test('when only the second of its statements does', () => {
    expect(letsRuleIn(policy({ ...OURS, Action: 'sqs:DeleteMessage' }, OURS), RULE)).toBe(true);
  });
});

describe('a queue’s policy keeps a rule out', () => {
  test.each<[what: string, statement: object]>([
    ['with a denial', { Effect: 'Deny' }],
    ['for another service', { Principal: { Service: 's3.amazonaws.com' } }],
    ['for nobody', { Principal: undefined }],
    ['with another action', { Action: 'sqs:ReceiveMessage' }],
    ['with an action that only begins alike', { Action: 'sqs:SendMessageBatch' }],
    ['with no action', { Action: undefined }],
    ['for another rule', { Condition: { ArnEquals: { 'aws:SourceArn': `${RULE}-more` } } }],
    ['with a condition on something else', { Condition: { ArnEquals: { 'aws:PrincipalArn': RULE } } }],
    ['with an operator that is not understood', { Condition: { ArnNotEquals: { 'aws:SourceArn': RULE } } }],
    [
      'with a further condition, which may not hold',
      {
        Condition: {
          ArnEquals: { 'aws:SourceArn': RULE },
          StringEquals: { 'aws:SourceAccount': '111122223333' },
        },
      },
    ],
  ])('%s', (_, change) => {
    expect(letsRuleIn(policy({ ...OURS, ...change }), RULE)).toBe(false);
  });

  test.each<[what: string, text: string | undefined]>([
    ['when it has none', undefined],
    ['when it is empty', ''],
    ['when it says nothing', '{}'],
    ['when it has no statement', policy()],
  ])('%s', (_, text) => {
    expect(letsRuleIn(text, RULE)).toBe(false);
  });
});
