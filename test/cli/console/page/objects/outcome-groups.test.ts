import { describe, expect, test } from 'vitest';
import { OUTCOMES } from '../../../../../cli/fate/fate-document.ts';
import {
  isSettled,
  outcomeAt,
  outcomeGroups,
} from '../../../../../cli/console/page/objects/outcome-groups.ts';

const object = (outcomes?: Record<string, string>) => ({
  key: 'a',
  lastModified: '',
  consumers: ['a', '__proto__'],
  ...(outcomes !== undefined && { outcomes }),
});

describe('what became of an object', () => {
  test('is unknown where nobody has looked, and not matched where the rule does not want it', () => {
    expect(outcomeAt(object(), 'a')).toBe('unknown');
    expect(outcomeAt(object(), '__proto__')).toBe('unknown');
    expect(outcomeAt(object(), 'constructor')).toBe('not-matched');
    expect(outcomeAt(object({ a: 'recorded' }), 'a')).toBe('recorded');
  });

  test('is said in few words, and first what somebody should look at', () => {
    const outcomes = { a: 'recorded', b: 'dead-lettered', c: 'recorded', d: 'waiting' };

    expect(outcomeGroups(object(outcomes), ['a', 'b', 'c', 'd'])).toEqual([
      { outcome: 'dead-lettered', consumers: ['b'] },
      { outcome: 'waiting', consumers: ['d'] },
      { outcome: 'recorded', consumers: ['a', 'c'] },
    ]);
  });

  test('has a place for every outcome that there is', () => {
    const all = Object.fromEntries([...OUTCOMES, 'not-counted'].map((outcome) => [outcome, outcome]));
    const sorted = outcomeGroups(object(all), ['not-known-here', ...Object.keys(all)]);

    expect(sorted.map(({ outcome }) => outcome).indexOf('not-matched')).toBe(sorted.length - 1);
  });

  test.each([
    ['recorded', true],
    ['dead-lettered', true],
    ['waiting', false],
    ['missing', false],
    ['unknown', false],
  ])('%s changes no more by itself: %s', (outcome, settled) => {
    expect(isSettled(object({ a: outcome }), ['a'])).toBe(settled);
  });
});
