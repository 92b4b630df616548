import { DescribeArchiveCommand, ResourceNotFoundException } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { archiveOf, checkWindow } from '../../../cli/replay/replay-window.ts';
import { ARN, events, NOW, pipelineInAws, resetMocks } from '../../support/mocked-aws.ts';

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

describe('the archive', () => {
  test('has its bus and its retention', async () => {
    expect(await archiveOf(pipelineInAws())).toEqual({
      arn: ARN('archive/archive'),
      busArn: ARN('event-bus/default'),
      createdAt: new Date('2026-10-01T00:00:00Z'),
      retentionDays: 90,
    });
  });

  test('that is missing says what can be done instead', async () => {
    events
      .on(DescribeArchiveCommand)
      .rejects(new ResourceNotFoundException({ $metadata: {}, message: 'none' }));

    await expect(archiveOf(pipelineInAws())).rejects.toMatchObject({
      message: 'there is no archive archive in 111122223333 eu-west-1',
      nextStep: expect.stringContaining('sluice backfill') as string,
    });
  });
});
