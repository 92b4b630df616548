import { describe, expect, test } from 'vitest';
import type { EventPattern } from '../../../shared/event-pattern/event-pattern.ts';
import { InvalidEventPatternError } from '../../../shared/event-pattern/pattern-clauses.ts';
import { compilePattern } from '../../../shared/event-pattern/pattern-matcher.ts';
import { busEvent } from '../../support/object-events.ts';

/** The type and the matcher say the same of a pattern. */
const PUT = JSON.stringify(busEvent({ key: 'csv/a.csv', size: 3 }));

const RIGHT: Readonly<Record<string, EventPattern>> = {
  'a list of values': { 'detail-type': ['Object Created', 'Object Deleted'] },
  'a prefix': { detail: { object: { key: [{ prefix: 'csv/' }] } } },
  'a suffix in any case': { detail: { object: { key: [{ suffix: { 'equals-ignore-case': '.CSV' } }] } } },
  'a prefix or a suffix, as two matchers': {
    detail: { object: { key: [{ prefix: 'images/' }, { suffix: '.csv' }] } },
  },
  'a wildcard': { detail: { object: { key: [{ wildcard: 'csv/*.csv' }] } } },
  'anything but some endings': {
    detail: { object: { key: [{ 'anything-but': { suffix: ['/', '.tmp'] } }] } },
  },
  'anything but a reason': { detail: { reason: [{ 'anything-but': 'CopyObject' }] } },
  'a range of sizes': { detail: { object: { size: [{ numeric: ['>', 0, '<=', 1_024] }] } } },
  'a field that must be absent': { detail: { 'deletion-type': [{ exists: false }] } },
  alternatives: {
    detail: {
      $or: [{ object: { key: [{ prefix: 'csv/' }] } }, { 'deletion-type': ['Delete Marker Created'] }],
    },
  },
  'a network': { detail: { 'source-ip-address': [{ cidr: '2001:db8::/32' }] } },
};

// Each `@ts-expect-error` is an assertion: were its line to compile, `tsc` would fail on the unused directive.
const REFUSED_BY_BOTH: Readonly<Record<string, EventPattern>> = {
  // @ts-expect-error a matcher has one operator: write two rules, or a wildcard
  'two operators in one matcher': { detail: { object: { key: [{ prefix: 'csv/', suffix: '.csv' }] } } },
  'two operators in anything-but': {
    // @ts-expect-error nor has what anything-but leaves out
    detail: { object: { key: [{ 'anything-but': { prefix: 'a', suffix: 'b' } }] } },
  },
  // @ts-expect-error the operator is `prefix`
  'a misspelt operator': { detail: { object: { key: [{ prefx: 'csv/' }] } } },
  // @ts-expect-error it is true or false
  'a text for exists': { detail: { object: { 'version-id': [{ exists: 'yes' }] } } },
  // @ts-expect-error a prefix is a text
  'a number for a prefix': { detail: { object: { key: [{ prefix: 1 }] } } },
  // @ts-expect-error a range has an operator before each number
  'a range without an operator': { detail: { object: { size: [{ numeric: [5] }] } } },
  // @ts-expect-error nothing cannot be chosen from
  'no alternatives': { detail: { $or: [] } },
  // @ts-expect-error one is no choice
  'a single alternative': { detail: { $or: [{ reason: ['PutObject'] }] } },
  // @ts-expect-error a field takes a list
  'a value outside of a list': { source: 'aws.s3' },
  // @ts-expect-error a range compares with numbers
  'a range of texts': { detail: { object: { size: [{ numeric: ['>', '5'] }] } } },
};

// EventBridge takes these, and they match no event of S3
const REFUSED_BY_THE_TYPE: Readonly<Record<string, EventPattern>> = {
  // @ts-expect-error the field is `version-id`
  'a field that no event has': { detail: { object: { versionId: [{ exists: true }] } } },
  // @ts-expect-error the source is `aws.s3`
  'a source that is not S3': { source: ['aws:s3'] },
  // @ts-expect-error a size is a number
  'a text for a number': { detail: { object: { size: ['3'] } } },
  // @ts-expect-error text has no range
  'a range of a text': { detail: { object: { key: [{ numeric: ['>', 1] }] } } },
  // @ts-expect-error the reason is `PutObject`
  'a reason that S3 never gives': { detail: { reason: ['Put'] } },
};

describe('the type of a pattern', () => {
  test.each(Object.entries(RIGHT))('takes %s, and so does the matcher', (_, pattern) => {
    expect(compilePattern(JSON.stringify(pattern)).matches(PUT)).toBe(true);
  });

  test.each(Object.entries(REFUSED_BY_BOTH))('refuses %s, and so does the matcher', (_, pattern) => {
    expect(() => compilePattern(JSON.stringify(pattern))).toThrow(InvalidEventPatternError);
  });

  test.each(Object.entries(REFUSED_BY_THE_TYPE))('refuses %s, which would match nothing', (_, pattern) => {
    expect(compilePattern(JSON.stringify(pattern)).matches(PUT)).toBe(false);
  });
});
