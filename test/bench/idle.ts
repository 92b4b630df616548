import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { quantile } from './statistics.ts';

type Uploading = Pick<PipelineUnderTest, 's3' | 'tables' | 'bucket' | 'output'>;

const show = (times: number[]) =>
  `p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`;

/** One upload after another to an idle pipeline: how long until the PUT is answered, and until the row can be read. */
export async function putToRecorded(uploads: number): Promise<string> {
  await using pipeline = await PipelineUnderTest.start();
  await uploadUntilRecorded(pipeline, 10, 'warm-up');
  const times = await uploadUntilRecorded(pipeline, uploads, 'idle');
  const put = times.map(({ putMs }) => putMs);
  const recorded = times.map(({ recordedMs }) => recordedMs);
  const ratio = quantile(recorded, 0.5) / quantile(put, 0.5);
  return `${show(recorded)}; the PUT alone ${show(put)}: ${ratio.toFixed(1)} × (n=${uploads})`;
}

/** Times of each upload, from when it was sent. @param prefix a folder */
export async function uploadUntilRecorded(
  pipeline: Uploading,
  uploads: number,
  prefix: string,
): Promise<{ readonly putMs: number; readonly recordedMs: number }[]> {
  const times: { putMs: number; recordedMs: number }[] = [];
  for (let index = 0; index < uploads; index++) {
    const key = `${prefix}/${index}.txt`;
    const began = performance.now();
    await pipeline.s3.send(
      new PutObjectCommand({ Bucket: pipeline.bucket, Key: key, Body: 'x'.repeat(1_024) }),
    );
    const putMs = performance.now() - began;
    while (!(await isRecorded(pipeline, key)));
    times.push({ putMs, recordedMs: performance.now() - began });
  }
  return times;
}

async function isRecorded(pipeline: Uploading, key: string): Promise<boolean> {
  const { Item } = await pipeline.tables.send(
    new GetCommand({
      TableName: pipeline.output('UploadMetadataTableName'),
      Key: { bucket: pipeline.bucket, object_key: key },
      ConsistentRead: true,
    }),
  );
  return Item !== undefined;
}
