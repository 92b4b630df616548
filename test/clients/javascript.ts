import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { type Client, type Place, prefixOf, ROWS } from './check.ts';
import { postForm } from './post-form.ts';
import { fetchText, same } from './program.ts';

const PREFIX = prefixOf({ name: 'javascript' });
const object = ({ bucket }: Place, name: string) => ({ Bucket: bucket, Key: PREFIX + name });
const small = ({ folder }: Place) => readFileSync(join(folder, 'small.csv'), 'utf8');

/** The JavaScript SDK, v3, with its presigner and its signer of forms. */
export const javascript: Client = {
  name: 'javascript',
  isHere: () => true,
  checks: [
    {
      what: 'uploads in parts',
      async run(place) {
        const Body = createReadStream(join(place.folder, 'large.csv'));
        await new Upload({
          client: place.pipeline.s3,
          params: { ...object(place, 'large.csv'), Body },
        }).done();
      },
    },
    {
      what: 'presigns upload, download and form',
      async run(place) {
        const { s3 } = place.pipeline;
        const Metadata = { colour: 'blue' };
        const put = await getSignedUrl(s3, new PutObjectCommand({ ...object(place, 'put.csv'), Metadata }));
        await fetchText(put, { method: 'PUT', body: small(place) });
        const get = await getSignedUrl(s3, new GetObjectCommand(object(place, 'put.csv')));
        same('content', await fetchText(get), small(place));
        const stored = await s3.send(new GetObjectCommand(object(place, 'put.csv')));
        await stored.Body?.transformToByteArray();
        same('metadata', stored.Metadata, Metadata);
        const Key = `${PREFIX}posted/\${filename}`;
        await postForm(await createPresignedPost(s3, { Bucket: place.bucket, Key }), small(place));
      },
    },
    {
      what: 'asks a queue',
      async run({ pipeline }) {
        const QueueUrl = pipeline.output('MetadataWriterDeadLetterQueueUrl');
        const { Attributes } = await pipeline.sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
        );
        same('letters', Attributes, { ApproximateNumberOfMessages: '0' });
      },
    },
  ],
  outcomes: {
    'large.csv': { rows: ROWS.large, events: 1 },
    'put.csv': { rows: ROWS.small, events: 1 },
    'posted/page.csv': { rows: ROWS.small, events: 1 },
  },
};
