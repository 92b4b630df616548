import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { ControlChanges, RuntimeDescription, RuntimeStatus } from '../../shared/control-api.ts';
import type { Credentials } from '../../shared/credentials.ts';
import { startRuntime, type PipelineOptions, type RuntimeProcess } from './runtime-process.ts';
import { refuseCrash, refuseUnhandledIn } from './unhandled.ts';
import { waitFor } from './wait-for.ts';

/** `npm start` as a process of its own, and ordinary clients of it. To be disposed of, which fails after an error that nobody handled. */
export class PipelineUnderTest implements AsyncDisposable {
  readonly dataDir: string;
  readonly endpoint: string;
  /** What its clients sign with: any key does, but of a private one. */
  readonly credentials: Credentials;
  /** Opens the page of its console, where it was started with `--console-port`. */
  readonly consoleUrl: string | undefined;
  readonly pid: number;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly tables: DynamoDBDocumentClient;
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  readonly #ready: RuntimeDescription;
  readonly #clockFile: string;
  readonly #stdout: string;
  readonly #stderr: () => string;
  readonly #hasBrokenFunction: boolean;

  private constructor(started: RuntimeProcess) {
    const { child, ready, dataDir, clockFile, stdout, stderr, hasBrokenFunction, consoleUrl } = started;
    const client = {
      endpoint: ready.endpoint,
      region: ready.region,
      credentials: credentialsIn(dataDir),
    };
    // the SDK writes into what it is given
    this.credentials = { ...client.credentials };
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
    });
    this.#ready = ready;
    this.#clockFile = clockFile;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#hasBrokenFunction = hasBrokenFunction;
    this.dataDir = dataDir;
    this.endpoint = ready.endpoint;
    this.consoleUrl = consoleUrl;
    this.pid = ready.pid;
    this.s3 = new S3Client({ ...client, forcePathStyle: true });
    this.sqs = new SQSClient(client);
    this.events = new EventBridgeClient(client);
    this.lambda = new LambdaClient(client);
    this.tables = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  }

  static async start(options: PipelineOptions = {}): Promise<PipelineUnderTest> {
    return new PipelineUnderTest(await startRuntime(options));
  }

  /** One of the stack's outputs, e.g. `IngestBucketName`. */
  output(name: string): string {
    const value = this.#ready.outputs[name];
    if (value === undefined) {
      throw new Error(`the stack has no output ${name}: ${Object.keys(this.#ready.outputs).join(', ')}`);
    }
    return value;
  }

  get outputs(): Readonly<Record<string, string>> {
    return this.#ready.outputs;
  }

  get bucket(): string {
    return this.output('IngestBucketName');
  }

  /** The clock of its machine leaps, as after a sleep. */
  leap(aheadMs: number): void {
    writeFileSync(this.#clockFile, String(aheadMs));
    this.#child.kill('SIGUSR2');
  }

  /** Moves the runtime's clock on until nothing waits any more. */
  async drain(limitMs = 7 * 86_400_000): Promise<void> {
    await this.control('drain', { limitMs });
  }

  async advance(advanceMs: number): Promise<void> {
    await this.control('clock', { advanceMs });
  }

  async control<Call extends keyof ControlChanges>(
    call: Call,
    input: ControlChanges[Call]['question'],
  ): Promise<ControlChanges[Call]['answer']> {
    // not by fetch: it gives up after five minutes, and to drain a backlog may take longer
    const request = http.request(`${this.endpoint}/_sluice/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sluice-token': this.#ready.controlToken },
    });
    request.end(JSON.stringify(input));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const answer = await json(response);
    if (response.statusCode !== 200) throw new Error(`${call}: ${JSON.stringify(answer)}`);
    return answer as ControlChanges[Call]['answer'];
  }

  async status(): Promise<RuntimeStatus> {
    const headers = { 'x-sluice-token': this.#ready.controlToken };
    return (await (await fetch(`${this.endpoint}/_sluice/status`, { headers })).json()) as RuntimeStatus;
  }

  /** Resolves when these consumers have dealt with all that has come, and nothing is on its way; what is delayed may wait. */
  async workedOff(...consumers: readonly string[]): Promise<void> {
    await waitFor(
      async () => {
        const { bus, queues } = await this.status();
        const waits = consumers.map((name) => queues[`Sluice-dev-${name}`]!);
        return (
          bus.outbox + bus.deliveries === 0 &&
          waits.every(({ visible, inFlight }) => visible + inFlight === 0)
        );
      },
      `${consumers.join(', ')} to work it off`,
      60_000,
    );
  }

  /** Every row of a table. */
  async rows(tableOutput: string): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    const pages = paginateScan(
      { client: this.tables },
      { TableName: this.output(tableOutput), ConsistentRead: true },
    );
    for await (const page of pages) rows.push(...(page.Items ?? []));
    return rows;
  }

  metadataRows = () => this.rows('UploadMetadataTableName');
  counterRows = () => this.rows('ProcessedFilesTableName');

  /** Every line of the ledger, parsed. */
  async ledgerLines(): Promise<Record<string, unknown>[]> {
    const lines: Record<string, unknown>[] = [];
    const Bucket = this.output('OutputBucketName');
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { Bucket, Prefix: 'ledger/' })) {
      for (const { Key } of page.Contents ?? []) {
        const { Body } = await this.s3.send(new GetObjectCommand({ Bucket, Key }));
        const text = (await Body?.transformToString()) ?? '';
        lines.push(
          ...text
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line) as Record<string, unknown>),
        );
      }
    }
    return lines;
  }

  /** Takes every letter out of a queue, e.g. `MetadataWriterDeadLetterQueueUrl`. */
  async letters(queueOutput: string): Promise<Message[]> {
    const QueueUrl = this.output(queueOutput);
    const letters: Message[] = [];
    for (;;) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return letters;
      for (const { ReceiptHandle } of Messages) {
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      letters.push(...Messages);
    }
  }

  /** The functions' kept logs: file → text. */
  logsBy(): Map<string, string> {
    const folder = join(this.dataDir, 'logs');
    if (!existsSync(folder)) return new Map();
    const files = readdirSync(folder, { recursive: true, withFileTypes: true });
    return new Map(
      files
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
    );
  }

  logs(): string {
    return [...this.logsBy().values()].join('\n');
  }

  /** What it has printed, and the end of what it has complained of. */
  printed(): string {
    return this.#stdout + this.#stderr();
  }

  /** Ctrl-C's way. @returns the exit code */
  async stop(signal: 'SIGINT' | 'SIGTERM' = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return await this.#exited;
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of [this.s3, this.sqs, this.events, this.lambda, this.tables]) client.destroy();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.stop();
    rmSync(dirname(this.#clockFile), { recursive: true, force: true });
    refuseCrash('npm start', this.#stderr());
    if (!this.#hasBrokenFunction) refuseUnhandledIn(this.logsBy());
  }
}

function credentialsIn(dataDir: string): Credentials {
  const { credentials } = JSON.parse(
    readFileSync(join(dataDir, 'runtime.json'), 'utf8'),
  ) as RuntimeDescription;
  return credentials ?? { accessKeyId: 'test', secretAccessKey: 'test' };
}
