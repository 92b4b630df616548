import { describe, expect, test } from 'vitest';
import type { PolicyStatement } from '../../../local/iam/decision.ts';
import type { Principal } from '../../../local/iam.ts';
import { KmsKeys, type KeyUse } from '../../../local/kms/kms-keys.ts';

const PLACE = { region: 'eu-west-1', accountId: '000000000000' };
const ID = '11111111-2222-4333-8444-555555555555';
const ARN = `arn:aws:kms:eu-west-1:000000000000:key/${ID}`;
const ROOT = 'arn:aws:iam::000000000000:root';
const ROLE = 'arn:aws:iam::000000000000:role/Writer';

const allow = (principal: string, more: Partial<PolicyStatement> = {}): PolicyStatement => ({
  effect: 'Allow',
  actions: ['kms:*'],
  resources: ['*'],
  principals: [principal],
  ...more,
});

const role = (...statements: readonly PolicyStatement[]): Principal => ({
  kind: 'role',
  roleName: 'Writer',
  functionName: 'writer',
  accountId: PLACE.accountId,
  statements,
});

/** A role's own permission to decrypt. */
const DECRYPT: PolicyStatement = { effect: 'Allow', actions: ['kms:Decrypt'], resources: [ARN] };

const USE: KeyUse = {
  key: ARN,
  actions: ['kms:Decrypt'],
  via: 's3',
  encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::uploads/csv/a.csv' },
};

const keysWith = (...policy: readonly PolicyStatement[]) =>
  new KmsKeys(PLACE, [{ arn: ARN, aliases: ['alias/uploads'], policy }]);

describe('a key', () => {
  test.each<[who: string, policy: readonly PolicyStatement[], principal: Principal]>([
    ['a role that is allowed, where the policy leaves it to the account', [allow(ROOT)], role(DECRYPT)],
    ['that role, where the account is named by its digits', [allow('000000000000')], role(DECRYPT)],
    ['a role that the policy names, without a word of its own', [allow(ROLE)], role()],
    ['whoever uses this machine', [allow(ROOT)], { kind: 'operator' }],
    [
      'a role by the service that the policy names',
      [allow(ROOT)],
      role({
        ...DECRYPT,
        conditions: {
          StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com'] },
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': ['arn:aws:s3:::uploads/*'] },
          'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ['alias/uploads'] },
        },
      }),
    ],
  ])('lets in %s', (_, policy, principal) => {
    expect(() => keysWith(...policy).authorize(principal, USE)).not.toThrow();
  });

  test.each<[who: string, policy: readonly PolicyStatement[], principal: Principal, words: RegExp]>([
    ['a role that nobody allows', [allow(ROOT)], role(), /kms:Decrypt .* no identity-based policy allows/],
    [
      'a role that is allowed, where the policy leaves nothing to the account',
      [allow('logs.eu-west-1.amazonaws.com')],
      role(DECRYPT),
      /kms:Decrypt .*the policy of the key names neither the role nor its account/,
    ],
    [
      'a role that the policy denies',
      [allow(ROOT), allow(ROLE, { effect: 'Deny' })],
      role(DECRYPT),
      /explicit deny in a resource-based policy/,
    ],
    [
      'a role by another service than its policy says',
      [allow(ROOT)],
      role({
        ...DECRYPT,
        conditions: { StringEquals: { 'kms:ViaService': ['sqs.eu-west-1.amazonaws.com'] } },
      }),
      /kms:Decrypt/,
    ],
    [
      'whoever uses this machine, where the policy denies everybody',
      [allow(ROOT), allow('*', { effect: 'Deny' })],
      { kind: 'operator' },
      /explicit deny/,
    ],
  ])('refuses %s', (_, policy, principal, words) => {
    expect(() => keysWith(...policy).authorize(principal, USE)).toThrow(words);
  });

  test.each([ID, ARN, 'alias/uploads', 'arn:aws:kms:eu-west-1:000000000000:alias/uploads'])(
    'is meant by %s',
    (key) => {
      expect(() => keysWith().authorize(role(DECRYPT), { ...USE, key })).toThrow(ARN);
    },
  );

  test.each([undefined, 'alias/aws/s3', 'arn:aws:kms:eu-west-1:999999999999:key/theirs'])(
    'that the template does not make asks nobody: %s',
    (key) => {
      expect(() => keysWith().authorize(role(), { ...USE, key })).not.toThrow();
    },
  );

  test('whose policy cannot be evaluated asks nobody', () => {
    const keys = new KmsKeys(PLACE, [{ arn: ARN, aliases: [], unasked: 'a condition' }]);

    expect(() => keys.authorize(role(), USE)).not.toThrow();
  });

  test('lets a service in by its policy alone, for what the policy says', () => {
    const bus = {
      service: 'events.amazonaws.com',
      sourceArn: 'arn:aws:events:eu-west-1:000000000000:rule/one',
      sourceAccount: PLACE.accountId,
    };
    const use = { ...USE, via: 'sqs', actions: ['kms:GenerateDataKey', 'kms:Decrypt'] } as const;
    const ofRules = (source: string) =>
      allow(bus.service, { conditions: { ArnLike: { 'aws:SourceArn': [source] } } });

    expect(keysWith(allow(ROOT)).allowsService(bus, use)).toBe(false);
    expect(keysWith(ofRules('arn:aws:events:eu-west-1:000000000000:rule/*')).allowsService(bus, use)).toBe(
      true,
    );
    expect(keysWith(ofRules('arn:aws:events:eu-west-1:000000000000:rule/two')).allowsService(bus, use)).toBe(
      false,
    );
    expect(keysWith(allow(bus.service, { actions: ['kms:Decrypt'] })).allowsService(bus, use)).toBe(false);
  });
});
