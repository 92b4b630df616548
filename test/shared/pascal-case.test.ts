import { assert, property, stringMatching } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kebabCase, pascalCase } from '../../shared/pascal-case.ts';

describe('the names of a consumer', () => {
  test('are OneConsumer where ids are, and one-consumer where people are', () => {
    expect([pascalCase('one-consumer'), kebabCase('OneConsumer')]).toEqual(['OneConsumer', 'one-consumer']);
  });

  test('come back from PascalCase as they were, where each part begins with a letter', () => {
    assert(
      property(stringMatching(/^[a-z][a-z0-9]{0,5}(-[a-z][a-z0-9]{0,5}){0,3}$/), (name) => {
        expect(kebabCase(pascalCase(name))).toBe(name);
      }),
    );
  });
});
