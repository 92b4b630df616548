import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, test } from 'vitest';
import { cloudFormation, NOW, resetMocks, runAgainstAws } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);

describe('a stack of a direct trigger', () => {
  test.each([
    ['status'],
    ['put', 'package.json', 'incoming/'],
    ['replay', '--since', '1d', '--yes'],
    ['redrive', '--yes'],
    ['verify'],
  ])('is told that %s does not apply to it, why, and what to do instead', async (...args) => {
    cloudFormation.on(DescribeStacksCommand).resolves({
      Stacks: [
        {
          StackName: 'Sluice-prod',
          CreationTime: NOW,
          StackStatus: 'CREATE_COMPLETE',
          Outputs: ['BucketName', 'TableName', 'FailuresQueueUrl', 'FunctionName'].map((OutputKey) => ({
            OutputKey,
            OutputValue: OutputKey.toLowerCase(),
          })),
        },
      ],
    });

    const { exitCode, out: stdout, err: stderr } = await runAgainstAws(...args);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('stack Sluice-prod has no consumer among its outputs: it is no pipeline');
    expect(stderr).toMatch(/no rule, no archive and no queue of events, so .*do not apply/);
    expect(stderr).toContain('docs/direct-trigger.md says what to do instead');
  });
});
