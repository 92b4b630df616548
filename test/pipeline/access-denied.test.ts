import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { alteredAssembly } from '../support/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { withoutAction } from '../support/fault-switch.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';

describe('a statement missing from a role is missed here as it would be in AWS', () => {
  test.each([
    ['MetadataWriter', 'dynamodb:PutItem'],
    ['CsvRowCounter', 's3:GetObjectVersion'],
    ['CsvRowCounter', 'dynamodb:GetItem'],
    ['LedgerExporter', 's3:PutObject'],
  ])(
    '%s without %s fails with AccessDenied, in its log and in its letter',
    async (consumer, action) => {
      const assemblyDir = alteredAssembly((template) => withoutAction(template, consumer, action));
      await using pipeline = await PipelineUnderTest.start({ assemblyDir });

      await pipeline.s3.send(
        new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/orders.csv', Body: 'a,b\n' }),
      );
      await pipeline.drain();

      const letters = await pipeline.letters(`${consumer}DeadLetterQueueUrl`);
      expect(letters).toHaveLength(1);
      const { Reason, ErrorName, ErrorMessage } = letters[0]?.MessageAttributes ?? {};
      expect(Reason?.StringValue).toBe('retries-exhausted');
      expect(ErrorName?.StringValue).toMatch(/^AccessDenied/);
      expect(ErrorMessage?.StringValue).toContain(`is not authorized to perform: ${action}`);
      expect(pipeline.logs()).toContain(`is not authorized to perform: ${action}`);
      const others = ['MetadataWriter', 'CsvRowCounter', 'LedgerExporter'].filter(
        (other) => other !== consumer,
      );
      for (const other of others) expect(await pipeline.letters(`${other}DeadLetterQueueUrl`)).toEqual([]);
    },
    120_000,
  );
});

test('once the statement is back, the letter as it is, sent to its queue again, is recorded', async () => {
  const dataDir = temporaryFolder('redrive');
  const assemblyDir = alteredAssembly((template) =>
    withoutAction(template, 'MetadataWriter', 'dynamodb:PutItem'),
  );
  let letter: string;
  {
    await using pipeline = await PipelineUnderTest.start({ dataDir, assemblyDir });
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'late.txt', Body: 'x' }));
    await pipeline.drain();
    const [{ Body = '' } = {}] = await pipeline.letters('MetadataWriterDeadLetterQueueUrl');
    letter = Body;
    expect(await pipeline.metadataRows()).toEqual([]);
  }

  await using mended = await PipelineUnderTest.start({ dataDir });
  const QueueUrl = mended.output('MetadataWriterQueueUrl');
  await mended.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: letter }));
  await mended.drain();

  expect(await mended.metadataRows()).toEqual([
    expect.objectContaining({ object_key: 'late.txt', deleted: false }),
  ]);
  expect(await mended.letters('MetadataWriterDeadLetterQueueUrl')).toEqual([]);
}, 120_000);
