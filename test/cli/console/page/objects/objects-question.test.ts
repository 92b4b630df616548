import { describe, expect, test } from 'vitest';
import {
  listArgs,
  orderFilter,
  questionIn,
  typedArgs,
} from '../../../../../cli/console/page/objects/objects-question.ts';

const asked = (address: string) => questionIn(new URLSearchParams(address));

describe('the address of the objects', () => {
  test.each([
    ['', '', 'newest'],
    ['prefix=csv/', 'csv/', 'key'],
    ['prefix=csv/&order=newest', 'csv/', 'newest'],
    ['order=key', '', 'key'],
    ['order=size', '', 'newest'],
  ])('%j asks for %j, by %s', (address, prefix, order) => {
    expect(asked(address)).toMatchObject({ prefix, order });
  });

  test('says nothing that goes without saying', () => {
    expect(orderFilter('', 'newest')).toBeUndefined();
    expect(orderFilter('', 'key')).toBe('key');
    expect(orderFilter('csv/', 'key')).toBeUndefined();
    expect(orderFilter('csv/', 'newest')).toBe('newest');
  });
});

describe('the command that lists objects', () => {
  const first = { after: undefined, limit: 200, hasOutcomes: true };

  test('has the prefix behind the bucket, whatever it looks like', () => {
    expect(listArgs(asked('prefix=--limit'), 'b', first)).toEqual([
      'ls',
      '--outcomes',
      '--limit',
      '200',
      '--',
      's3://b/--limit',
    ]);
    expect(listArgs(asked('since=6h'), 'b', { after: 'x', limit: 5, hasOutcomes: false })).toEqual([
      'ls',
      '--newest',
      '--since=6h',
      '--limit',
      '5',
      '--after=x',
      '--',
      's3://b/',
    ]);
  });

  test('is shown as a person types it', () => {
    expect(typedArgs(asked(''), 'b')).toEqual(['ls', '--newest', '--outcomes']);
    expect(typedArgs(asked('prefix=csv/'), 'b')).toEqual(['ls', 'csv/', '--outcomes']);
    expect(typedArgs(asked('prefix=-x'), 'b')).toEqual(['ls', 's3://b/-x', '--outcomes']);
    expect(typedArgs(asked('prefix=s3:x'), 'b')).toEqual(['ls', 's3://b/s3:x', '--outcomes']);
  });
});
