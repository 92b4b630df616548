import { describe, expect, test } from 'vitest';
import { wantedText } from '../../../shared/event-pattern/wanted-text.ts';

describe('what a clause wants', () => {
  test.each([
    ['["a","b"]', '"a" or "b"'],
    ['[null,true,1.50]', 'null or true or 1.50'],
    ['[{"prefix":"csv/"},{"suffix":".csv"}]', 'prefix "csv/" or suffix ".csv"'],
    ['[{"prefix":{"equals-ignore-case":"csv/"}}]', 'prefix "csv/" in any case'],
    ['[{"wildcard":"csv/*.csv"}]', 'wildcard "csv/*.csv"'],
    ['[{"equals-ignore-case":"readme"}]', '"readme" in any case'],
    ['[{"anything-but":["a","b"]}]', 'anything but "a" or "b"'],
    ['[{"anything-but":7}]', 'anything but 7'],
    ['[{"anything-but":{"suffix":["/",".tmp"]}}]', 'anything but suffix "/" or ".tmp"'],
    ['[{"numeric":["<",5]}]', '< 5'],
    ['[{"numeric":[">",0,"<=",5]}]', '> 0 and <= 5'],
    ['[{"exists":true}]', 'present'],
    ['[{"exists":false},"x"]', 'absent or "x"'],
    ['[{"cidr":"10.0.0.0/8"}]', 'an address in "10.0.0.0/8"'],
    ['[{"exactly":"x"}]', '{"exactly":"x"}'],
  ])('%s is said as %s', (list, words) => {
    expect(wantedText(list)).toBe(words);
  });
});
