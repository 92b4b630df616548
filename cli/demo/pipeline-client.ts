import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeReplayCommand, EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { Upload } from '@aws-sdk/lib-storage';
import type { RuntimeDescription } from '../../shared/control-api.ts';
import type { Sample } from './samples.ts';

export type Row = Readonly<Record<string, unknown>>;

/** What the consumers have stored. */
export interface Stored {
  /** By object key. */
  readonly metadata: ReadonlyMap<string, Row>;
  readonly counts: ReadonlyMap<string, Row>;
  readonly ledger: readonly Row[];
}

const LOOK_AGAIN_MS = 25;
const MULTIPART_FROM_BYTES = 5 * 1024 * 1024;
const CONSUMERS = ['MetadataWriter', 'CsvRowCounter', 'LedgerExporter'];

/** Does with a pipeline what its users do, through ordinary clients of AWS's services. */
export class PipelineClient {
  readonly #pipeline: RuntimeDescription;
  readonly #s3: S3Client;
  readonly #events: EventBridgeClient;
  readonly #tables: DynamoDBDocumentClient;

  constructor(pipeline: RuntimeDescription) {
    this.#pipeline = pipeline;
    const { endpoint, region } = pipeline;
    const options = { endpoint, region, credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' } };
    this.#s3 = new S3Client(options);
    this.#events = new EventBridgeClient(options);
    this.#tables = DynamoDBDocumentClient.from(new DynamoDBClient(options));
  }

  /** Uploads a sample, a large one in parts. @returns its size */
  async upload({ key, content, contentType, metadata }: Sample): Promise<number> {
    const Body = await content();
    const upload = new Upload({
      client: this.#s3,
      partSize: MULTIPART_FROM_BYTES,
      params: {
        Bucket: this.#output('IngestBucketName'),
        Key: key,
        Body,
        ContentType: contentType,
        ...(metadata !== undefined && { Metadata: { ...metadata } }),
      },
    });
    await upload.done();
    return Body.length;
  }

  async delete(Key: string): Promise<void> {
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#output('IngestBucketName'), Key }));
  }

  async stored(): Promise<Stored> {
    const [metadata, counts, ledger] = await Promise.all([
      this.#rows('UploadMetadataTableName', 'object_key'),
      this.#rows('ProcessedFilesTableName', 'file_key'),
      this.#ledger(),
    ]);
    return { metadata, counts, ledger };
  }

  /** Replays everything that the archive holds since then, to the rules of this stack and no others. Resolves when it is completed. */
  async replayAll(since: Date): Promise<void> {
    const { region, account } = this.#pipeline;
    const arn = (what: string) => `arn:aws:events:${region}:${account}:${what}`;
    const ReplayName = `demo-${since.getTime()}`;
    await this.#events.send(
      new StartReplayCommand({
        ReplayName,
        EventSourceArn: arn(`archive/${this.#output('EventArchiveName')}`),
        EventStartTime: new Date(Math.floor(since.getTime() / 1_000) * 1_000),
        EventEndTime: new Date(Date.now() + 1_000),
        Destination: {
          Arn: arn('event-bus/default'),
          FilterArns: CONSUMERS.map((consumer) => arn(`rule/${this.#output(`${consumer}RuleName`)}`)),
        },
      }),
    );
    for (;;) {
      const { State, StateReason } = await this.#events.send(new DescribeReplayCommand({ ReplayName }));
      if (State === 'COMPLETED') return;
      if (State !== 'STARTING' && State !== 'RUNNING') {
        throw new Error(`the replay is ${State}: ${StateReason}`);
      }
      await pause(LOOK_AGAIN_MS);
    }
  }

  close(): void {
    for (const client of [this.#s3, this.#events, this.#tables]) client.destroy();
  }

  async #rows(tableOutput: string, keyAttribute: string): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>();
    const pages = paginateScan(
      { client: this.#tables },
      { TableName: this.#output(tableOutput), ConsistentRead: true },
    );
    for await (const { Items = [] } of pages) {
      for (const row of Items) rows.set(String(row[keyAttribute]), row);
    }
    return rows;
  }

  async #ledger(): Promise<Row[]> {
    const Bucket = this.#output('OutputBucketName');
    const lines: Row[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#s3 },
      { Bucket, Prefix: 'ledger/' },
    )) {
      for (const { Key } of Contents) {
        const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket, Key }));
        const text = (await Body?.transformToString()) ?? '';
        for (const line of text.split('\n')) if (line !== '') lines.push(JSON.parse(line) as Row);
      }
    }
    return lines;
  }

  #output(name: string): string {
    const value = this.#pipeline.outputs[name];
    if (value === undefined) throw new Error(`the stack has no output ${name}`);
    return value;
  }
}
