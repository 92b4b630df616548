import { describe, expect, test } from 'vitest';
import { typedArguments, withFlags } from '../../../../cli/console/page/parts/arguments.ts';

describe('a command line of the page', () => {
  test('takes more flags before its words', () => {
    expect(withFlags(['pause', '--', 'x'], '--dry-run')).toEqual(['pause', '--dry-run', '--', 'x']);
    expect(withFlags(['redrive', '--consumer', 'x'], '--dry-run')).toEqual([
      'redrive',
      '--consumer',
      'x',
      '--dry-run',
    ]);
  });

  test('is shown as a person types it', () => {
    expect(typedArguments(['status', '--', 'csv/a.csv'])).toEqual(['status', 'csv/a.csv']);
    expect(typedArguments(['status', '--', '-a.csv'])).toEqual(['status', '--', '-a.csv']);
    expect(typedArguments(['status'])).toEqual(['status']);
  });
});
