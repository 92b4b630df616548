import { describe, expect, test } from 'vitest';
import { readStack as read } from './one-stack.ts';

const RULE = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } };

const bucketWith = (Properties: object) => ({ Bucket: { Type: 'AWS::S3::Bucket', Properties } });

describe('a bucket of the template', () => {
  test.each([
    ['that is made with Object Lock', { ObjectLockEnabled: true }, {}],
    ['that has it switched on', { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }, {}],
    [
      'that locks every new object',
      { ObjectLockEnabled: true, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: RULE } },
      { byDefault: { mode: 'GOVERNANCE', days: 30 } },
    ],
    ['that says nothing of it', {}, undefined],
    ['that is made without', { ObjectLockEnabled: false }, undefined],
  ])('%s is planned so', (_, properties, objectLock) => {
    const { buckets } = read(bucketWith(properties));

    expect(buckets[0]!.objectLock).toEqual(objectLock);
  });

  test.each([
    [{ ...RULE, Colour: 'blue' }, /ObjectLockConfiguration Rule Colour "blue"/],
    [{ DefaultRetention: { Mode: 'FIRM', Days: 1 } }, /DefaultRetention Mode "FIRM"/],
  ])('whose rule is %j is refused by name', (Rule, words) => {
    const properties = { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule } };

    expect(() => read(bucketWith(properties))).toThrow(words);
  });
});
