import { isDeepStrictEqual } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startCommand } from '../../shared/own-commands.ts';
import { parseExistingBucket, type ExistingBucket } from '../../shared/existing-bucket.ts';
import { parseKeeps, type Keeps } from '../../shared/keeps.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { LocalControl } from './local-control.ts';
import type { Deployment } from './deployment.ts';
import { consumersIn, type Consumer } from './consumer.ts';
import { outputOf } from './output-of.ts';

export interface PipelineOptions {
  readonly deployment: Deployment;
  /** Its outputs, by name; where it has an id, without that before them. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Given to every client: endpoint, Region, credentials, profile. */
  readonly client: Readonly<Record<string, unknown>>;
  /** The local runtime's own calls; absent against AWS. */
  readonly control?: LocalControl;
}

/** A handle on one deployed pipeline, in AWS or on this machine: its resources' names, and clients of its services. */
export class Pipeline implements Disposable {
  readonly deployment: Deployment;
  /** The local runtime's own calls; undefined against AWS. */
  readonly control: LocalControl | undefined;
  readonly consumers: readonly Consumer[];
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly tables: DynamoDBDocumentClient;
  readonly logs: CloudWatchLogsClient;
  readonly metrics: CloudWatchClient;
  readonly lambda: LambdaClient;
  readonly stacks: CloudFormationClient;
  readonly #outputs: Readonly<Record<string, string>>;
  readonly #keeps = new Map<string, Keeps>();

  /** @throws CliError when the outputs are not those of a Sluice stack */
  constructor({ deployment, outputs, client, control }: PipelineOptions) {
    this.deployment = deployment;
    this.control = control;
    this.#outputs = outputs;
    this.consumers = consumersIn(outputs, deployment.stack, this.scopeName);
    if (this.consumers.length === 0) {
      throw new CliError(`stack ${deployment.stack} has no consumer among its outputs: it is no pipeline`, {
        nextStep:
          'it has no rule, no archive and no queue of events, so the verbs that work on these (put, status, replay, redrive, verify …) do not apply to it. ' +
          'For a direct trigger docs/direct-trigger.md says what to do instead; for a pipeline name its stack with --stack',
      });
    }
    this.s3 = new S3Client(client);
    this.sqs = new SQSClient(client);
    this.events = new EventBridgeClient(client);
    this.tables = DynamoDBDocumentClient.from(new DynamoDBClient(client));
    this.logs = new CloudWatchLogsClient(client);
    this.metrics = new CloudWatchClient(client);
    this.lambda = new LambdaClient(client);
    this.stacks = new CloudFormationClient(client);
  }

  /** Every client, by the service as the AWS SDK's variables spell it: `AWS_ENDPOINT_URL_CLOUDWATCH_LOGS`. */
  get clients() {
    return {
      S3: this.s3,
      SQS: this.sqs,
      EventBridge: this.events,
      DynamoDB: this.tables,
      CloudWatch_Logs: this.logs,
      CloudWatch: this.metrics,
      Lambda: this.lambda,
      CloudFormation: this.stacks,
    };
  }

  /** What its queues begin with, and the namespace of what its functions count: see infra/pipeline-names.ts. */
  get scopeName(): string {
    const { stack, pipeline } = this.deployment;
    return pipeline === undefined ? stack : `${stack}-${pipeline}`;
  }

  get ingestBucket(): string {
    return this.#output('IngestBucketName');
  }

  /** What the stack says of an ingest bucket that it did not make; undefined where it has made it. */
  get existingBucket(): ExistingBucket | undefined {
    const text = this.#outputs['ExistingBucket'];
    if (text === undefined) return undefined;
    return this.#read('ExistingBucket', () => parseExistingBucket('ExistingBucket', text));
  }

  get outputBucket(): string {
    return this.#output('OutputBucketName');
  }

  /** Where S3 logs what is asked of the other buckets; undefined for a stack that has none of its own. */
  get accessLogBucket(): string | undefined {
    return this.#outputs['AccessLogBucketName'];
  }

  /** Names of the tables, by the output that holds each: `UploadMetadataTableName`. */
  get tableNames(): ReadonlyMap<string, string> {
    return new Map(Object.entries(this.#outputs).filter(([output]) => output.endsWith('TableName')));
  }

  /** @throws CliError when the stack has no such output */
  tableName(output: string): string {
    return this.#output(output);
  }

  get archiveName(): string {
    return this.#output('EventArchiveName');
  }

  /** The pipeline's time: the local runtime's clock can be moved ahead. */
  async now(): Promise<Date> {
    return (await this.control?.now()) ?? new Date();
  }

  /** The consumers of these names, in the stack's order; all when no name is given. @throws CliError, usage, on a name that is none */
  consumersNamed(names: readonly string[] = []): readonly Consumer[] {
    const known = this.consumers.map(({ name }) => name);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw usageError(
        `--consumer ${JSON.stringify(unknown)} is none of ${this.deployment.stack}`,
        `one of ${known.join(', ')}`,
      );
    }
    return this.consumers.filter(({ name }) => names.length === 0 || names.includes(name));
  }

  /** Undefined where the stack does not say: it was deployed by version 0.1, whose rules alone chose the names. */
  keepsIfSaid({ id }: Consumer): Keeps | undefined {
    const output = `${id}Keeps`;
    const text = this.#outputs[output];
    if (text === undefined) return undefined;
    const known = this.#keeps.get(output);
    if (known !== undefined) return known;
    const keeps = this.#read(output, () => parseKeeps(text));
    this.#keeps.set(output, keeps);
    return keeps;
  }

  #read<Value>(output: string, parse: () => Value): Value {
    try {
      return parse();
    } catch (cause) {
      throw new CliError(
        `the output ${output} of stack ${this.deployment.stack} cannot be read: ${(cause as Error).message}`,
        {
          nextStep: 'use the version of this project that has deployed it, or deploy it again with this one',
          cause,
        },
      );
    }
  }

  /** What the consumer keeps of an object. @throws CliError when the stack does not say, or not in words that are known here */
  keepsOf(consumer: Consumer): Keeps {
    const keeps = this.keepsIfSaid(consumer);
    if (keeps !== undefined) return keeps;
    throw new CliError(
      `stack ${this.deployment.stack} does not say what ${consumer.name} keeps (it has no output ${consumer.id}Keeps): it was deployed by version 0.1`,
      {
        nextStep:
          this.deployment.kind === 'local'
            ? `start it again from a template of this version: \`${startCommand()}\``
            : 'deploy it again with `npx aws-cdk deploy`: that adds outputs, and replaces nothing',
      },
    );
  }

  /** Whether another handle is on the same pipeline as it stands: the same consumers, tables, queues. */
  isAs(other: Pipeline): boolean {
    return isDeepStrictEqual([this.deployment, this.#outputs], [other.deployment, other.#outputs]);
  }

  [Symbol.dispose](): void {
    for (const client of Object.values(this.clients)) client.destroy();
  }

  #output(name: string): string {
    return outputOf(this.#outputs, name, this.deployment.stack);
  }
}
