import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { quantile } from './statistics.ts';

const show = (times: number[]) =>
  `p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`;

/** One upload after another to an idle pipeline: how long until the PUT is answered, and until the row can be read. */
export async function putToRecorded(uploads: number): Promise<string> {
  await using pipeline = await PipelineUnderTest.start();
  const put: number[] = [];
  const recorded: number[] = [];
  const warmUp = 10;
  for (let index = 0; index < uploads + warmUp; index++) {
    const key = `idle/${index}.txt`;
    const began = performance.now();
    await pipeline.s3.send(
      new PutObjectCommand({ Bucket: pipeline.bucket, Key: key, Body: 'x'.repeat(1_024) }),
    );
    const answered = performance.now();
    while (!(await isRecorded(pipeline, key)));
    if (index < warmUp) continue;
    put.push(answered - began);
    recorded.push(performance.now() - began);
  }
  const ratio = quantile(recorded, 0.5) / quantile(put, 0.5);
  return `${show(recorded)}; the PUT alone ${show(put)}: ${ratio.toFixed(1)} × (n=${uploads})`;
}

async function isRecorded(pipeline: PipelineUnderTest, key: string): Promise<boolean> {
  const { Item } = await pipeline.tables.send(
    new GetCommand({
      TableName: pipeline.output('UploadMetadataTableName'),
      Key: { bucket: pipeline.bucket, object_key: key },
      ConsistentRead: true,
    }),
  );
  return Item !== undefined;
}
