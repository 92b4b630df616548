import { S3Client } from '@aws-sdk/client-s3';
import {
  eachRecord,
  keepObject,
  ObjectError,
  readObject,
  requireEnvironment,
} from '@sluice-pipeline/sluice/functions';
import { type Kept, REVISION, thumbnailsOutput } from './thumbnails-output.ts';

const s3 = new S3Client({});
const bucket = requireEnvironment('OUTPUT_BUCKET');
const consumer = requireEnvironment('CONSUMER_NAME');
const MAX_BYTES = 64 * 1024 * 1024;

/** Keeps a thumbnail of each image and what it is, in the output bucket; of what is no image, why. */
export const handler = eachRecord(async (event, { signal }) => {
  let kept: readonly Kept[];
  try {
    const { bytes } = await readObject(s3, event, { signal, maxBytes: MAX_BYTES });
    kept = await thumbnailsOutput(bytes);
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    kept = [{ ending: '.json', body: JSON.stringify({ status: error.status, error: error.message }) }];
  }
  const outcomes = await Promise.all(
    kept.map(({ ending, body }) =>
      keepObject({
        s3,
        bucket,
        consumer,
        key: `thumbnails/${event.key}${ending}`,
        body,
        event,
        revision: REVISION,
        signal,
      }),
    ),
  );
  return outcomes.includes('recorded') ? 'recorded' : 'superseded';
});
