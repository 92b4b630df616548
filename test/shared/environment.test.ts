import { afterEach, describe, expect, test, vi } from 'vitest';
import { requireEnvironment, requireInteger } from '../../shared/environment.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('environment', () => {
  test('gives the text of a variable that is set', () => {
    vi.stubEnv('TABLE_NAME', 'upload-metadata');

    expect(requireEnvironment('TABLE_NAME')).toBe('upload-metadata');
  });

  test.each([undefined, ''])('names a variable that is missing or empty (%j)', (value) => {
    vi.stubEnv('TABLE_NAME', value);

    expect(() => requireEnvironment('TABLE_NAME')).toThrow(/TABLE_NAME is missing or empty/);
  });

  test.each(['0', '14', '365'])('reads %s as an integer', (text) => {
    vi.stubEnv('TOMBSTONE_TTL_DAYS', text);

    expect(requireInteger('TOMBSTONE_TTL_DAYS')).toBe(Number(text));
  });

  test.each(['-1', '1.5', '1e3', ' 1', '0x10', 'many', '99999999999999999999'])(
    'refuses %j as an integer, naming the variable and the value',
    (text) => {
      vi.stubEnv('MAX_RECEIVE_COUNT', text);

      expect(() => requireInteger('MAX_RECEIVE_COUNT')).toThrow(
        `environment variable MAX_RECEIVE_COUNT is ${JSON.stringify(text)}`,
      );
    },
  );
});
