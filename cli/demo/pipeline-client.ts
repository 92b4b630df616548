import { DescribeReplayCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { pause } from '../../shared/pause.ts';
import { Upload } from '@aws-sdk/lib-storage';
import type { RuntimeDescription } from '../../shared/control-api.ts';
import { decodeKey } from '../objects/listing.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { reachOf, routesOf, type Route } from '../pipeline/routing.ts';
import { rowTableOf, type RowTable } from '../pipeline/row-table.ts';
import type { Sample } from './samples.ts';
import type { Kept, Row, Stored } from './stored.ts';

const LOOK_AGAIN_MS = 25;
const MULTIPART_FROM_BYTES = 5 * 1024 * 1024;

/** Does with a pipeline what its users do, through ordinary clients of AWS's services. */
export class PipelineClient {
  readonly #pipeline: Pipeline;

  constructor({ endpoint, region, account, stackName, outputs }: RuntimeDescription) {
    this.#pipeline = new Pipeline({
      deployment: { kind: 'local', account, region, stack: stackName, endpoint },
      outputs,
      client: { endpoint, region, credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' } },
    });
  }

  /** Uploads a sample, a large one in parts. @returns its size */
  async upload({ key, content, contentType, metadata }: Sample): Promise<number> {
    const Body = await content();
    const upload = new Upload({
      client: this.#pipeline.s3,
      partSize: MULTIPART_FROM_BYTES,
      params: {
        Bucket: this.#pipeline.ingestBucket,
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
    await this.#pipeline.s3.send(new DeleteObjectCommand({ Bucket: this.#pipeline.ingestBucket, Key }));
  }

  async stored(): Promise<Stored> {
    const routes = await routesOf(this.#pipeline, this.#pipeline.consumers);
    return await Promise.all(
      routes.map(async (route) => ({
        consumer: route.consumer.name,
        reach: (key: string, change: 'created' | 'deleted') =>
          reachOf([route], this.#pipeline, { key, isDeleted: change === 'deleted' }),
        kept: await this.#kept(route),
      })),
    );
  }

  async #kept({ consumer }: Route): Promise<Kept> {
    const keeps = this.#pipeline.keepsOf(consumer);
    if (keeps === 'nothing') return keeps;
    const table = rowTableOf(this.#pipeline, consumer);
    if (table !== undefined) return { rows: await this.#rows(table) };
    if ('lines' in keeps) return { lines: await this.#lines(keeps.lines) };
    const { objects: prefix = '' } = keeps as { objects?: string };
    const objects = await Array.fromAsync(this.#keysUnder(prefix), (key) => key.slice(prefix.length));
    return { objects };
  }

  /** Replays everything that the archive holds since then, to the rules of this stack and no others. Resolves when it is completed. */
  async replayAll(since: Date): Promise<void> {
    const { region, account } = this.#pipeline.deployment;
    const arn = (what: string) => `arn:aws:events:${region}:${account}:${what}`;
    const ReplayName = `demo-${since.getTime()}`;
    await this.#pipeline.events.send(
      new StartReplayCommand({
        ReplayName,
        EventSourceArn: arn(`archive/${this.#pipeline.archiveName}`),
        EventStartTime: new Date(Math.floor(since.getTime() / 1_000) * 1_000),
        EventEndTime: new Date(Date.now() + 1_000),
        Destination: {
          Arn: arn('event-bus/default'),
          FilterArns: this.#pipeline.consumers.map(({ ruleName }) => arn(`rule/${ruleName}`)),
        },
      }),
    );
    for (;;) {
      const { State, StateReason } = await this.#pipeline.events.send(
        new DescribeReplayCommand({ ReplayName }),
      );
      if (State === 'COMPLETED') return;
      if (State !== 'STARTING' && State !== 'RUNNING') {
        throw new Error(`the replay is ${State}: ${StateReason}`);
      }
      await pause(LOOK_AGAIN_MS);
    }
  }

  close(): void {
    this.#pipeline[Symbol.dispose]();
  }

  async #rows({ tableName, objectKeyOf }: RowTable): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>();
    const pages = paginateScan(
      { client: this.#pipeline.tables },
      { TableName: tableName, ConsistentRead: true },
    );
    for await (const { Items = [] } of pages) for (const row of Items) rows.set(objectKeyOf(row), row);
    return rows;
  }

  async #lines(prefix: string): Promise<Row[]> {
    const { s3, outputBucket } = this.#pipeline;
    const lines: Row[] = [];
    for await (const Key of this.#keysUnder(prefix)) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputBucket, Key }));
      const text = (await Body?.transformToString()) ?? '';
      for (const line of text.split('\n')) if (line !== '') lines.push(JSON.parse(line) as Row);
    }
    return lines;
  }

  async *#keysUnder(prefix: string): AsyncGenerator<string> {
    const { s3, outputBucket } = this.#pipeline;
    const pages = paginateListObjectsV2(
      { client: s3 },
      { Bucket: outputBucket, Prefix: prefix, EncodingType: 'url' },
    );
    for await (const { Contents = [] } of pages) for (const { Key = '' } of Contents) yield decodeKey(Key);
  }
}
