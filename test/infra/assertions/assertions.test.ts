import { describe, expect, test } from 'vitest';
import { synthesize } from '../support/pipeline-template.ts';
import type { Assertion } from './assertion.ts';
import { BINDING_REGRESSIONS } from './binding-regressions.ts';
import { OPERATOR_ASSERTIONS } from './operator-assertions.ts';
import { POLICY_ASSERTIONS } from './policy-assertions.ts';
import { POLICY_REGRESSIONS } from './policy-regressions.ts';
import { RESOURCE_ASSERTIONS } from './resource-assertions.ts';
import { RESOURCE_REGRESSIONS } from './resource-regressions.ts';

const ASSERTIONS: readonly Assertion[] = [
  ...POLICY_ASSERTIONS,
  ...OPERATOR_ASSERTIONS,
  ...RESOURCE_ASSERTIONS,
];
const REGRESSIONS = [...POLICY_REGRESSIONS, ...BINDING_REGRESSIONS, ...RESOURCE_REGRESSIONS];

describe.each(['dev', 'prod'] as const)('the template of %s', (stage) => {
  const template = synthesize({ stage });

  test.each(ASSERTIONS.map((one) => [one.name, one] as const))('holds that %s', (_, { violations }) => {
    expect(violations(template, stage)).toEqual([]);
  });

  test.each(REGRESSIONS.map((one) => [one.what, one.caughtBy, one] as const))(
    'does not go through where %s: %s',
    (_, caughtBy, { change }) => {
      const changed = structuredClone(template);
      change(changed.Resources);
      expect(changed).not.toEqual(template);

      const failing = ASSERTIONS.filter(({ violations }) => violations(changed, stage).length > 0);
      expect(failing.map(({ name }) => name)).toContain(caughtBy);
    },
  );
});

test('every assertion is seen to fail by a regression', () => {
  const caught = new Set(REGRESSIONS.map(({ caughtBy }) => caughtBy));
  expect(ASSERTIONS.map(({ name }) => name).filter((name) => !caught.has(name))).toEqual([]);
  expect(REGRESSIONS.length).toBeGreaterThanOrEqual(30);
});
