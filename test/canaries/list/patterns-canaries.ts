import type { Canary } from '../canary.ts';

/** Mistakes in what a rule matches. */
export const PATTERNS_CANARIES: readonly Canary[] = [
  {
    name: 'fields of different elements of an array match together',
    file: 'shared/event-pattern/pattern-matcher.ts',
    before: 'return inNoArray(fields, event) || matchesInOneElement(fields, event);',
    after: 'return true;',
    caughtBy: [
      'test/shared/event-pattern/pattern-matcher.test.ts',
      'says so when each field matches, but none of the elements by itself',
    ],
  },
  {
    name: 'anything-but excludes only what is all of its values',
    file: 'shared/event-pattern/pattern-operators.ts',
    before: 'return (value) => !excluded.some((test) => test(value));',
    after: 'return (value) => !excluded.every((test) => test(value));',
    caughtBy: [
      'test/shared/event-pattern/pattern-matcher.test.ts',
      'has a failed clause exactly when the pattern does not match',
    ],
  },
  {
    name: 'exists: false matches what is there',
    file: 'shared/event-pattern/pattern-operators.ts',
    before: "return operand.literal === 'true' ? { test: () => true } : 'absent';",
    after: 'return { test: () => true };',
    caughtBy: [
      'test/shared/event-pattern/pattern-matcher.test.ts',
      'nested 900 levels deep is read, one of 100,000 is refused by name',
    ],
  },
  {
    name: 'a prefix is found in the middle',
    file: 'shared/event-pattern/pattern-operators.ts',
    before:
      "operator === 'prefix' ? (text: string) => text.startsWith(wanted) : (text: string) => text.endsWith(wanted);",
    after:
      "operator === 'prefix' ? (text: string) => text.includes(wanted) : (text: string) => text.endsWith(wanted);",
    caughtBy: [
      'test/shared/event-pattern/pattern-matcher.test.ts',
      'has a failed clause exactly when the pattern does not match',
    ],
  },
  {
    name: 'an upper bound lets itself through',
    file: 'shared/event-pattern/pattern-number.ts',
    before: 'return (number) => number < bound;',
    after: 'return (number) => number <= bound;',
    caughtBy: [
      'test/shared/event-pattern/pattern-matcher.test.ts',
      'has a failed clause exactly when the pattern does not match',
    ],
  },
  {
    name: 'a pattern that EventBridge refuses is taken',
    file: 'shared/event-pattern/pattern-matcher.ts',
    before: 'if (isTooComplex(complexity)) {',
    after: 'if (complexity < 0) {',
    caughtBy: [
      'test/shared/event-pattern/pattern-complexity.test.ts',
      'of 10 is accepted, and of 11 refused, as AWS was seen to refuse it',
    ],
  },
];
