import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  conditionsHold,
  whyNotEvaluated,
  type PolicyConditions,
} from '../../../local/iam/policy-conditions.ts';
import type { RequestContext } from '../../../local/iam/condition-keys.ts';

const KEY = 'aws:PrincipalArn';
const LIST = 'dynamodb:LeadingKeys';
const one = (operator: string, ...values: string[]): PolicyConditions => ({ [operator]: { [KEY]: values } });
const list = (operator: string, ...values: string[]): PolicyConditions => ({
  [operator]: { [LIST]: values },
});
const having = (value: string | readonly string[]): RequestContext => ({ [KEY.toLowerCase()]: value });
const leading = (...values: string[]): RequestContext => ({ [LIST.toLowerCase()]: values });

describe('a condition', () => {
  test.each<[string, PolicyConditions, RequestContext, boolean]>([
    ['StringEquals of the value', one('StringEquals', 'a'), having('a'), true],
    ['StringEquals of one of several', one('StringEquals', 'b', 'a'), having('a'), true],
    ['StringEquals in another case', one('StringEquals', 'A'), having('a'), false],
    ['StringEquals with a star', one('StringEquals', 'a*'), having('ab'), false],
    ['StringEquals without the key', one('StringEquals', 'a'), {}, false],
    ['StringEqualsIfExists without the key', one('StringEqualsIfExists', 'a'), {}, true],
    ['StringEqualsIfExists of another value', one('StringEqualsIfExists', 'a'), having('b'), false],
    ['StringEqualsIgnoreCase', one('StringEqualsIgnoreCase', 'A'), having('a'), true],
    ['StringNotEquals of another value', one('StringNotEquals', 'a'), having('b'), true],
    ['StringNotEquals of one of several', one('StringNotEquals', 'a', 'b'), having('b'), false],
    ['StringNotEquals without the key', one('StringNotEquals', 'a'), {}, true],
    ['StringLike with a star', one('StringLike', 'a*c?'), having('abbcd'), true],
    ['StringNotLike', one('StringNotLike', 'a*'), having('ab'), false],
    ['ArnLike within a part', one('ArnLike', 'arn:aws:s3:::a*'), having('arn:aws:s3:::ab'), true],
    ['ArnLike over parts', one('ArnLike', 'arn:aws:*:role/x'), having('arn:aws:iam::1:role/x'), false],
    ['ArnEquals with a star', one('ArnEquals', 'arn:aws:sqs:*:*:q'), having('arn:aws:sqs:r:1:q'), true],
    ['ArnLike of what is no ARN', one('ArnLike', 'arn:aws:s3:::*'), having('x'), false],
    ['ArnNotEquals of another', one('ArnNotEquals', 'arn:aws:s3:::a'), having('arn:aws:s3:::b'), true],
    [
      'Bool in another case',
      { Bool: { 'aws:SecureTransport': ['False'] } },
      { 'aws:securetransport': 'false' },
      true,
    ],
    ['Bool without the key', { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } }, {}, false],
    ['BoolIfExists without the key', { BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'] } }, {}, true],
    ['NumericLessThan', { NumericLessThan: { 's3:TlsVersion': ['1.2'] } }, { 's3:tlsversion': '1.3' }, false],
    [
      'NumericLessThan of a lower one',
      { NumericLessThan: { 's3:TlsVersion': ['1.2'] } },
      { 's3:tlsversion': '1.1' },
      true,
    ],
    [
      'Null true with the key',
      { Null: { 's3:if-none-match': ['true'] } },
      { 's3:if-none-match': '*' },
      false,
    ],
    ['Null true without the key', { Null: { 's3:if-none-match': ['true'] } }, {}, true],
    [
      'Null false with the key',
      { Null: { 's3:if-none-match': ['false'] } },
      { 's3:if-none-match': '*' },
      true,
    ],
    ['Null true of an empty list', { Null: { [LIST]: ['true'] } }, leading(), true],
    ['ForAllValues of all', list('ForAllValues:StringEquals', 'a', 'b'), leading('a', 'b', 'a'), true],
    ['ForAllValues of some', list('ForAllValues:StringEquals', 'a'), leading('a', 'b'), false],
    ['ForAllValues of none at all', list('ForAllValues:StringEquals', 'a'), {}, true],
    ['ForAnyValue of some', list('ForAnyValue:StringEquals', 'a'), leading('b', 'a'), true],
    ['ForAnyValue of none', list('ForAnyValue:StringEquals', 'a'), leading('b'), false],
    ['ForAnyValue of none at all', list('ForAnyValue:StringEquals', 'a'), {}, false],
    ['ForAnyValue negated, one other', list('ForAnyValue:StringNotEquals', 'a'), leading('a', 'b'), true],
    [
      'ForAllValues negated, one of them',
      list('ForAllValues:StringNotEquals', 'a'),
      leading('a', 'b'),
      false,
    ],
    ['a key in another case', { StringEquals: { 'AWS:principalARN': ['a'] } }, having('a'), true],
    [
      'two operators, of which one does not hold',
      { StringEquals: { [KEY]: ['a'] }, Bool: { 'aws:SecureTransport': ['true'] } },
      { ...having('a'), 'aws:securetransport': 'false' },
      false,
    ],
    [
      'two keys, of which one does not hold',
      { StringEquals: { [KEY]: ['a'], 'aws:SourceAccount': ['1'] } },
      { ...having('a'), 'aws:sourceaccount': '2' },
      false,
    ],
  ])('%s', (_, conditions, context, holds) => {
    expect(whyNotEvaluated(conditions)).toBeUndefined();
    expect(conditionsHold(conditions, context)).toBe(holds);
  });

  test('without any operator holds', () => {
    expect(conditionsHold({}, {})).toBe(true);
  });
});

describe('what cannot be evaluated', () => {
  test.each<[PolicyConditions, string]>([
    [{ DateLessThan: { 'aws:CurrentTime': ['2026-01-01'] } }, 'the operator DateLessThan'],
    [{ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8'] } }, 'the operator IpAddress'],
    [{ StringEquals: { 'aws:SourceIp': ['10.0.0.1'] } }, 'the key aws:SourceIp'],
    [{ NullIfExists: { [KEY]: ['true'] } }, 'the operator NullIfExists'],
    [{ NumericNotLessThan: { 's3:TlsVersion': ['1.2'] } }, 'the operator NumericNotLessThan'],
    [{ BoolNotEquals: { 'aws:SecureTransport': ['true'] } }, 'the operator BoolNotEquals'],
    [{ constructor: { [KEY]: ['a'] } }, 'the operator constructor'],
    [
      { StringEquals: { [LIST]: ['a'] } },
      'the key dynamodb:LeadingKeys, which has a list of values, without ForAllValues or ForAnyValue',
    ],
    [{ StringLike: { 's3:prefix': ['${aws:username}/*'] } }, 'the policy variable in "${aws:username}/*"'],
  ])('%j is named: %s', (conditions, why) => {
    expect(whyNotEvaluated(conditions)).toBe(why);
  });
});

describe('the operators', () => {
  const text = fc.constantFrom('a', 'b', 'ab', 'arn:aws:s3:::a', 'arn:aws:s3:::b');
  const values = fc.array(text, { minLength: 1, maxLength: 3 });
  const pairs = fc.constantFrom<[string, string]>(
    ['StringEquals', 'StringNotEquals'],
    ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    ['StringLike', 'StringNotLike'],
    ['ArnEquals', 'ArnNotEquals'],
    ['ArnLike', 'ArnNotLike'],
  );

  test('that are negated hold exactly where the others do not, also without the key', () => {
    fc.assert(
      fc.property(pairs, values, fc.option(text, { nil: undefined }), ([plain, negated], wanted, actual) => {
        const context = actual === undefined ? {} : having(actual);
        expect(conditionsHold(one(negated, ...wanted), context)).toBe(
          !conditionsHold(one(plain, ...wanted), context),
        );
      }),
    );
  });

  test('with IfExists differ from those without only where the key is absent, and hold there', () => {
    fc.assert(
      fc.property(pairs, fc.boolean(), values, text, ([plain, negated], isNegated, wanted, actual) => {
        const operator = isNegated ? negated : plain;
        const context = having(actual);
        expect(conditionsHold(one(`${operator}IfExists`, ...wanted), context)).toBe(
          conditionsHold(one(operator, ...wanted), context),
        );
        expect(conditionsHold(one(`${operator}IfExists`, ...wanted), {})).toBe(true);
      }),
    );
  });

  test('ForAllValues and ForAnyValue are each the other one’s contrary with the negated operator', () => {
    fc.assert(
      fc.property(pairs, values, fc.array(text, { maxLength: 3 }), ([plain, negated], wanted, actual) => {
        const context = leading(...actual);
        expect(conditionsHold(list(`ForAnyValue:${negated}`, ...wanted), context)).toBe(
          !conditionsHold(list(`ForAllValues:${plain}`, ...wanted), context),
        );
      }),
    );
  });

  test('hold for more the more values they give, and the negated ones for less', () => {
    fc.assert(
      fc.property(pairs, values, text, text, ([plain, negated], wanted, further, actual) => {
        const context = having(actual);
        const more = [...wanted, further];
        const holds = (operator: string, given: string[]): number =>
          Number(conditionsHold(one(operator, ...given), context));
        expect(holds(plain, more)).toBeGreaterThanOrEqual(holds(plain, wanted));
        expect(holds(negated, wanted)).toBeGreaterThanOrEqual(holds(negated, more));
      }),
    );
  });
});
