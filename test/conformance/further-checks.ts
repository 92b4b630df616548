import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { differs, patiently, type Check } from './belief.ts';

/** Beliefs that docs/local-fidelity.md has beside those of checks.ts. */
export const FURTHER_CHECKS: readonly Check[] = [
  {
    belief: 'an empty object’s event has the size 0, and so has its row',
    async run({ prefix, put, heard, row }) {
      const key = `${prefix}empty.txt`;
      await put(key, '');
      const [event] = await heard(key, 1);
      const { size } = await row('metadata', key, () => true);
      return differs(event?.detail.object.size === 0 && Number(size) === 0, { event, size });
    },
  },
  {
    belief: 'a copy and a multipart upload are announced by their own reasons, with etag and size',
    async run({ s3, outputs, prefix, put, heard }) {
      const Bucket = outputs['IngestBucketName'];
      const [from, copy, parts] = ['from.txt', 'copy.txt', 'parts.txt'].map((name) => `${prefix}${name}`);
      await put(from!);
      await s3.send(new CopyObjectCommand({ Bucket, Key: copy, CopySource: `${Bucket}/${from}` }));
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: parts }));
      const part = { Bucket, Key: parts, UploadId };
      const { ETag } = await s3.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: 'hello' }));
      await s3.send(
        new CompleteMultipartUploadCommand({
          ...part,
          MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
        }),
      );
      const events = [...(await heard(copy!, 1)), ...(await heard(parts!, 1))].map(({ detail }) => detail);
      const isAsBelieved =
        events[0]?.reason === 'CopyObject' &&
        events[1]?.reason === 'CompleteMultipartUpload' &&
        events[1].object.etag?.endsWith('-1') === true &&
        events.every(({ object }) => object.size === 5);
      return differs(isAsBelieved, events);
    },
  },
  {
    belief: 'a tag that is set is announced as Object Tags Added, of the version, and leaves the row alone',
    async run({ s3, outputs, prefix, put, heard, row }) {
      const key = `${prefix}tagged.txt`;
      const version = await put(key);
      const before = await row('metadata', key, () => true);
      await s3.send(
        new PutObjectTaggingCommand({
          Bucket: outputs['IngestBucketName'],
          Key: key,
          Tagging: { TagSet: [{ Key: 'kind', Value: 'test' }] },
        }),
      );
      const event = (await heard(key, 2)).find(({ 'detail-type': type }) => type === 'Object Tags Added');
      const after = await row('metadata', key, () => true);
      const isAsBelieved =
        event?.detail.object['version-id'] === version && JSON.stringify(before) === JSON.stringify(after);
      return differs(isAsBelieved, { event, before, after });
    },
  },
  {
    belief: 'metadata beyond ASCII, written by RFC 2047, comes back as one encoded word',
    async run({ s3, outputs, prefix }) {
      const at = { Bucket: outputs['IngestBucketName'], Key: `${prefix}metadata.txt` };
      const note = `=?UTF-8?B?${Buffer.from('é, ü').toString('base64')}?=`;
      await s3.send(new PutObjectCommand({ ...at, Body: 'hello', Metadata: { note } }));
      const { Metadata } = await s3.send(new HeadObjectCommand(at));
      return differs(/^=\?UTF-8\?[QB]\?[^?]+\?=$/i.test(Metadata?.['note'] ?? ''), Metadata);
    },
  },
  {
    belief: 'a message move task fails on a message that came from no queue: CouldNotDetermineMessageSource',
    async run({ sqs, prefix }) {
      const name = prefix.replaceAll('/', '-');
      const letters = await newQueue(sqs, `${name}letters`);
      const source = await newQueue(sqs, `${name}source`, {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: letters.arn, maxReceiveCount: 3 }),
      });
      try {
        await sqs.send(new SendMessageCommand({ QueueUrl: letters.url, MessageBody: 'of no queue' }));
        await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: letters.arn }));
        const task = await patiently('the end of the move task', async () => {
          const { Results = [] } = await sqs.send(
            new ListMessageMoveTasksCommand({ SourceArn: letters.arn }),
          );
          return Results.find(({ Status }) => Status !== 'RUNNING');
        });
        const isAsBelieved =
          task.Status === 'FAILED' && task.FailureReason === 'CouldNotDetermineMessageSource';
        return differs(isAsBelieved, task);
      } finally {
        for (const { url } of [source, letters]) await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
      }
    },
  },
];

async function newQueue(sqs: SQSClient, QueueName: string, Attributes: Record<string, string> = {}) {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const { Attributes: told } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return { url, arn: told?.['QueueArn'] ?? '' };
}
