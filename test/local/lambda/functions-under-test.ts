import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RuntimeClock } from '../../../local/clock.ts';
import { Gateway } from '../../../local/gateway.ts';
import { Functions } from '../../../local/lambda/functions.ts';
import type { KeyPlan } from '../../../local/asked-plan.ts';
import type { EventSourceMappingPlan, FunctionPlan, Plan, QueuePlan } from '../../../local/plan.ts';
import { polledQueue } from '../../../local/sqs/polled-queue.ts';
import { Sqs } from '../../../local/sqs/sqs.ts';
import { Store } from '../../../local/store.ts';
import { functionPlan } from './function-under-test.ts';

const PLACE = { region: 'eu-central-1', accountId: '000000000000' };

export const arnOf = (queueName: string) => `arn:aws:sqs:eu-central-1:000000000000:${queueName}`;

interface Options {
  readonly functions: readonly FunctionPlan[];
  readonly mappings?: readonly EventSourceMappingPlan[];
  readonly queues?: readonly (Partial<QueuePlan> & { readonly name: string })[];
  readonly keys?: readonly KeyPlan[];
  readonly dataDir?: string;
}

/** A plan's function, named as its handler, with permission for all queues. */
export const namedPlan = (handler: string, changes: Partial<FunctionPlan> = {}): FunctionPlan =>
  functionPlan(handler, {
    name: handler,
    arn: `arn:aws:lambda:eu-central-1:000000000000:function:${handler}`,
    logGroupName: `/aws/lambda/${handler}`,
    statements: [{ effect: 'Allow', actions: ['sqs:*'], resources: ['*'] }],
    ...changes,
  });

/** Lambda behind the gateway, over the real queues. */
export class FunctionsUnderTest implements AsyncDisposable {
  readonly clock = new RuntimeClock();
  readonly dataDir: string;
  readonly store: Store;
  readonly sqs: Sqs;
  readonly functions: Functions;
  readonly client: LambdaClient;
  readonly lines: string[] = [];
  readonly endpoint: string;
  readonly #gateway: Gateway;
  readonly #plan: Plan;

  private constructor(options: Options, gateway: Gateway, endpoint: string) {
    const {
      functions,
      mappings = [],
      queues = [],
      keys = [],
      dataDir = mkdtempSync(join(tmpdir(), 'sluice-lambda-')),
    } = options;
    this.dataDir = dataDir;
    this.endpoint = endpoint;
    this.#gateway = gateway;
    this.store = new Store(dataDir);
    this.sqs = new Sqs({ store: this.store, clock: this.clock, endpoint, ...PLACE });
    const queuePlans = queues.map((queue) => ({
      arn: arnOf(queue.name),
      url: `${endpoint}/000000000000/${queue.name}`,
      visibilityTimeoutSeconds: 60,
      messageRetentionSeconds: 345_600,
      delaySeconds: 0,
      maximumMessageSizeBytes: 1_048_576,
      receiveWaitSeconds: 0,
      policy: [],
      ...queue,
    }));
    this.sqs.provision(queuePlans);
    this.#plan = {
      stackName: 'Test',
      ...PLACE,
      endpoint,
      buckets: [],
      tables: [],
      rules: [],
      targetRoles: [],
      keys,
      archives: [],
      outputs: {},
      queues: queuePlans,
      functions,
      mappings,
    };
    try {
      this.functions = new Functions({
        store: this.store,
        clock: this.clock,
        plan: this.#plan,
        logFolder: join(dataDir, 'logs'),
        onLog: (name, line) => void this.lines.push(`${name}: ${line}`),
        queueOf: (arn) => polledQueue(this.sqs, arn),
        sendFailure: (_, arn, body, attributes) =>
          this.sqs.send(this.sqs.queues.withArn(arn)!, body, attributes),
      });
    } catch (error) {
      this.sqs.stop();
      this.clock.stop();
      this.store.close();
      throw error;
    }
    const { functions: started } = this;
    gateway.serve({
      targets: {},
      services: { lambda: started.service },
      principalOf: (accessKeyId) => started.principalOf(accessKeyId) ?? { kind: 'operator' },
    });
    this.client = new LambdaClient({
      endpoint,
      region: PLACE.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  }

  static async start(options: Options): Promise<FunctionsUnderTest> {
    const gateway = new Gateway();
    const endpoint = `http://127.0.0.1:${await gateway.listen(0)}`;
    try {
      return new FunctionsUnderTest(options, gateway, endpoint);
    } catch (error) {
      await gateway.close(0);
      throw error;
    }
  }

  /** The template with other functions. */
  planWith(functions: readonly FunctionPlan[]): Plan {
    return { ...this.#plan, functions };
  }

  /** Takes every message out of a queue. */
  letters(queueName: string) {
    const queue = this.sqs.queues.named(queueName);
    const letters = this.sqs.poll(queue, 100);
    for (const { receiptHandle } of letters) this.sqs.messages.delete(queue, receiptHandle);
    return letters;
  }

  keptLogs(): Map<string, string> {
    const folder = join(this.dataDir, 'logs');
    return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    await this.functions.stop(100);
    await this.#gateway.close(0);
    this.sqs.stop();
    this.clock.stop();
    this.store.close();
  }
}
