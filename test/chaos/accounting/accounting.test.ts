import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { Eavesdropper } from '../../support/eavesdropper.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { seeded } from '../../support/random.ts';
import { comesOfAStrike } from '../expected-errors.ts';
import { Workload } from '../work/workload.ts';
import { Accounting } from './accounting.ts';

test('letters that a killed redrive has in hand are redriven when they are back, and are no broken promise', async () => {
  await using pipeline = await PipelineUnderTest.start();
  const workload = new Workload(seeded(1), comesOfAStrike);
  const accounting = new Accounting(workload);
  await accounting.listen(pipeline);
  const heard = await Eavesdropper.start(pipeline.events, pipeline.sqs, pipeline.bucket, 'heard');
  await workload.putCsv(pipeline);
  await pipeline.drain();
  const [event] = await heard.take();
  const QueueUrl = pipeline.output('CsvRowCounterDeadLetterQueueUrl');
  await pipeline.sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: event!,
      MessageAttributes: { Reason: { DataType: 'String', StringValue: 'retries-exhausted' } },
    }),
  );
  const taken = await pipeline.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 60 }));
  expect(taken.Messages).toHaveLength(1);

  await accounting.settle(pipeline);

  expect((await pipeline.status()).queues[QueueUrl.split('/').at(-1)!]).toMatchObject({
    visible: 0,
    inFlight: 0,
  });
});
