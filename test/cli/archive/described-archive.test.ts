import { DescribeArchiveCommand, ResourceNotFoundException } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { archiveOf } from '../../../cli/archive/described-archive.ts';
import { ARN, events, pipelineInAws, resetMocks } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

describe('the archive', () => {
  test('has its bus, its retention and what it holds', async () => {
    events.on(DescribeArchiveCommand).resolves({
      ArchiveArn: ARN('archive/archive'),
      EventSourceArn: ARN('event-bus/default'),
      State: 'ENABLED',
      CreationTime: new Date('2026-10-01T00:00:00Z'),
      RetentionDays: 90,
      EventCount: 1_200,
      SizeBytes: 700_000,
    });

    expect(await archiveOf(pipelineInAws())).toEqual({
      arn: ARN('archive/archive'),
      busArn: ARN('event-bus/default'),
      createdAt: new Date('2026-10-01T00:00:00Z'),
      retentionDays: 90,
      state: 'ENABLED',
      events: 1_200,
      bytes: 700_000,
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
