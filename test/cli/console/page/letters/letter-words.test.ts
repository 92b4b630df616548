import { describe, expect, test } from 'vitest';
import { expiryOf, isSoon } from '../../../../../cli/console/page/letters/expiry.ts';
import { reasonWords } from '../../../../../cli/console/page/letters/reason-words.ts';
import { filtersIn, flagsOf, isShown } from '../../../../../cli/console/page/letters/shown-letters.ts';

const ofQueue = { kind: 'queue', canBeRedriven: true } as const;
const ofRule = { kind: 'rule', canBeRedriven: true } as const;

describe('the words for a reason', () => {
  test.each([
    ['retries-exhausted', ofQueue, 'Then redrive.'],
    ['function-failed', ofQueue, 'Then redrive.'],
    ['received-too-often', ofQueue, 'Then redrive.'],
    ['expired', ofQueue, 'Then redrive.'],
    ['malformed-event', ofQueue, 'purge it when nobody wants it'],
    ['unsupported-event', ofQueue, 'purge it when nobody wants it'],
    ['NO_PERMISSIONS', ofRule, 'Then redrive.'],
    ['SDK_CLIENT_ERROR', ofRule, 'Then redrive.'],
    ['NO_RESOURCE', { kind: 'rule', canBeRedriven: false } as const, 'it has no queue to go back to'],
    ['__proto__', ofQueue, 'Then redrive.'],
  ])('%s of %j say what to do', (reason, whose, todo) => {
    expect(reasonWords(reason, whose).todo).toContain(todo);
    expect(reasonWords(reason, whose).means).toMatch(/^[A-Z].*\.$/);
  });
});

describe('the expiry of a letter', () => {
  test('is as far from its sending as that of the oldest of its group', () => {
    const group = { oldest: '2026-11-01T00:00:00.000Z', expires: '2026-11-15T00:00:00.000Z' };
    expect(expiryOf('2026-11-03T06:00:00.000Z', group)).toBe('2026-11-17T06:00:00.000Z');
  });

  test('is soon when less than three days are left', () => {
    const expires = '2026-11-15T00:00:00.000Z';
    expect(isSoon(expires, Date.parse('2026-11-12T00:00:00.000Z'))).toBe(false);
    expect(isSoon(expires, Date.parse('2026-11-12T00:00:00.001Z'))).toBe(true);
  });
});

describe('the filters in an address', () => {
  const letter = { consumer: 'one', kind: 'queue', reason: 'expired' } as const;

  test.each([
    ['', true, []],
    ['consumer=one', true, ['--consumer=one']],
    ['consumer=two&kind=queue', false, ['--consumer=two', '--kind=queue']],
    ['kind=rule', false, ['--kind=rule']],
    ['reason=expired&letter=1', true, ['--reason=expired']],
  ])('%j show a letter: %s, and are %j on the command line', (query, isIt, flags) => {
    const filters = filtersIn(new URLSearchParams(query));

    expect(isShown(filters, letter)).toBe(isIt);
    expect(flagsOf(filters)).toEqual(flags);
  });
});
