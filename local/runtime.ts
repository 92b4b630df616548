import { randomBytes } from 'node:crypto';
import { rmSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readAssembly } from './assembly.ts';
import { RuntimeClock } from './clock.ts';
import { controlService } from './control/control.ts';
import { claimDataFolder } from './storage/data-folder.ts';
import { DynamoDb } from './dynamodb/dynamodb.ts';
import { EventBus } from './eventbridge/event-bus.ts';
import { enqueueEvent } from './eventbridge/outbox.ts';
import { eventBridgeService } from './eventbridge/eventbridge-protocol.ts';
import { emptyDataFolder } from './storage/fresh.ts';
import { Gateway, type Service } from './gateway.ts';
import type { TriedMessage } from './lambda/attempts.ts';
import type { PolledQueue } from './lambda/source-queue.ts';
import { Functions } from './lambda/functions.ts';
import { logFile } from './lambda/function-log.ts';
import { log } from './log.ts';
import { logsService } from './logs/logs.ts';
import type { Plan } from './plan.ts';
import type { RuntimeDescription } from '../shared/control-api.ts';
import { RuntimeAnswers } from './control/runtime-answers.ts';
import { keepTime, readTime } from './time/saved-clock.ts';
import { createS3, type S3 } from './s3/s3.ts';
import { deliveryTarget, failureSender } from './sqs/inside-senders.ts';
import { polledQueue } from './sqs/polled-queue.ts';
import { sqsServices } from './sqs/sqs-protocol.ts';
import { Sqs } from './sqs/sqs.ts';
import { damaged, Store } from './store.ts';
import { stsService } from './sts/sts.ts';
import { TimeTravel } from './control/time-travel.ts';
import { Workload } from './control/workload.ts';

/** Another program listens on the port. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

export interface RuntimeOptions {
  /** The cloud assembly to run. */
  readonly assemblyDir: string;
  readonly dataDir: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly region: string;
  /** Empty the data folder first. */
  readonly fresh?: boolean;
  /** Called with every line that a function logs. */
  readonly onLog?: (functionName: string, line: string) => void;
  /** Called with what was tried, within a transaction: only to take note. */
  readonly onTried?: (messages: readonly TriedMessage[]) => void;
}

/** As real as an account number can be on one machine. */
const ACCOUNT_ID = '000000000000';

interface Services {
  readonly s3: S3;
  readonly sqs: Sqs;
  readonly bus: EventBus;
  readonly dynamoDb: DynamoDb;
  readonly functions: Functions;
}

/** The pipeline of a synthesized template, running on this machine. */
export class Runtime {
  readonly plan: Plan;
  readonly workload: Workload;
  readonly answers: RuntimeAnswers;
  readonly timeTravel: TimeTravel;
  readonly controlToken = randomBytes(16).toString('hex');
  readonly #store: Store;
  readonly #clock: RuntimeClock;
  readonly #gateway: Gateway;
  readonly #services: Services;

  private constructor(plan: Plan, store: Store, clock: RuntimeClock, gateway: Gateway, services: Services) {
    this.plan = plan;
    this.#store = store;
    this.#clock = clock;
    this.#gateway = gateway;
    this.#services = services;
    this.workload = new Workload(services);
    const { workload } = this;
    this.answers = new RuntimeAnswers({ ...services, store, clock, workload, mappings: plan.mappings });
    this.timeTravel = new TimeTravel(clock, workload);
  }

  /**
   * Starts everything that the template says; resolves when it takes requests.
   *
   * @throws PortTakenError, and what `Store`, `readAssembly` and `DynamoDb` throw; nothing stays running then
   */
  static async start(options: RuntimeOptions): Promise<Runtime> {
    const { assemblyDir, dataDir, port, region, fresh = false, onLog, onTried } = options;
    claimDataFolder(dataDir);
    if (fresh) emptyDataFolder(dataDir);
    const store = new Store(dataDir);
    const clock = new RuntimeClock({ saved: readTime(store), keep: (beat) => keepTime(store, beat) });
    const targets: Record<string, Service> = {};
    const services: Record<string, Service> = {};
    let functions: Functions | undefined;
    let control: Service | undefined;
    let dynamoDb: DynamoDb | undefined;
    let s3: S3 | undefined;
    const gateway = new Gateway({
      targets,
      services,
      isReady: () => control !== undefined,
      control: { handle: async (request) => control?.handle(request) },
      // who asks before S3 is there is told that the pipeline is starting
      pages: { admit: (request) => s3!.pages.admit(request) },
      principalOf: (accessKeyId) => functions?.principalOf(accessKeyId) ?? { kind: 'operator' },
    });
    try {
      clock.startBeating((error) => log('the running time cannot be kept', { error }));
      const endpoint = `http://127.0.0.1:${await listen(gateway, port)}`;
      const place = { region, accountId: ACCOUNT_ID };
      const plan = readAssembly({ directory: assemblyDir, endpoint, ...place });
      dynamoDb = await DynamoDb.start({ ...place, folder: join(dataDir, 'dynamodb'), store, clock, log });
      await Promise.all(plan.tables.map((table) => dynamoDb!.provision(table)));
      const sqs = new Sqs({ store, clock, endpoint, ...place });
      sqs.provision(plan.queues);
      clock.onSetBack(() => sqs.wakeUps.armAgain());
      const target = deliveryTarget(sqs);
      const bus = new EventBus({ store, clock, target, log, ...place });
      bus.provision(plan);
      s3 = createS3({ store, clock, ...place, publish: (eventText) => enqueueEvent(store, eventText) });
      for (const bucket of plan.buckets) s3.provision(bucket);
      await s3.sweepOrphans();
      const logFolder = join(resolve(dataDir), 'logs');
      functions = new Functions({
        store,
        clock,
        plan,
        logFolder,
        onLog,
        onTried,
        queueOf: (arn): PolledQueue => polledQueue(sqs, arn),
        sendFailure: failureSender(sqs),
      });
      const queues = sqsServices(sqs);
      Object.assign(targets, {
        AmazonSQS: queues.json,
        AWSEvents: eventBridgeService(bus),
        DynamoDB_20120810: dynamoDb,
        Logs_20140328: logsService({
          files: new Map(
            plan.functions.map(({ logGroupName }) => [logGroupName, logFile(logFolder, logGroupName)]),
          ),
          ...place,
        }),
      });
      Object.assign(services, {
        s3: s3.service,
        lambda: functions.service,
        sqs: queues.query,
        sts: stsService(ACCOUNT_ID),
      });
      const runtime = new Runtime(plan, store, clock, gateway, { s3, sqs, bus, dynamoDb, functions });
      control = controlService(runtime);
      bus.start();
      functions.start();
      s3.startLifecycle();
      dynamoDb.startSweeping();
      runtime.#writeDescription();
      void functions.prewarm();
      return runtime;
    } catch (error) {
      clock.stop();
      await gateway.close(0);
      await functions?.stop(0);
      await dynamoDb?.stop();
      store.close();
      throw damaged(error, dataDir) ?? error;
    }
  }

  description(): RuntimeDescription {
    const { endpoint, region, accountId, stackName, outputs } = this.plan;
    return {
      schemaVersion: 1,
      endpoint,
      region,
      account: accountId,
      stackName,
      outputs,
      dataDir: resolve(this.#store.dataDir),
      controlToken: this.controlToken,
      pid: process.pid,
    };
  }

  /** What was acknowledged is kept; what was under way goes on at the next start. */
  async stop(): Promise<void> {
    const { s3, sqs, bus, dynamoDb, functions } = this.#services;
    await functions.stop();
    await this.#gateway.close();
    bus.stop();
    sqs.stop();
    this.#clock.beat();
    this.#clock.stop();
    await s3.stop();
    await dynamoDb.stop();
    rmSync(this.#descriptionFile(), { force: true });
    this.#store.close();
  }

  /** For tools on this machine; the token in it is only for the folder's owner to read. */
  #writeDescription(): void {
    const written = `${this.#descriptionFile()}.new`;
    writeFileSync(written, `${JSON.stringify(this.description())}\n`, { mode: 0o600 });
    renameSync(written, this.#descriptionFile());
  }

  #descriptionFile(): string {
    return join(this.#store.dataDir, 'runtime.json');
  }
}

async function listen(gateway: Gateway, port: number): Promise<number> {
  try {
    return await gateway.listen(port);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new PortTakenError(
      `port ${port} is taken by another program; stop that one, or choose another port with --port (0 takes a free one)`,
      { cause },
    );
  }
}
