import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import type { Acknowledgement } from '../../../infra/security/acknowledgement.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { JUDGED, PACKS, judge, type Finding } from './rule-packs.ts';

/** The rule and the construct of each finding that the list acknowledges. */
const meant = (acknowledged: readonly Acknowledgement[]): string[] =>
  acknowledged.flatMap(({ on, rules }) =>
    rules.map((rule) => `${rule.replace(/^cdk-validator-cfnguard::/, '')} at ${on.node.path}`),
  );

const written = ({ rule, path = 'no path' }: Finding): string => `${rule} at ${path}`;

/** A synth with all packs takes 6 s of a processor. */
const SLOW = { timeout: 300_000 };

describe.each(Object.entries(JUDGED))('the stack %s', (_, context) => {
  const { ran, found, acknowledged, left } = judge(temporaryFolder(), context);

  test('is judged by every pack, and none has a finding left', () => {
    expect(ran).toEqual(PACKS);
    expect(left.map(written)).toEqual([]);
  });

  test('acknowledges nothing that no pack finds any more', () => {
    const findings = new Set(found.map(written));

    expect(meant(acknowledged).filter((one) => !findings.has(one))).toEqual([]);
  });

  test('acknowledges each finding once, by a reason that says why', () => {
    const all = meant(acknowledged);

    expect(all).toHaveLength(new Set(all).size);
    for (const { reason } of acknowledged) {
      expect(reason.length).toBeGreaterThan(60);
      expect(reason).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('the packs', () => {
  test(
    'are not silenced by what is acknowledged elsewhere: another queue is found by three of them',
    SLOW,
    () => {
      const { left } = judge(temporaryFolder(), { stage: 'prod' }, (stack) => {
        new CfnQueue(stack, 'Foreign');
      });

      expect(new Set(left.filter(({ path }) => path?.endsWith('/Foreign')).map(({ pack }) => pack))).toEqual(
        new Set(['AwsSolutions', 'Serverless', 'cdk-validator-cfnguard']),
      );
      expect(left.filter(({ path }) => path?.endsWith('/Foreign') !== true)).toEqual([]);
    },
  );

  test('have CDK’s own rules beside them', SLOW, () => {
    const { left } = judge(temporaryFolder(), { stage: 'dev' }, (stack) => {
      new CfnQueue(stack, 'Wrong', { visibilityTimeout: 999_999 });
    });

    expect(left.filter(({ pack }) => !(PACKS as readonly string[]).includes(pack))).not.toEqual([]);
  });
});
