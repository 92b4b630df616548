import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { lsDocument } from '../../../cli/objects/ls-document.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { errorNamed, OUTPUTS, resetMocks, runAgainstAws, s3, sqs, tables } from '../../support/mocked-aws.ts';

beforeEach(() => {
  resetMocks();
  s3.on(ListObjectVersionsCommand).resolves({
    Versions: [
      {
        Key: 'csv/a.csv',
        VersionId: 'v1',
        IsLatest: true,
        LastModified: new Date('2026-11-20T09:00:00Z'),
        Size: 3,
        ETag: '"e"',
      },
    ],
  });
  tables.on(BatchGetCommand).resolves({ Responses: {} });
});
afterEach(() => vi.useRealTimers());

async function listed() {
  const { exitCode, out } = await runAgainstAws('ls', '--outcomes', '--json');
  const { objects, unavailable } = JSON.parse(out) as DocumentOf<typeof lsDocument>;
  return { exitCode, outcomes: objects[0]?.outcomes, unavailable };
}

describe('a list with outcomes in AWS', () => {
  test('says nothing of what is unavailable while all is answered', async () => {
    const { exitCode, outcomes, unavailable } = await listed();

    expect(exitCode).toBe(0);
    expect(outcomes).toMatchObject({ 'metadata-writer': 'missing', 'csv-row-counter': 'missing' });
    expect(unavailable).toBeUndefined();
  });

  test('knows the other consumers’ outcomes when one queue is refused, and names that one', async () => {
    sqs
      .on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS['CsvRowCounterDeadLetterQueueUrl'] })
      .rejects(errorNamed('AccessDenied', 'User is not authorized to perform: sqs:GetQueueAttributes'));

    const { exitCode, outcomes, unavailable } = await listed();

    expect(exitCode).toBe(4);
    expect(outcomes).toMatchObject({ 'metadata-writer': 'missing', 'csv-row-counter': 'unknown' });
    expect(unavailable).toMatchObject([
      { what: 'csv-row-counter', why: expect.stringContaining('sqs:GetQueueAttributes') as string },
    ]);
  });

  test('lists the objects when DynamoDB is throttled, and calls the outcomes unknown', async () => {
    tables
      .on(BatchGetCommand)
      .rejects(errorNamed('ProvisionedThroughputExceededException', 'the rate of requests is too high'));

    const { exitCode, outcomes, unavailable } = await listed();

    expect(exitCode).toBe(4);
    expect(outcomes).toMatchObject({ 'metadata-writer': 'unknown', 'csv-row-counter': 'unknown' });
    expect(unavailable?.map(({ what }) => what).toSorted()).toEqual(['csv-row-counter', 'metadata-writer']);
  });
});
