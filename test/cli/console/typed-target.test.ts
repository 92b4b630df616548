import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { typedTarget } from '../../../cli/console/typed-target.ts';

const LOCAL = { kind: 'local', account: '000000000000', region: 'us-east-1', stack: 'Sluice-dev' } as const;
const AWS = { kind: 'aws', account: '111122223333', region: 'eu-west-1', stack: 'Sluice-prod' } as const;

describe('the flags that find the pipeline of a console', () => {
  test.each([{}, { dataDir: '.sluice' }, { dataDir: resolve('.sluice') }])(
    'are none for the one that a verb finds by itself: %j',
    (options) => {
      expect(typedTarget({ target: 'local', ...options }, LOCAL)).toEqual([]);
    },
  );

  test('name the folder of another one, and what else was said at the start', () => {
    expect(typedTarget({ target: 'local', dataDir: '/tmp/a b', pipeline: 'Uploads' }, LOCAL)).toEqual([
      '--data-dir',
      '/tmp/a b',
      '--pipeline',
      'Uploads',
    ]);
  });

  test('name Region and stack in AWS, and the profile that was said', () => {
    const flags = typedTarget({ target: 'aws', profile: 'ops', pipeline: 'Uploads' }, AWS);

    expect(flags.join(' ')).toBe(
      '--target aws --profile ops --region eu-west-1 --stack Sluice-prod --pipeline Uploads',
    );
  });
});
