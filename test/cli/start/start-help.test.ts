import { describe, expect, test } from 'vitest';
import { START_HELP } from '../../../cli/start/start-help.ts';
import { parseStartOptions } from '../../../cli/start/start-options.ts';

function isKnown([, flag = '', value]: RegExpExecArray): boolean {
  try {
    parseStartOptions(value === undefined ? [flag] : [`${flag}=0`]);
    return true;
  } catch (error) {
    return !/Unknown option/.test((error as Error).message);
  }
}

describe('the help of the start', () => {
  test('fits a terminal of 80 columns', () => {
    expect(START_HELP.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('names only flags that there are', () => {
    const flags = [...START_HELP.matchAll(/^ +(?:-\w, )?(--[\w-]+)( [A-Z]+)?/gm)];
    expect(flags.length).toBeGreaterThan(12);
    expect(flags.filter((flag) => !isKnown(flag)).map(([text]) => text)).toEqual([]);
  });
});
