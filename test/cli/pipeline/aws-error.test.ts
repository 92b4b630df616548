import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { explainError } from '../../../cli/pipeline/aws-error.ts';
import { CliError } from '../../../cli/cli-error.ts';

describe('an error of a service that nobody expected', () => {
  const error = new DynamoDBServiceException({
    name: 'InternalServerError',
    message: 'DynamoDB did not answer: connect ENOENT',
    $fault: 'server',
    $metadata: { httpStatusCode: 500 },
  });

  test('is told in a sentence with the next step, and keeps its cause', () => {
    const told = explainError(error);

    expect(told).toBeInstanceOf(CliError);
    expect(told).toMatchObject({
      message: 'the service answered InternalServerError: DynamoDB did not answer: connect ENOENT',
      exitCode: 1,
      nextStep: expect.stringContaining('-v') as string,
      cause: error,
    });
  });

  test('that is no answer of a service stays as it is, with its stack', () => {
    const ours = new TypeError('x is not a function');

    expect(explainError(ours)).toBe(ours);
  });
});
