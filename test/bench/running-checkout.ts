import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { RuntimeDescription, RuntimeStatus } from '../../shared/control-api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What `npm start` prints in every version since 0.1. */
type Ready = Pick<RuntimeDescription, 'endpoint' | 'region' | 'outputs' | 'controlToken' | 'pid'>;

/**
 * The pipeline of a checkout, of this one or of an older version: started by its own `npm start`, and used by the clients of this
 * one. A checkout has its own node_modules.
 */
export class RunningCheckout implements AsyncDisposable {
  readonly pid: number;
  readonly bucket: string;
  readonly s3: S3Client;
  readonly tables: DynamoDBDocumentClient;
  readonly #child: ChildProcess;
  readonly #ready: Ready;
  readonly #dataDir: string;

  private constructor(child: ChildProcess, ready: Ready, dataDir: string) {
    const { endpoint, region, outputs, pid } = ready;
    const client = { endpoint, region, credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } };
    this.#child = child;
    this.#ready = ready;
    this.#dataDir = dataDir;
    this.pid = pid;
    this.bucket = outputs['IngestBucketName']!;
    this.s3 = new S3Client({ ...client, forcePathStyle: true });
    this.tables = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  }

  /** Its template is synthesized first, where it is not yet. @throws Error with what it wrote, when it ends before it is ready */
  static async start(projectDir: string): Promise<RunningCheckout> {
    const dataDir = temporaryFolder('data');
    const child = spawn(
      'sh',
      ['-c', `exec ${startCommand(projectDir)} --json --quiet --port 0 --data-dir '${dataDir}'`],
      {
        cwd: projectDir,
        env: {
          ...process.env,
          PATH: join(projectDir, 'node_modules/.bin') + delimiter + process.env['PATH'],
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-20_000);
    });
    for await (const line of createInterface({ input: child.stdout })) {
      return new RunningCheckout(child, JSON.parse(line) as Ready, dataDir);
    }
    throw new Error(`the pipeline of ${projectDir} did not start: ${complaint}`);
  }

  async status(): Promise<RuntimeStatus> {
    const headers = { 'x-sluice-token': this.#ready.controlToken };
    return (await (
      await fetch(`${this.#ready.endpoint}/_sluice/status`, { headers })
    ).json()) as RuntimeStatus;
  }

  /** One of the stack's outputs, e.g. `IngestBucketName`. */
  output(name: string): string {
    const value = this.#ready.outputs[name];
    if (value === undefined) throw new Error(`the stack has no output ${name}`);
    return value;
  }

  /** How many rows a table has. */
  async countRows(tableOutput: string): Promise<number> {
    let rows = 0;
    const pages = paginateScan(
      { client: this.tables },
      { TableName: this.output(tableOutput), ConsistentRead: true, Select: 'COUNT' },
    );
    for await (const { Count = 0 } of pages) rows += Count;
    return rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    process.kill(this.pid, 'SIGTERM');
    await exited;
    rmSync(this.#dataDir, { recursive: true });
  }
}

/** `node … cli/start/start.ts`: without npm, which takes a while itself. */
function startCommand(projectDir: string): string {
  const { scripts } = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly start: string };
  };
  return scripts.start.replace(/^exec /, '');
}
