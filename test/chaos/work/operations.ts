import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { ConsumerName } from '../accounting/fates.ts';
import { sluice } from '../../../cli/command-line.ts';
import { fakeStreams } from '../../support/fake-streams.ts';
import type { Acknowledged } from './acknowledged.ts';
import type { Clients } from './clients.ts';

/** `CsvRowCounter` of `csv-row-counter`: what its outputs begin with. */
const OUTPUT_PREFIXES: Readonly<Record<ConsumerName, string>> = {
  'metadata-writer': 'MetadataWriter',
  'csv-row-counter': 'CsvRowCounter',
  'ledger-exporter': 'LedgerExporter',
};

const created = (key: string, versionId: string | undefined): Acknowledged => ({
  key,
  kind: 'created',
  versionId: versionId ?? '',
});

export async function put({ s3, bucket }: Clients, Key: string, Body: Buffer): Promise<Acknowledged> {
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  return created(Key, VersionId);
}

/** In one part, which may be as small as it likes. */
export async function putInParts({ s3, bucket }: Clients, Key: string, Body: Buffer): Promise<Acknowledged> {
  const upload = { Bucket: bucket, Key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body }));
  const { VersionId } = await s3.send(
    new CompleteMultipartUploadCommand({
      ...upload,
      UploadId,
      MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
    }),
  );
  return created(Key, VersionId);
}

export async function copy(
  { s3, bucket }: Clients,
  source: Acknowledged,
  Key: string,
): Promise<Acknowledged> {
  const CopySource = `${bucket}/${source.key.split('/').map(encodeURIComponent).join('/')}?versionId=${source.versionId}`;
  const { VersionId } = await s3.send(new CopyObjectCommand({ Bucket: bucket, Key, CopySource }));
  return created(Key, VersionId);
}

export async function remove({ s3, bucket }: Clients, Key: string): Promise<Acknowledged> {
  const { VersionId = '' } = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  return { key: Key, kind: 'deleted', versionId: VersionId };
}

/** A version of an object, or a marker, under which an older version may come back. */
export async function removeVersion(
  { s3, bucket }: Clients,
  { key, versionId }: Acknowledged,
): Promise<Acknowledged> {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  return { key, kind: 'version-removed', versionId };
}

export async function sendPoison(
  clients: Clients,
  consumer: ConsumerName,
  MessageBody: string,
): Promise<void> {
  const QueueUrl = clients.output(`${OUTPUT_PREFIXES[consumer]}QueueUrl`);
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

const FAR_MS = 400 * 86_400_000;
const arn = (kind: string) => `arn:aws:events:us-east-1:000000000000:${kind}`;

/** Plays again what has been archived since, to every consumer. @param sinceMs @default everything */
export async function replay(
  clients: Clients,
  ReplayName: string,
  sinceMs = Date.now() - FAR_MS,
): Promise<void> {
  await clients.events.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: arn(`archive/${clients.output('EventArchiveName')}`),
      EventStartTime: new Date(sinceMs),
      EventEndTime: new Date(Date.now() + FAR_MS),
      Destination: {
        Arn: arn('event-bus/default'),
        FilterArns: Object.values(OUTPUT_PREFIXES).map((prefix) =>
          arn(`rule/${clients.output(`${prefix}RuleName`)}`),
        ),
      },
    }),
  );
}

/** How many letters there were, by consumer and reason. */
export type LetterCounts = ReadonlyMap<string, number>;

/** `sluice redrive`. @throws Error with what it printed, when it could not; that there is no letter is no error */
export async function redrive({ dataDir }: Pick<Clients, 'dataDir'>): Promise<LetterCounts> {
  const streams = fakeStreams();
  const exitCode = await sluice(['redrive', '--yes', '--json', '--data-dir', dataDir], streams);
  const stdout = streams.out();
  if (exitCode !== 0) {
    if (/no dead letter matches/.test(stdout + streams.err())) return new Map();
    throw new RedriveError(`sluice redrive ended with ${exitCode}: ${stdout}${streams.err()}`);
  }
  const { groups } = JSON.parse(stdout) as {
    groups: { consumer: string; reason: string; count: number }[];
  };
  return new Map(groups.map(({ consumer, reason, count }) => [`${consumer} ${reason}`, count]));
}

/** A redrive that was cut off: what it had not moved is where it was. */
export class RedriveError extends Error {
  override readonly name = 'RedriveError';
}
