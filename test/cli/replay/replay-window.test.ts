import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkWindow } from '../../../cli/replay/replay-window.ts';
import { NOW, pipelineInAws, resetMocks } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const check =
  (since: number, until: number, isForced = false) =>
  () =>
    checkWindow({ since: minutesAgo(since), until: minutesAgo(until) }, pipelineInAws(), NOW, isForced);

describe('a window of a replay', () => {
  test('may end ten minutes ago', () => {
    expect(check(60, 10)).not.toThrow();
  });

  test('that ends later may lack events in AWS, and needs --force', () => {
    expect(check(60, 9)).toThrow('the last ten minutes may not be in the archive yet');
    expect(check(60, 9, true)).not.toThrow();
  });

  test.each([
    [10, 10],
    [10, 60],
  ])('from %d to %d minutes ago is none', (since, until) => {
    expect(check(since, until, true)).toThrow(/--since .* is not before --until/);
  });
});
