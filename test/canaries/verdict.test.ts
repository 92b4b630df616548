import { describe, expect, test } from 'vitest';
import { verdictOf, type FileRun, type TestRun } from './verdict.ts';

const passed: TestRun = { name: 'a', state: 'passed', errors: [] };
const skipped: TestRun = { name: 'b', state: 'skipped', errors: [] };
const failed: TestRun = { name: 'c', state: 'failed', errors: ['expected 1 to be 2'] };
const cutOff: TestRun = { name: 'd', state: 'failed', errors: ['Test timed out in 60000ms.'] };
const run = (...tests: readonly TestRun[]): FileRun => ({ tests, errors: [] });

describe('a mistake', () => {
  test('is caught by a test that failed, whatever became of the others', () => {
    expect(verdictOf(run(passed, failed, cutOff, skipped))).toBe('caught');
  });

  test('has survived where tests ran and none failed', () => {
    expect(verdictOf(run(passed, skipped))).toBe('passed');
  });

  test('is not caught by a file that could not be loaded, though its tests failed', () => {
    expect(verdictOf({ tests: [], errors: ['Cannot find module'] })).toBe('not loaded');
    expect(verdictOf({ tests: [failed], errors: ['unexpected end of file'] })).toBe('not loaded');
  });

  test('is not caught by a test that was only cut off', () => {
    expect(verdictOf(run(passed, cutOff))).toBe('timed out');
  });

  test('is not caught where no test ran', () => {
    expect(verdictOf(run())).toBe('no such test');
    expect(verdictOf(run(skipped))).toBe('skipped');
  });
});
